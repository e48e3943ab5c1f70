"""A bell of Linux: a timerfd, which the loop watches like a socket."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
import time
import weakref
from collections.abc import Callable
from math import inf

NANO = 1_000_000_000
ABSOLUTE = 1  # TFD_TIMER_ABSTIME (linux/timerfd.h)


class Descriptor:
    """Rings by CLOCK_MONOTONIC, `perf_counter`'s clock: within 0.1 ms, never early, at no cost meanwhile.

    uvloop's own timers are up to 0.6 ms early or late. Raises OSError where there is none to have.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._descriptor = _create()
        self._give_back = weakref.finalize(self, os.close, self._descriptor)  # also when the loop is gone
        self._loop.add_reader(self._descriptor, ring)

    def set(self, moment: float) -> None:
        """Ring at a moment; infinity is never. To set it also takes back that it has rung."""
        # Rounded up: a ring before the moment would be one for nothing. 0 disarms.
        _arm(self._descriptor, int(moment * NANO) + 1 if moment < inf else 0)

    def close(self) -> None:
        """Give the descriptor back; never ring again."""
        self._loop.remove_reader(self._descriptor)
        self._give_back()


if sys.version_info >= (3, 13):  # pragma: no cover - which of the two is there, the version says

    def _create() -> int:
        return os.timerfd_create(time.CLOCK_MONOTONIC, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)

    def _arm(descriptor: int, nanos: int) -> None:
        os.timerfd_settime_ns(descriptor, flags=ABSOLUTE, initial=nanos)

else:
    _libc = ctypes.CDLL(None, use_errno=True)
    _libc.timerfd_settime.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def _create() -> int:
        # Its flags are those of open (linux/timerfd.h).
        descriptor: int = _libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if descriptor < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return descriptor

    def _arm(descriptor: int, nanos: int) -> None:
        # struct itimerspec: interval and moment, each in seconds and nanoseconds.
        times = (ctypes.c_long * 4)(0, 0, *divmod(nanos, NANO))
        _libc.timerfd_settime(descriptor, ABSOLUTE, times, None)
