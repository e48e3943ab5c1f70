"""Bells: what can ring on the running loop at a moment of a clock, as precisely as the system allows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import Protocol, TypeAlias

COARSE = 1e-3  # seconds; uvloop's timers and their clock move in such steps: to ask sooner would be to spin

Now: TypeAlias = Callable[[], float]
Ring: TypeAlias = Callable[[], None]


class Bell(Protocol):
    """Rings when the clock has come to a moment; sometimes early, and again until it is set anew."""

    def set(self, moment: float) -> None:
        """Ring at this moment instead of the one before; infinity is never."""
        ...

    def close(self) -> None:
        """Give back what the system lent; never ring again."""
        ...


def bell(now: Now, ring: Ring) -> Bell:
    """Make the best bell there is for a clock; where there is no better one, the loop's timers."""
    if now is not perf_counter or sys.platform != "linux":
        return Timer(now, ring)
    from planrunner.engine.timing.timerfd import Descriptor  # noqa: PLC0415  (ctypes, which only a run needs)

    try:
        return Descriptor(ring)
    except OSError:  # a sandbox without the call, or no descriptor left
        return Timer(now, ring)


class Timer:
    """A bell of the loop's own timers: for systems without a better one, and for clocks that jump."""

    def __init__(self, now: Now, ring: Ring) -> None:
        self._now, self._ring = now, ring
        self._loop = asyncio.get_running_loop()
        self._least = 0.0 if now == self._loop.time else COARSE  # by its own clock a loop is punctual
        self._handle: asyncio.TimerHandle | None = None

    def set(self, moment: float) -> None:
        """Ring at a moment, a little early or late; infinity is never."""
        self.close()
        if moment < inf:
            delay = max(moment - self._now(), self._least)
            self._handle = self._loop.call_at(self._loop.time() + delay, self._ring)

    def close(self) -> None:
        """Never ring again."""
        if self._handle:
            self._handle.cancel()
