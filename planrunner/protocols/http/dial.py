"""Opening connections: name lookup, TCP and TLS, each with its time; shared by all VUs of a worker."""

from __future__ import annotations

import asyncio
import socket
import ssl
from time import perf_counter
from typing import Any, NamedTuple

from msgspec import Struct

from planrunner.protocols.http.connection import Clock, Connection
from planrunner.protocols.http.faults import DIAL, DIAL_TIMEOUT, DNS, TIMEOUT, TLS, code_of
from planrunner.protocols.http.greeting import H2, Greeting
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.h2.vocabulary import Vocabulary
from planrunner.protocols.http.heads import Heads
from planrunner.protocols.http.terms import DNS_TTL, HOW, How

DIAL_LIMIT = 30.0  # seconds for TCP, as k6's dialer


class Origin(NamedTuple):
    """Where a connection goes: two requests of one origin may share one."""

    tls: bool
    host: str  # as a socket wants it: an IPv6 address without brackets
    port: int
    name: str = ""  # whose certificate is wanted, where it is not the host that is dialled
    how: How = HOW


class DialError(Exception):
    """No connection came about; the code says why (faults.py)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Address(Struct, frozen=True):
    """One answer of the name lookup."""

    family: int
    address: tuple[Any, ...]  # as the family has it


class Dialer:
    """Opens connections; remembers looked-up names for DNS_TTL and keeps the TLS settings."""

    def __init__(self, now: Clock = perf_counter, context: ssl.SSLContext | None = None) -> None:
        self._now = now
        self._names: dict[tuple[str, int], tuple[float, list[Address]]] = {}
        self._lookups: dict[tuple[str, int], asyncio.Future[Any]] = {}  # under way
        self._context = context
        self._heads, self._vocabulary = Heads(), Vocabulary()
        self.simple: set[Origin] = set()  # those that were seen to speak HTTP/1.1

    async def open(self, origin: Origin, limit: float) -> Connection | Multiplex:
        """Open a connection within `limit` seconds; DialError says why there is none."""
        try:
            async with asyncio.timeout(limit):
                return await self._open(origin)
        except TimeoutError:
            raise DialError(TIMEOUT) from None

    async def _open(self, origin: Origin) -> Connection | Multiplex:
        loop = asyncio.get_running_loop()
        if origin.tls and self._context is None:
            self._context = client_context()  # takes longer than a handshake, so not within one
        began = self._now()
        addresses = await self._look_up(origin)
        looked_up = self._now()
        open_socket = await self._connect(addresses)
        connected = self._now()
        greeting = Greeting(lambda agreed: self._speaker(origin, agreed))
        try:
            await loop.create_connection(
                lambda: greeting,
                sock=open_socket,
                ssl=self._context if origin.tls else None,
                server_hostname=(origin.name or origin.host) if origin.tls else None,
            )
        except (OSError, ValueError) as error:  # ssl.SSLError; a name that TLS cannot ask for
            open_socket.close()
            raise DialError(code_of(error, TLS if origin.tls else DIAL)) from None
        done, connection = self._now(), greeting.speaker
        assert connection is not None
        connection.opening = (
            done - began,
            looked_up - began,
            connected - looked_up,
            done - connected if origin.tls else 0.0,
        )
        return connection

    def _speaker(self, origin: Origin, agreed: str) -> Connection | Multiplex:
        """Choose who speaks over a connection; `agreed` is what TLS says, "" for nothing."""
        loop, wanted = asyncio.get_running_loop(), origin.how.http2
        if agreed == H2 or (wanted == "always" and not origin.tls):
            return Multiplex(loop, self._now, self._vocabulary, tls=origin.tls)
        self.simple.add(origin)
        return Connection(loop, self._now, self._heads)

    async def _look_up(self, origin: Origin) -> list[Address]:
        """Return the addresses of a name, IPv4 first as k6's default policy has it."""
        key = (origin.host, origin.port)
        until, addresses = self._names.get(key, (0.0, []))
        if addresses and self._now() < until:
            return addresses
        lookup = self._lookups.get(key)
        if lookup is None:  # VUs that begin together ask once
            loop = asyncio.get_running_loop()
            lookup = asyncio.ensure_future(loop.getaddrinfo(*key, type=socket.SOCK_STREAM))
            lookup.add_done_callback(lambda _: self._lookups.pop(key, None))
            self._lookups[key] = lookup
        try:
            found = await asyncio.shield(lookup)  # one that gives up does not stop the others
        except (OSError, ValueError) as error:  # ValueError: what no host name may have
            raise DialError(code_of(error, DNS)) from None
        addresses = [Address(family, address) for family, _, _, _, address in found]
        addresses.sort(key=lambda address: address.family != socket.AF_INET)
        self.remember(key, addresses)
        return addresses

    def remember(self, key: tuple[str, int], addresses: list[Address], until: float | None = None) -> None:
        """Know the addresses of a host and port until a moment, or for DNS_TTL."""
        self._names[key] = (self._now() + DNS_TTL if until is None else until, addresses)

    async def _connect(self, addresses: list[Address]) -> socket.socket:
        """Try the addresses in turn; the first one's failure is the one to tell, as in Go and so in k6."""
        failures = []
        for address in addresses:
            try:
                return await _connected(address)
            except TimeoutError:
                failures.append(DIAL_TIMEOUT)
            except OSError as error:
                failures.append(code_of(error, DIAL))
        raise DialError(failures[0] if failures else DNS)


async def _connected(address: Address) -> socket.socket:
    fresh = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        fresh.settimeout(0)
        fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(DIAL_LIMIT):
            await asyncio.get_running_loop().sock_connect(fresh, address.address)
    except BaseException:
        fresh.close()
        raise
    return fresh


def client_context() -> ssl.SSLContext:
    """Make the TLS settings: verified certificates, TLS 1.2 or newer, HTTP/1.1."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context
