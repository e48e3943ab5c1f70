"""A server that waits as long as it is asked to, and tells what it really did.

`python -m benchmarks.calibrated LOG` prints its port, answers `GET /<microseconds>` after that time, and
when it is told to end (SIGTERM) writes to LOG, for each request, when it came and how long its reply took:
two doubles, seconds of `perf_counter`, the clock that all processes of a machine share. It uses a timer of
the kernel (timerfd, Linux only): the timers of an event loop are off by up to a millisecond. What the timer
is still late is in the log, because the log tells when the reply was written and not when it was due.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import heapq
import os
import signal
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import cast

import uvloop

REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
END = b"\r\n\r\n"
CLOCK_MONOTONIC, NONBLOCKING, ABSOLUTE = 1, os.O_NONBLOCK, 1  # linux/time.h, sys/timerfd.h


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


class Timer:
    """Calls functions at moments of `perf_counter`, never before them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._file = self._libc.timerfd_create(CLOCK_MONOTONIC, NONBLOCKING)
        if self._file < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create failed")
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()  # two that are due at once: functions have no order
        loop.add_reader(self._file, self._fire)

    def at(self, moment: float, call: Callable[[], None]) -> None:
        """Call a function as soon as a moment has come."""
        heapq.heappush(self._waiting, (moment, next(self._numbers), call))
        if self._waiting[0][2] is call:
            self._arm(moment)

    def _arm(self, moment: float) -> None:
        whole = int(moment)
        # A time of 0 would switch the timer off.
        value = _Timespec(whole, max(int((moment - whole) * 1e9), 1))
        setting = _Setting(_Timespec(0, 0), value)
        self._libc.timerfd_settime(self._file, ABSOLUTE, ctypes.byref(setting), None)

    def _fire(self) -> None:
        with suppress(BlockingIOError):  # it was set anew after it had woken us
            os.read(self._file, 8)
        while self._waiting and self._waiting[0][0] <= perf_counter():
            heapq.heappop(self._waiting)[2]()
        if self._waiting:
            self._arm(self._waiting[0][0])


class Connection(asyncio.Protocol):
    """Answers the requests of one connection, each after its own time."""

    def __init__(self, timer: Timer, log: array[float], wait: Callable[[bytes], float]) -> None:
        self._timer, self._log, self._wait = timer, log, wait
        self._rest = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what replies are written to."""
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is none of asyncio's classes

    def data_received(self, data: bytes) -> None:
        """Note when each request that is complete has come."""
        came = perf_counter()
        *heads, self._rest = (self._rest + data).split(END)
        for head in heads:
            self._answer(came, self._wait(head))

    def connection_lost(self, _: Exception | None) -> None:
        """Forget it: what is still to be answered has no one to go to."""
        self._transport = None

    def _answer(self, came: float, seconds: float) -> None:
        def reply() -> None:
            if self._transport:
                # Before it is written: whoever reads it may be quicker than we are behind the write.
                self._log.extend((came, perf_counter() - came))
                self._transport.write(REPLY)

        if seconds:
            self._timer.at(came + seconds, reply)
        else:
            reply()


def delay(head: bytes) -> float:
    """Read how many seconds the head of a request asks for; a path without a number asks for none."""
    path = head.partition(b" ")[2].partition(b" ")[0].removeprefix(b"/")
    return int(path) / 1e6 if path.isdigit() else 0.0


def read(log: Path) -> Iterator[tuple[float, float]]:
    """Read what a server has written: when each request came, how many seconds its reply took."""
    numbers = array("d", log.read_bytes())
    return zip(numbers[::2], numbers[1::2], strict=True)


async def serve(log: array[float], wait: Callable[[bytes], float] = delay) -> None:
    """Serve until SIGTERM; `wait` says how long the answer to a head takes."""
    loop = asyncio.get_running_loop()
    timer = Timer(loop)
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    server = await loop.create_server(lambda: Connection(timer, log, wait), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await done.wait()


def main() -> int:
    """Serve, then write the log; no pauses for garbage: only closed connections leave any."""
    gc.disable()
    log: array[float] = array("d")
    uvloop.run(serve(log))
    Path(sys.argv[1]).write_bytes(log)
    return 0


if __name__ == "__main__":
    sys.exit(main())
