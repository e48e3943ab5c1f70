"""Connections that the lanes of a VU share: HTTP/2 carries their requests side by side."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

from planrunner.protocols.http.faults import TIMEOUT, DialError
from planrunner.protocols.http.h1.connection import OPEN, Clock, Connection
from planrunner.protocols.http.h2.channel import Channel
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.opening.dial import Caller, Dialer
from planrunner.protocols.http.terms import Origin

Line: TypeAlias = Connection | Channel
"""What one request at a time is sent through."""


class Shared:
    """The connections of one VU that can be shared, by where they go."""

    __slots__ = ("_connections", "_now", "_opening")

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._connections: dict[Origin, Multiplex] = {}
        self._opening: dict[Origin, asyncio.Future[None]] = {}  # under way

    async def open(self, dialer: Dialer, caller: Caller, origin: Origin, limit: float) -> Line:
        """Share a connection, or open one within `limit` seconds; DialError says why there is none.

        Lanes that begin together wait for the first of them, who finds out what there is to share.
        """
        now = self._now
        began = now()
        while True:
            found = self._connections.get(origin)
            if found is not None and found.usable:
                channel = Channel(found)
                channel.opening = (now() - began, 0.0, 0.0, 0.0)
                return channel
            left = limit - (now() - began)
            if origin not in self._opening or origin in dialer.simple:
                return await self._dial(dialer, caller, origin, left)
            await _wait(self._opening[origin], left)

    async def _dial(self, dialer: Dialer, caller: Caller, origin: Origin, limit: float) -> Line:
        opening = self._opening.setdefault(origin, asyncio.get_running_loop().create_future())
        try:
            made = await dialer.open(origin, limit, caller)
        finally:
            self._opening.pop(origin, None)
            if not opening.done():
                opening.set_result(None)
        if isinstance(made, Connection):
            return made
        self._connections[origin] = made
        return first_of(made)


async def _wait(opening: asyncio.Future[None], limit: float) -> None:
    try:
        async with asyncio.timeout(limit):
            await asyncio.shield(opening)
    except TimeoutError:
        raise DialError(TIMEOUT) from None


def first_of(made: Multiplex) -> Channel:
    """Make the first channel of a connection: it tells what opening took."""
    channel = Channel(made)
    channel.opening, made.opening = made.opening, OPEN
    return channel


def shares(origin: Origin) -> bool:
    """Whether connections to an origin may turn out to be ones that can be shared."""
    how = origin.how
    return how.keep != "off" and how.http2 != "never" and (origin.tls or how.http2 == "always")
