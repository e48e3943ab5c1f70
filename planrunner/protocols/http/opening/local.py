"""Addresses of this machine that connections come from: each VU takes one of them."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range
from itertools import islice

from msgspec import Struct

MOST = 65536  # addresses: as many as an IPv4 network with 16 bits for them has

NO_ROUTE = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class Local(Struct, frozen=True):
    """The addresses of either family that may be used."""

    of: Mapping[int, Sequence[str]]

    def of_vu(self, number: int) -> Mapping[int, str]:
        """Return for each family which address a VU uses, by its number from 1."""
        return {family: hosts[max(number - 1, 0) % len(hosts)] for family, hosts in self.of.items()}


def local_addresses(texts: Sequence[str]) -> Local:
    """Read addresses, ranges (10.0.0.5-10.0.0.9) and networks (10.0.0.0/28); ValueError for all else."""
    found: dict[int, dict[str, None]] = {}
    for text in texts:
        for address in _expanded(text):
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            found.setdefault(family, {})[str(address)] = None
    return Local({family: tuple(hosts) for family, hosts in found.items()})


@cache  # a plan says it once, but for all its requests
def check(text: str) -> None:
    """Raise ValueError for what is no address, range or network, and for those that this machine lacks."""
    for family, hosts in local_addresses([text]).of.items():
        for host in hosts:
            _bind(family, host)


def _expanded(text: str) -> list[IPv4Address | IPv6Address]:
    try:
        found = list(islice(_parsed(text), MOST + 1))
    except (ValueError, TypeError):
        hint = "write an address, a range like 10.0.0.5-10.0.0.9, or a network like 10.0.0.0/28"
        raise ValueError(hint) from None
    if len(found) > MOST:
        raise ValueError(f"these are more than {MOST} addresses")
    return found


def _parsed(text: str) -> Iterator[IPv4Address | IPv6Address]:
    if "/" in text:
        return iter(ip_network(text, strict=False).hosts())  # without those of network and broadcast
    first, dash, last = text.partition("-")
    if not dash:
        return iter([ip_address(text)])
    ranges = summarize_address_range(ip_address(first.strip()), ip_address(last.strip()))
    return (address for network in ranges for address in network)


def _bind(family: int, host: str) -> None:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((host, 0))
    except OSError as error:
        if error.errno in NO_ROUTE:
            raise ValueError(f"this machine does not have the address {host}") from None
        raise ValueError(f"{host} cannot be used: {error.strerror}") from None
