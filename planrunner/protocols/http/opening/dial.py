"""Opening connections: name lookup, TCP, proxies and TLS, each with its time; shared by a worker's VUs."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from math import inf
from time import perf_counter
from typing import cast

from msgspec import Struct

from planrunner.protocols.http.faults import (
    CERTIFICATE_REFUSED,
    CERTIFICATE_WANTED,
    DIAL,
    FAULTS,
    NO_PROXY,
    NOTHING_SHARED,
    PROXY_TIMEOUT,
    TIMEOUT,
    TLS,
    TLS_CLOSED,
    TLS_TIMEOUT,
    WRONG_PROTOCOL,
    DialError,
    code_of,
)
from planrunner.protocols.http.h1.connection import Clock, Connection
from planrunner.protocols.http.h1.heads import Heads
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.h2.vocabulary import Vocabulary
from planrunner.protocols.http.opening.connecting import connect, within
from planrunner.protocols.http.opening.greeting import H2, Greeting
from planrunner.protocols.http.opening.local import Local, local_addresses
from planrunner.protocols.http.opening.lookup import LookUp, Resolver, ask_system
from planrunner.protocols.http.opening.proxy import Proxy, Rules, rules
from planrunner.protocols.http.opening.tls import Handshake, client_context
from planrunner.protocols.http.opening.tunnel import tunnel
from planrunner.protocols.http.terms import How, Http2, Origin, Tls

DAY = 86400.0  # seconds; our own limits for a handshake end it before the event loop's does


class Caller(Struct):
    """For which VU a connection is opened."""

    number: int = 0  # from 1
    left: dict[Origin, Handshake] | None = None  # what later handshakes may go on with


class Dialer:
    """Opens connections; keeps what they can share: looked-up names and the settings of TLS.

    `look_up` knows the addresses of a name, and `turn` is which of them has the first turn.
    """

    def __init__(self, now: Clock = perf_counter, look_up: LookUp = ask_system, turn: int = 0) -> None:
        self._now = now
        self._resolver = Resolver(now, look_up, turn)
        self._contexts: dict[tuple[Tls, Http2], ssl.SSLContext] = {}
        self._rules: dict[str, Rules] = {}
        self._locals: dict[tuple[str, ...], Local] = {}
        self._heads, self._vocabulary = Heads(now), Vocabulary()
        self.simple: set[Origin] = set()  # those that were seen to speak HTTP/1.1
        self.tls: dict[Origin, str] = {}  # the version of TLS that each spoke last, in k6's words

    async def open(
        self, origin: Origin, limit: float, caller: Caller | None = None
    ) -> Connection | Multiplex:
        """Open a connection within `limit` seconds; DialError says why there is none."""
        caller = caller or Caller()
        local = self._local(origin.how, caller.number)
        # Made here because it takes longer than a handshake, in whose time it must not be.
        handshake = self._handshake(origin, caller) if origin.tls else None
        try:
            async with asyncio.timeout(limit):
                connection = await self._open(origin, handshake, local)
        except TimeoutError:
            raise DialError(TIMEOUT) from None
        if handshake and origin.how.tls.resume:
            caller.left = caller.left or {}
            caller.left[origin] = handshake
        return connection

    def expect(self, how: How) -> ssl.SSLContext:
        """Return the settings of TLS, made once: reading the authorities takes longer than handshakes."""
        key = how.tls, how.http2
        if key not in self._contexts:
            self._contexts[key] = client_context(*key)
        return self._contexts[key]

    def _handshake(self, origin: Origin, caller: Caller) -> Handshake:
        earlier = caller.left.get(origin) if caller.left else None
        return Handshake(self.expect(origin.how), earlier.session if earlier else None)

    async def _open(
        self, origin: Origin, handshake: Handshake | None, local: Mapping[int, str]
    ) -> Connection | Multiplex:
        proxy, began = self.proxy(origin), self._now()
        looked_up, way = await self._reach(origin, proxy, local)
        if proxy and through_tunnel(origin):
            await _tunnelled(way, proxy, origin)
        connected = self._now()
        connection = await self._greeted(way, origin, handshake)
        done = self._now()
        connection.opening = (
            done - began,
            looked_up - began,
            connected - looked_up,
            done - connected if handshake else 0.0,
        )
        return connection

    async def _reach(
        self, origin: Origin, proxy: Proxy | None, local: Mapping[int, str]
    ) -> tuple[float, socket.socket]:
        """Connect to the target or the proxy before it; return also when its addresses were known."""
        host, port = (proxy.host, proxy.port) if proxy else (origin.host, origin.port)
        try:
            addresses = await self._resolver.addresses(host, origin.how.dns)
            return self._now(), await connect(addresses, port, origin.how.connect, local)
        except DialError as error:
            if proxy is None or FAULTS[error.code].ours:
                raise
            raise DialError(NO_PROXY) from None

    async def _greeted(
        self, way: socket.socket, origin: Origin, handshake: Handshake | None
    ) -> Connection | Multiplex:
        """Hand a connected socket to the event loop, which carries out the handshake."""
        greeting = Greeting(lambda agreed: self._speaker(origin, agreed))
        arriving = asyncio.get_running_loop().create_connection(
            lambda: greeting,
            sock=way,
            ssl=cast("ssl.SSLContext", handshake),  # all that loops ask of it is wrap_bio
            server_hostname=_wanted(origin) if handshake else None,
            ssl_handshake_timeout=DAY if handshake else None,
        )
        try:
            transport, _ = await within(origin.how.handshake if handshake else inf, arriving)
        except (OSError, ValueError) as error:  # ssl.SSLError; a name that TLS cannot ask for
            way.close()
            raise DialError(_code(error, origin, handshake)) from None
        if greeting.speaker is None:
            transport.abort()
            raise DialError(WRONG_PROTOCOL)
        if handshake:
            secured: ssl.SSLObject = transport.get_extra_info("ssl_object")
            self.tls[origin] = (secured.version() or "").lower().replace("tlsv", "tls")
        return greeting.speaker

    def _speaker(self, origin: Origin, agreed: str) -> Connection | Multiplex | None:
        """Choose who speaks over a connection, if anybody may; `agreed` is what TLS says, "" for nothing."""
        loop, always = asyncio.get_running_loop(), origin.how.http2 == "always"
        if agreed == H2 or (always and not origin.tls):
            return Multiplex(loop, self._now, self._vocabulary, tls=origin.tls)
        if always:
            return None
        self.simple.add(origin)
        return Connection(loop, self._now, self._heads)

    def proxy(self, origin: Origin) -> Proxy | None:
        """Return the proxy that a connection goes through."""
        said = origin.how.proxy
        if not said:
            return None
        if said not in self._rules:
            self._rules[said] = rules(said)
        return self._rules[said].of(origin.host, origin.port, tls=origin.tls)

    def _local(self, how: How, number: int) -> Mapping[int, str]:
        """Return for each family of addresses which one of ours a VU connects from; empty: any."""
        if not how.local_addresses:
            return {}
        if how.local_addresses not in self._locals:
            self._locals[how.local_addresses] = local_addresses(how.local_addresses)
        return self._locals[how.local_addresses].of_vu(number)


def through_tunnel(origin: Origin) -> bool:
    """Whether a proxy is asked for a way to the target, and not for what the request asks for."""
    return origin.tls or origin.how.http2 == "always"


async def _tunnelled(way: socket.socket, proxy: Proxy, origin: Origin) -> None:
    try:
        await within(origin.how.connect, tunnel(way, proxy, origin.host, origin.port))
    except BaseException as error:
        way.close()
        if isinstance(error, TimeoutError):
            raise DialError(PROXY_TIMEOUT) from None
        raise


def _wanted(origin: Origin) -> str:
    """Return the name that TLS asks for, and that the certificate must be for."""
    return origin.how.tls.server_name or origin.name or origin.host


def _code(error: Exception, origin: Origin, handshake: Handshake | None) -> int:
    """Return the code of what ended a handshake, or the handing over of a socket."""
    if handshake is None:
        return code_of(error, DIAL)
    if isinstance(error, TimeoutError):
        return TLS_TIMEOUT
    code = code_of(error, TLS_CLOSED if isinstance(error, ConnectionError) else TLS)
    if code == NOTHING_SHARED and handshake.answered:  # so TLS 1.2 says that there was no certificate of ours
        return CERTIFICATE_REFUSED if origin.how.tls.cert else CERTIFICATE_WANTED
    return code
