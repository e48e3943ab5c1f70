"""Where a URL leads: which host is dialled for it (`hosts`), whether it may be asked (`allow_hosts`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from planrunner.errors import Place, Problems
from planrunner.plan.model import Request, Setting
from planrunner.protocols.http.opening.dial import through_tunnel
from planrunner.protocols.http.opening.proxy import Rules, rules
from planrunner.protocols.http.terms import HOW, How, Origin
from planrunner.protocols.http.urls.hostname import ascii_host, ipv6
from planrunner.protocols.http.urls.url import Url, host_header, split
from planrunner.units import flag
from planrunner.values.names import Names
from planrunner.values.settings import resolve

NOWHERE = "nowhere.invalid"  # stands in for a host that is not known yet

_ADDRESS = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<name>[^\s/:@?#\[\]]+))(?::(?P<port>[0-9]{1,5}))?")


class NotAllowedError(ValueError):
    """A host that `allow_hosts` does not list."""


class Address(NamedTuple):
    """A host, with or without a port, as `hosts` and `allow_hosts` have it."""

    host: str  # an IPv6 address without brackets
    port: int | None


class Route(NamedTuple):
    """Where a URL leads."""

    url: Url
    dial: Origin  # where to connect
    host: str  # the Host header
    asked: (
        str  # what the first line asks for: the path, or a URL where a proxy is to fetch it (RFC 9112, 3.2)
    )
    login: str = ""  # the header line that a proxy wants


class Routes(Struct, frozen=True):
    """The plan's word on hosts."""

    hosts: Mapping[Address, Address] = field(default_factory=dict)
    rewrite: bool = False  # whether Host header and certificate name follow `hosts`
    allowed: frozenset[Address] | None = None  # None: all
    how: How = HOW  # connections are made
    proxies: Rules = Rules()

    def of(self, text: str) -> Route:
        """Find where a URL leads; ValueError for what is no URL, NotAllowedError for a foreign host."""
        return self.to(split(text))

    def to(self, url: Url) -> Route:
        """Find where a URL leads that was taken apart; NotAllowedError for a foreign host."""
        origin = url.origin
        if self.allowed is not None and origin.host != NOWHERE and self.allowed.isdisjoint(_names(origin)):
            raise NotAllowedError(f"{url.host!r} is not among allow_hosts")
        found = next((self.hosts[name] for name in _names(origin) if name in self.hosts), None)
        if found is None:
            return self._route(url, origin._replace(how=self.how), url.host)
        dial = Origin(origin.tls, found.host, found.port or origin.port, how=self.how)
        if self.rewrite:
            return self._route(url, dial, host_header(dial))
        return self._route(url, dial._replace(name=origin.host), url.host)

    def _route(self, url: Url, dial: Origin, host: str) -> Route:
        proxy = None if through_tunnel(dial) else self.proxies.of(dial.host, dial.port, tls=False)
        if proxy is None:
            return Route(url, dial, host, url.path)
        login = f"Proxy-Authorization: {proxy.login}\r\n" if proxy.login else ""
        return Route(url, dial, host, f"http://{host_header(dial)}{url.path}", login)


def _names(origin: Origin) -> Iterator[Address]:
    """Yield the names under which an origin may be listed, the most exact first."""
    host, port = origin.host, origin.port
    yield Address(host, port)
    yield Address(host, None)
    while "." in host:
        host = host.partition(".")[2]
        yield Address(f"*.{host}", port)
        yield Address(f"*.{host}", None)


def compile_routes(request: Request, names: Names, problems: Problems, how: How = HOW) -> Routes:
    """Read `hosts`, `rewrite_host` and `allow_hosts` of a request; they may use variables."""
    hosts = {}
    for key, setting in (request.hosts or {}).items():
        name, to = _key(key, setting.place, problems), resolve(setting, names, address, problems)
        if name and to:
            hosts[name] = to
    rewrite = resolve(request.rewrite_host, names, flag, problems) if request.rewrite_host else False
    return Routes(hosts, bool(rewrite), _allowed(request.allow_hosts, names, problems), how, rules(how.proxy))


def _key(key: str, place: Place, problems: Problems) -> Address | None:
    try:
        return address(key)
    except ValueError as error:
        problems.add(f"{key!r} is no host", place, str(error))
        return None


def _allowed(
    settings: tuple[Setting, ...] | None, names: Names, problems: Problems
) -> frozenset[Address] | None:
    if settings is None:
        return None
    before = problems.errors
    found = [resolve(setting, names, address, problems) for setting in settings]
    # With one of them missing, every other word about hosts would be a consequence of that.
    return None if problems.errors > before else frozenset(one for one in found if one)


def address(value: object) -> Address:
    """Read `host`, `host:port`, `*.example.com`, an IP address or `[ip]:port`; ValueError for all else."""
    text = str(value).lower()
    if "*" in text.removeprefix("*."):
        raise ValueError("a * stands only at the beginning, for all below a host: *.example.com")
    found = _ADDRESS.fullmatch(text)
    try:
        if found is None or found["six"]:
            host = ipv6(found["six"] if found else text)
        else:
            host = ascii_host(found["name"])
        port = int(found["port"]) if found and found["port"] else None
        if port is not None and not 0 < port < 65536:
            raise ValueError
    except ValueError:
        raise ValueError("write a host like 'shop.example', 'shop.example:8443' or '[::1]:80'") from None
    return Address(host, port)
