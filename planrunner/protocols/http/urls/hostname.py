"""Hosts of URLs, written as they go over the wire: names in ASCII, addresses in their one usual form.

All the forms are those of the WHATWG's URL standard (3.5, "host parsing"), which browsers keep.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

LABEL, NAME = 63, 253  # characters between two dots of a host name, and in all (RFC 1035, 2.3.4)

_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")  # "forbidden domain code points"
_NUMBER: Final = re.compile(r"0x(?P<hex>[0-9a-f]*)|0(?P<octal>[0-7]+)|(?P<decimal>0|[1-9][0-9]*)")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what makes a host an address, be it a valid one or not
_RADIX: Final = {"hex": 16, "octal": 8, "decimal": 10}


def ascii_host(name: str) -> str:
    """Write the host of a plan as it goes over the wire; ValueError when it cannot be.

    What neither a name lookup nor TLS could take is found out here, where it can still be said of the plan.
    An address is taken in its usual form only: 010.0.0.1 is 8.0.0.1 for browsers, which nobody means.
    """
    host = host_of(name)
    if _ends_in_a_number(host) and host != name:
        raise ValueError(f"its host is another form of the address {host}: write that")
    return host


def host_of(name: str) -> str:
    """Write a host name, or an IPv4 address in any form, as browsers do; ValueError when they could not."""
    name = _international(name) if not name.isascii() else name.lower()
    broken = _FORBIDDEN.search(name)
    if broken:
        raise ValueError(_said(broken[0]))
    if not name:
        raise ValueError("it names no host")
    whole = name.removesuffix(".")
    if len(whole) > NAME:
        raise ValueError(f"its host is longer than {NAME} characters")
    if not all(0 < len(label) <= LABEL for label in whole.split(".")):
        raise ValueError(f"a part of its host is empty or longer than {LABEL} characters")
    return _ipv4(whole) if _ends_in_a_number(name) else name


def ipv6(text: str) -> str:
    """Write an IPv6 address, without brackets, in its usual form (RFC 5952); ValueError when it is none."""
    address = IPv6Address(text)
    if address.ipv4_mapped is not None:  # which Python writes in another way from 3.13 on
        high, low = divmod(int(address.ipv4_mapped), 1 << 16)
        return f"::ffff:{high:x}:{low:x}"
    return str(address)


def _said(character: str) -> str:
    if character <= " " or character == "\x7f":
        return "its host holds a space or a control character"
    return f"its host holds a {character}"


def _international(name: str) -> str:
    """Write a name in ASCII: mapped as UTS 46 has it, each part that needs it encoded by IDNA 2008."""
    import idna  # noqa: PLC0415  (its tables are large; few plans have such a host)

    try:
        labels = idna.uts46_remap(name, std3_rules=False).split(".")
        return ".".join(
            label if label.isascii() and not label.startswith("xn--") else idna.alabel(label).decode()
            for label in labels
        )
    except idna.IDNAError as error:
        raise ValueError(f"its host cannot be written in ASCII: {error}") from None


def _ends_in_a_number(name: str) -> bool:
    return _NUMERIC.fullmatch(name.removesuffix(".").rpartition(".")[2]) is not None


def _ipv4(name: str) -> str:
    """Read an IPv4 address of up to four numbers, the last of which fills what is left of it."""
    *first, last = (_number(part) for part in name.split("."))
    if len(first) > 3 or any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        raise ValueError("its host ends in a number, but is no IPv4 address")
    return str(IPv4Address(last + sum(number << 24 - 8 * at for at, number in enumerate(first))))


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    if found is None or found.lastgroup is None:
        raise ValueError("its host ends in a number, but is no IPv4 address")
    return int(found[found.lastgroup] or "0", _RADIX[found.lastgroup])
