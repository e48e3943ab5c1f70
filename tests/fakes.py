"""Doubles that could be shipped: a loop whose clock jumps, a transport that keeps what is written."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from planrunner.protocols import Reply
from planrunner.protocols.http.cookies import Jar
from planrunner.protocols.http.digest import Nonce
from planrunner.protocols.http.excerpt import answered, asked
from planrunner.protocols.http.terms import Origin, Terms

T = TypeVar("T")


class Jumping(selectors.SelectSelector):
    """A selector that adds the timeout to its clock instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("deadlock: nothing is ready and nothing is scheduled")
            self.now += max(timeout, 0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that jumps to the next timer when every task waits."""

    def __init__(self) -> None:
        self._jumping = Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def block(self, seconds: float) -> None:
        """Let time pass as a callback does that keeps the loop from turning."""
        self._jumping.now += seconds


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function on a virtual loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


class FakeTransport(asyncio.Transport):
    """Keeps what is written; closing it tells the protocol on the next turn of the loop."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        self.extra: dict[str, Any] = {}  # what `get_extra_info` tells
        super().__init__(self.extra)
        self.protocol = protocol
        self.written: list[bytes] = []
        self.closed = self.aborted = False
        self.unsent = 0  # bytes that the other side has not taken yet
        self.limits: tuple[int | None, int | None] = (None, None)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.limits = (high, low)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def lose(self, exc: Exception | None = None) -> None:
        """End the connection, as the network does."""
        self.closed = True
        self.protocol.connection_lost(exc)

    def abort(self) -> None:
        self.aborted = True
        self.close()

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.closed


Answer = Callable[[int], tuple[int, float] | tuple[int, float, bytes]]
"""From the number of a request in its session to status (0: refused), seconds and body."""


class FakeSession:
    """Answers requests by a function of their number (from 0), after a delay on the loop's clock."""

    def __init__(self, answer: Answer, log: list[float] | None = None) -> None:
        self._answer = answer
        self._log = log if log is not None else []  # when requests were sent, over all sessions
        self._number = 0
        self._sent = 0
        self.closed = False
        self.connections: dict[Origin, Any] = {}
        self.under_way: Any = None
        self.wire: Any = None
        self.jar = Jar()
        self.nonces: dict[tuple[Origin, str], Nonce] = {}
        self.hops: tuple[Reply, ...] = ()
        self.began = self.kept = 0  # how often an iteration began, and vu_setup was over
        self.lanes: list[FakeSession] = []

    def begin(self) -> None:
        self.began += 1
        self.jar.begin()

    def tls_version(self, _: Origin | None = None) -> str:
        return ""

    def told(self, reply: Reply) -> tuple[str, str]:
        return asked(self.wire[1] if self.wire else b""), answered(reply)

    def keep(self) -> None:
        self.kept += 1
        self.jar.keep()

    def lane(self) -> FakeSession:
        self.lanes.append(FakeSession(self._answer, self._log))
        return self.lanes[-1]

    async def exchange(self, origin: Origin, data: bytes, terms: Terms) -> Reply:
        loop = asyncio.get_running_loop()
        status, seconds, *body = self._answer(self._number)
        self._number += 1
        self._log.append(loop.time())
        self._sent = len(data)
        await asyncio.sleep(min(seconds, terms.timeout))
        self._sent = 0
        reply = Reply()
        reply.sent, reply.received, reply.duration = len(data), 10, seconds
        reply.retried = status == 201  # a rule as good as any
        reply.body = body[0] if body else b'{"id": 7}'
        reply.protocol, reply.status = "HTTP/1.1", status
        if not status:
            reply.error, reply.error_code = "connection refused", 1212
        else:
            reply.error_code = 1000 + status if status >= 400 else 0
            reply.timings = (0.0, 0.0, 0.0, 0.0, 0.0, seconds, 0.0, seconds)
        return reply

    def interrupt(self) -> Reply | None:
        if not self._sent:
            return None
        reply = Reply()
        reply.sent, reply.interrupted = self._sent, True
        return reply

    async def close(self) -> None:
        self.closed = True
