"""The sender: what is to be sent waits in a bounded buffer, and no backend delays the run or stops it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec import Struct

from planrunner.errors import visible

LONGEST = 200  # characters kept of what a backend says
SILENT = 1.5  # seconds after the run until somebody wonders what it is waiting for


class Batch(Struct, frozen=True):
    """Something to send, and how many points it is."""

    points: int
    data: bytes


class Limits(Struct, frozen=True):
    """How much patience there is; times in seconds."""

    buffer: int = 16 * 2**20  # bytes that wait at most
    attempt: float = 5.0  # for one attempt, as in k6
    first_pause: float = 0.5  # after a failure; doubled after each further one
    longest_pause: float = 8.0
    end: float = 10.0  # for all that is left when the run is over
    last_attempts: int = 3  # then, of a backend that fails


LIMITS = Limits()


class RefusedError(Exception):
    """The backend has seen a batch and will never take it: sending it again would not help."""


class PartlyError(Exception):
    """The backend took a batch, but for some of its points, which it will never take."""

    def __init__(self, message: str, refused: int) -> None:
        super().__init__(message)
        self.refused = refused


class UnreachableError(Exception):
    """A batch did not arrive; it may later, `after` so many seconds if the backend says when."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


Send = Callable[[bytes], Awaitable[None]]
"""Sends one batch; raises one of the errors above, or OSError, where it does not arrive as a whole."""


class Sender:
    """Sends batches one after the other, each until it arrives, is refused or makes room for newer ones."""

    def __init__(
        self,
        send: Send,
        say: Callable[[str], None],
        hang_up: Callable[[], None] = lambda: None,  # when all is over
        limits: Limits = LIMITS,
    ) -> None:
        self._send, self._say, self._hang_up, self._limits = send, say, hang_up, limits
        self._waiting: deque[Batch] = deque()
        self._size = 0
        self._current: Batch | None = None
        self._news, self._idle, self._over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._idle.set()
        self._failures = self._last = 0  # in a row, and of these since the run was over
        self.sent = self.lost = 0
        self.error = ""

    def put(self, batch: Batch) -> None:
        """Have a batch sent; where there is no room, the oldest that wait are lost."""
        self._waiting.append(batch)
        self._size += len(batch.data)
        while self._size > self._limits.buffer:
            self._lose(self._next())
        self._idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Send what comes, until cancelled."""
        while True:
            while not self._waiting:
                self._idle.set()
                self._news.clear()
                await self._news.wait()
            self._current = self._next()
            await self._deliver(self._current)
            self._current = None

    async def close(self, end: float | None = None) -> None:
        """Wait until all is sent, as long as there is hope and time; `run` must be under way.

        `end`: seconds that are left where others have waited already.
        """
        self._over.set()
        end = self._limits.end if end is None else end
        told = f"what is left is sent, for {end:g} s at most"
        patience = asyncio.get_running_loop().call_later(SILENT, self._say, told)
        try:
            async with asyncio.timeout(end):
                await self._idle.wait()
        except TimeoutError:
            self._give_up(end)
        patience.cancel()
        self._hang_up()

    def _give_up(self, end: float) -> None:
        """Count as lost what is left."""
        left = [*([self._current] if self._current else []), *self._waiting]
        self._current = None
        self._waiting.clear()
        for batch in left:
            self._lose(batch)
        self.error = self.error or f"not all was taken within {end:g} s after the run"

    def _next(self) -> Batch:
        batch = self._waiting.popleft()
        self._size -= len(batch.data)
        return batch

    def _lose(self, batch: Batch) -> None:
        self.lost += batch.points

    async def _deliver(self, batch: Batch) -> None:
        """Try until a batch is sent or lost."""
        while True:
            after = 0.0
            try:
                async with asyncio.timeout(self._limits.attempt):
                    await self._send(batch.data)
            except RefusedError as error:
                self._complain(str(error))
                return self._lose(batch)
            except PartlyError as error:
                self._take_partly(batch, error)
                return self._recover()
            except UnreachableError as error:
                after = error.after
                self._complain(str(error))
            except TimeoutError:
                self._complain(f"no answer within {self._limits.attempt:g} s")
            except OSError as error:
                self._complain(error.strerror or str(error))
            else:
                self.sent += batch.points
                return self._recover()
            if self._hopeless():
                return self._lose(batch)
            await self._pause(after)

    def _take_partly(self, batch: Batch, error: PartlyError) -> None:
        refused = min(error.refused, batch.points)
        if not self.lost:
            self._say(f"{visible(str(error)[:LONGEST])}; the run goes on")
        self.error = visible(str(error)[:LONGEST])
        self.sent, self.lost = self.sent + batch.points - refused, self.lost + refused

    def _hopeless(self) -> bool:
        """Whether the run is over and the backend has had its last chances."""
        self._last += self._over.is_set()
        return self._last >= self._limits.last_attempts

    async def _pause(self, after: float) -> None:
        """Wait before the next attempt; the end of the run shortens it."""
        limits = self._limits
        usual = min(limits.first_pause * 2 ** (self._failures - 1), limits.longest_pause)
        if self._over.is_set():
            await asyncio.sleep(limits.first_pause)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(usual, min(after, 60.0))):
                await self._over.wait()

    def _complain(self, message: str) -> None:
        self._failures += 1
        self.error = visible(message[:LONGEST])
        if self._failures == 1:
            self._say(f"{self.error}; the run goes on")

    def _recover(self) -> None:
        if self._failures:
            self._say("points are taken again")
        self._failures = 0
