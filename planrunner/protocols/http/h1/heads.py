"""Heads of answers that came before: most answers of a target differ in nothing but their bodies.

To read a head with the parser takes more time than all else that is done with an answer. A head that the
parser has read once, with a body whose length it told, means the same the next time; so it is looked up
by its bytes. A target that writes something new into every head (a request id) only costs a few look-ups,
since a connection stops looking when it finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

from msgspec import Struct

from planrunner.protocols import Reply

END: Final = b"\r\n\r\n"
MOST: Final = 1000  # heads remembered by all connections of a worker
KEPT: Final = 10.0  # seconds; a Date makes new ones each second, and those of before never come again
LONGEST: Final = 4096  # bytes of a head worth remembering
BETS: Final = 8  # look-ups in a row that may find nothing
REST: Final = 100  # answers after which a connection that found nothing looks again

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses from which another request may follow."""


class Head(Struct, frozen=True):
    """What a head means."""

    status: int
    headers: list[tuple[bytes, bytes]]  # shared by all replies with this head: nobody changes it
    protocol: str
    error_code: int
    sets_cookies: bool
    plain: bool
    start: int  # where the body begins
    size: int  # of the whole answer, in bytes


class Heads:
    """The heads that the connections of a worker have seen."""

    __slots__ = ("_now", "_since", "known")

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self.known: dict[bytes, Head] = {}
        self._now = now
        self._since = now()  # when it knew nothing

    def learn(self, data: bytes, reply: Reply) -> None:
        """Remember the head of an answer that came in one piece, if its bytes alone say how it is read.

        Where nothing but the body follows the head, its length was in the head, and the connection stays.
        """
        start = data.find(END) + len(END)
        if start > LONGEST or len(data) - start != len(reply.body):
            return
        now = self._now()
        if len(self.known) >= MOST or now - self._since >= KEPT:
            self.known.clear()
            self._since = now
        self.known[data[:start]] = Head(
            reply.status,
            reply.headers,
            reply.protocol,
            reply.error_code,
            reply.sets_cookies,
            reply.plain,
            start,
            len(data),
        )
