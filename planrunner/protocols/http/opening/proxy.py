"""HTTP proxies: which one a connection goes through, by the plan's word or the environment's."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct

FROM_ENVIRONMENT = "env"
PORT = 80  # of a proxy whose URL names none, as in Go
OTHERS = ("https", "socks4", "socks4a", "socks5", "socks5h")

VARIABLES: Mapping[bool, Sequence[str]] = {
    False: ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"),
    True: ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
}
"""Where the environment names a proxy for connections with and without TLS; the first that is set holds."""

_HOW = "write a URL like http://proxy.example:3128"

_Ip: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network


class Proxy(Struct, frozen=True):
    """A proxy that speaks HTTP."""

    host: str
    port: int
    login: str = ""  # the value of Proxy-Authorization


class Exempt(Struct, frozen=True):
    """What needs no proxy: a network, or what ends with a name."""

    network: _Network | None = None
    ending: str = ""  # ".shop.example"
    itself: bool = False  # whether "shop.example" is meant, too
    port: str = ""  # "": any

    def holds(self, host: str, address: _Ip | None, port: int) -> bool:
        """Whether a host is meant, which may be an address."""
        if self.port and self.port != str(port):
            return False
        if address is not None:
            return self.network is not None and address in self.network
        return bool(self.ending) and (host.endswith(self.ending) or (self.itself and host == self.ending[1:]))


class Rules(Struct, frozen=True):
    """Which proxy is meant for which connections."""

    plain: Proxy | None = None
    tls: Proxy | None = None
    local: bool = True  # whether connections within this machine are meant, too
    all_exempt: bool = False
    exempt: Sequence[Exempt] = ()

    def of(self, host: str, port: int, *, tls: bool) -> Proxy | None:
        """Return the proxy for connections to a host and port; None for a straight one."""
        proxy = self.tls if tls else self.plain
        if proxy is None or self.all_exempt:
            return None
        address = _address(host)
        if not self.local and (host == "localhost" or (address is not None and address.is_loopback)):
            return None
        name = host.lower()
        return None if any(exempt.holds(name, address, port) for exempt in self.exempt) else proxy


def rules(proxy: str, environment: Mapping[str, str] = os.environ) -> Rules:
    """Read what a plan says: nothing, the URL of a proxy, or `env`; ValueError for all else."""
    if not proxy:
        return Rules()
    if proxy == FROM_ENVIRONMENT:
        return from_environment(environment)
    one = read(proxy)
    return Rules(one, one)


def from_environment(environment: Mapping[str, str]) -> Rules:
    """Read what the environment says, as Go does (golang.org/x/net/http/httpproxy); ALL_PROXY is curl's.

    ValueError for a variable that names no HTTP proxy.
    """
    exempt = environment.get("NO_PROXY") or environment.get("no_proxy") or ""
    entries = [entry.strip().lower() for entry in exempt.split(",")]
    return Rules(
        plain=_named(environment, tls=False),
        tls=_named(environment, tls=True),
        local=False,
        all_exempt="*" in entries,
        exempt=tuple(found for found in map(_exempt, entries) if found),
    )


def unasked(host: str, port: int, environment: Mapping[str, str] = os.environ, *, tls: bool) -> str:
    """Return which variable names a proxy that others would use for a host; "" if there is none."""
    try:
        return (
            _variable(environment, tls=tls) if from_environment(environment).of(host, port, tls=tls) else ""
        )
    except ValueError:
        return ""


def read(url: str) -> Proxy:
    """Read `http://[user:password@]host[:port]`; ValueError, which shows no password, for all else."""
    parts = urlsplit(url)
    if parts.scheme in OTHERS:
        raise ValueError(f"only HTTP proxies are supported, {parts.scheme} is not: {_HOW}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme != "http" or not host or port == 0 or parts.path.strip("/") or parts.query:
        raise ValueError(_HOW)
    return Proxy(host, port or PORT, _login(parts.username, parts.password))


def _login(user: str | None, password: str | None) -> str:
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return "Basic " + b64encode(pair.encode()).decode("ascii")


def _variable(environment: Mapping[str, str], *, tls: bool) -> str:
    """Return the name of the variable that holds; a CGI program gets HTTP_PROXY from its client's header."""
    names = [name for name in VARIABLES[tls] if environment.get(name)]
    if "REQUEST_METHOD" in environment:
        names = [name for name in names if name != "HTTP_PROXY"]
    return names[0] if names else ""


def _named(environment: Mapping[str, str], *, tls: bool) -> Proxy | None:
    name = _variable(environment, tls=tls)
    if not name:
        return None
    url = environment[name]
    try:
        return read(url if "://" in url else f"http://{url}")
    except ValueError as error:
        raise ValueError(f"environment variable {name}: {error}") from None


def _exempt(entry: str) -> Exempt | None:
    """Read an entry of NO_PROXY: a network, an address or a name, the latter two with or without a port."""
    if "/" in entry:
        network = _network(entry)
        return Exempt(network) if network else None
    host, port = _split(entry)
    host = host.removeprefix("*")
    if not host.strip("."):
        return None
    network = _network(host)
    if network:
        return Exempt(network, port=port)
    return Exempt(ending="." + _ascii(host.removeprefix(".")), itself=not host.startswith("."), port=port)


def _ascii(name: str) -> str:
    """Write a name as it goes over the wire, where it can be."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _split(entry: str) -> tuple[str, str]:
    """Cut off a port; an IPv6 address has colons of its own and stands in brackets before one."""
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, port.removeprefix(":")
    host, _, port = entry.partition(":")
    return (entry, "") if ":" in port else (host, port)


def _network(text: str) -> _Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _address(host: str) -> _Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
