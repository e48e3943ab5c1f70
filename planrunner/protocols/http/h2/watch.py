"""One timer for the deadlines of many requests: it is set anew when it fires."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import TypeAlias

Look: TypeAlias = Callable[[], float]


class Watch:
    """Rings when a deadline may have passed."""

    __slots__ = ("_loop", "_now", "_timer", "alarm")

    def __init__(self, loop: asyncio.AbstractEventLoop, now: Callable[[], float]) -> None:
        self._loop, self._now = loop, now
        self.alarm = inf  # when it rings
        self._timer: asyncio.TimerHandle | None = None

    def heed(self, deadline: float, look: Look) -> None:
        """Have somebody look at a deadline, who returns the next one, unless an earlier one comes anyway."""
        if deadline < self.alarm:
            self.close()
            self.alarm = deadline
            self._timer = self._loop.call_later(deadline - self._now(), self._ring, look)

    def close(self) -> None:
        """Ring no more."""
        if self._timer:
            self._timer.cancel()
            self._timer, self.alarm = None, inf

    def _ring(self, look: Look) -> None:
        self._timer, self.alarm = None, inf
        deadline = look()
        if deadline < inf:
            self.heed(deadline, look)
