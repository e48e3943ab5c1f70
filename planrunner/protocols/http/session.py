"""The connections of one VU: one for each origin, kept alive between requests and iterations."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TypeAlias

from msgspec.structs import replace

from planrunner.protocols import Reply
from planrunner.protocols.http.cookies import Jar
from planrunner.protocols.http.digest import Nonce
from planrunner.protocols.http.excerpt import answered, asked
from planrunner.protocols.http.faults import (
    BROKEN_PIPE,
    CLOSED,
    CLOSED_KEPT,
    HTTP2_GOAWAY,
    RESET,
    TIMEOUT,
    DialError,
    fault,
)
from planrunner.protocols.http.h1.connection import Clock, Connection
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.opening.dial import Caller, Dialer
from planrunner.protocols.http.shared import Line, Shared, first_of, shares
from planrunner.protocols.http.terms import Origin, Terms
from planrunner.protocols.http.urls.routes import Route

GONE = frozenset({BROKEN_PIPE, CLOSED, CLOSED_KEPT, RESET, HTTP2_GOAWAY + 1})  # the last one: with NO_ERROR
IDEMPOTENT = frozenset({b"GET", b"HEAD", b"OPTIONS", b"PUT", b"DELETE"})  # RFC 9110, 9.2.2
GOODBYES = 6  # connections that a target may end, one after the other, before it looks at a request

Kept: TypeAlias = tuple[dict[Origin, Line], Origin]
"""A connection: where it is kept, and under which key."""


class Session:
    """What a VU sends its requests through; connections belong to one VU, as in k6.

    Whoever sends past `exchange` says in `under_way` through which connection. `wire` is the newest request,
    as the plan made it, for the case that more follows from its reply, or that a check of it fails.
    """

    __slots__ = (
        "_brief",
        "_caller",
        "_dialer",
        "_now",
        "_shared",
        "connections",
        "hops",
        "jar",
        "nonces",
        "under_way",
        "wire",
    )

    def __init__(self, dialer: Dialer, now: Clock = perf_counter, number: int = 0) -> None:
        self._dialer, self._now, self._caller = dialer, now, Caller(number)
        self.jar = Jar()
        self.nonces: dict[tuple[Origin, str], Nonce] = {}  # of digests, by user name
        self.hops: tuple[Reply, ...] = ()  # what a request that was cut short already has behind it
        self.connections: dict[Origin, Line] = {}
        self._shared: Shared | None = None  # what its lanes share; made when there is any
        self._brief: list[Kept] | None = None  # those for one iteration, of all lanes; made when there is any
        self.under_way: Line | None = None
        self.wire: tuple[Route, bytes] | None = None

    async def exchange(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        """Send a request and wait for its reply as long as the terms say; failures are replies too."""
        self.under_way = connection = self.connections.get(origin)
        if connection is None or not connection.usable:
            reply = await self._anew(origin, data, terms)
        else:
            first = await connection.send(data, terms)
            reply = await self.again(first, origin, data, terms)
        self.under_way = None
        return reply

    async def again(self, first: Reply, origin: Origin, data: bytes, terms: Terms) -> Reply:
        """Send a request anew, if it was lost with a connection that had been kept too long."""
        lost = self.under_way
        if lost is None or not first.error or not (lost.unseen or _stale(first, data)):
            return first
        left = terms.timeout - (self._now() - lost.started)
        if lost.unseen:
            self.under_way = None
        else:  # whoever interrupts us before it is sent anew counts this one, which the target may have seen
            first.error, first.error_code, first.interrupted = "", 0, True
        return retried(first, await self._anew(origin, data, replace(terms, timeout=left)))

    async def _anew(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        """Send a request through a new connection, and again where the target did not look at it.

        A target that takes no more is asked twice; one that ends connections, as often as in Go.
        """
        began = self._now()
        reply = await self._once(origin, data, terms)
        for times in range(GOODBYES):
            lost = self.under_way
            if lost is None or not lost.unseen or (times and lost.usable):
                break
            self.under_way = None
            left = max(terms.timeout - (self._now() - began), 0.0)
            reply = retried(reply, await self._once(origin, data, replace(terms, timeout=left)))
        return reply

    async def _once(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        began = self._now()
        try:
            connection = await self._open(origin, terms.timeout)
        except DialError as error:
            self.under_way = None
            await asyncio.sleep(0)  # a refusal may come without any waiting: let others run
            return failed(error.code, self._now() - began)
        self.connections[origin] = self.under_way = connection
        if origin.how.keep == "iteration":
            self._brief = [] if self._brief is None else self._brief
            self._brief.append((self.connections, origin))
        if isinstance(connection, Connection) and not connection.usable:  # it is closed again already
            self.under_way = None
            return failed(CLOSED, 0.0)
        left = max(terms.timeout - (self._now() - began), 0.0)
        return await connection.send(data, replace(terms, timeout=left))

    async def _open(self, origin: Origin, limit: float) -> Line:
        """Open a connection, or share one; DialError says why there is none."""
        if not shares(origin) or origin in self._dialer.simple:
            made = await self._dialer.open(origin, limit, self._caller)
            return first_of(made) if isinstance(made, Multiplex) else made
        self._shared = self._shared or Shared(self._now)
        return await self._shared.open(self._dialer, self._caller, origin, limit)

    def begin(self) -> None:
        """Begin an iteration: its cookies are those of `vu_setup`, its connections those that are kept."""
        if self.jar.changed:
            self.jar.begin()
        if self._brief:
            _part(self._brief)

    def keep(self) -> None:
        """Keep the cookies that are there now for all iterations."""
        self.jar.keep()

    def lane(self) -> Session:
        """Make a session for requests beside this one's: own connections, shared cookies and nonces."""
        lane = Session(self._dialer, self._now)
        lane.jar, lane.nonces, lane._caller = self.jar, self.nonces, self._caller
        lane._shared = self._shared = self._shared or Shared(self._now)
        lane._brief = self._brief = [] if self._brief is None else self._brief
        return lane

    def interrupt(self) -> Reply | None:
        """Stop waiting for the request under way; its reply says what was sent, None if nothing was.

        The hops that were complete are its hops; where nothing was under way behind them, the last one is it.
        """
        connection, self.under_way = self.under_way, None
        hops, self.hops = self.hops, ()
        reply = connection.drop() if connection else None
        if reply is None and hops:
            reply, hops = hops[-1], hops[:-1]
        if reply is not None:
            reply.hops = hops
        return reply

    def tls_version(self, origin: Origin | None = None) -> str:
        """Return the version of TLS of a target, or of the newest request; "" for none."""
        if origin is None:
            origin = self.wire[0].dial if self.wire else None
        return self._dialer.tls.get(origin, "") if origin else ""

    def told(self, reply: Reply) -> tuple[str, str]:
        """Tell the newest request, as the plan made it, and a reply in a line each."""
        return asked(self.wire[1] if self.wire else b""), answered(reply)

    async def close(self) -> None:
        """Close all connections and let the event loop carry it out."""
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # TLS says farewell before it goes


def _part(brief: list[Kept]) -> None:
    """Close the connections that were for one iteration."""
    for connections, origin in brief:
        connection = connections.pop(origin, None)
        if connection is not None:
            connection.close()
    brief.clear()


def _stale(reply: Reply, data: bytes) -> bool:
    """Whether a kept connection was closed before the request came to the target, so it may be sent anew.

    Targets close idle connections when they like; browsers and Go's client, which is k6's, retry so too.
    """
    if reply.error_code not in GONE or reply.received:
        return False
    return data[: data.index(b" ")] in IDEMPOTENT


def retried(first: Reply, second: Reply) -> Reply:
    """Return the reply of a request that was sent twice."""
    second.retried, second.plain, second.sent = True, False, second.sent + first.sent
    return second


def failed(code: int, waited: float) -> Reply:
    """Make the reply of a request that could not be sent; only a timeout has a duration."""
    reply = Reply()
    reply.error, reply.error_code = fault(code).message, code
    if code == TIMEOUT:
        reply.duration = waited
        reply.timings = (waited, 0.0, 0.0, 0.0, 0.0, waited, 0.0, waited)
    return reply
