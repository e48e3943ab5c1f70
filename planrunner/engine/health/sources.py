"""Where vitals come from: the clocks, the kernel and the garbage collector of this process."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import perf_counter
from typing import TypeAlias, TypeVar

from msgspec import Struct

from planrunner.engine.health import texts

T = TypeVar("T")


class Reading(Struct, frozen=True):
    """What can be read at one moment; what is counted goes on from where it was, None is not told."""

    cpu: float | None = None  # seconds that this thread, which is the event loop's, has computed
    waited: float | None = None  # seconds in which it could have run and had no core
    switches: int | None = None  # how often a core was taken from it
    files: int | None = None  # open now
    most_files: int | None = None
    ports: int | None = None
    ahead: float | None = None  # seconds that the wall clock is ahead of the monotonic one
    stolen: tuple[int, int] | None = None  # by the hypervisor, and all, in one unit
    throttled: float | None = None  # seconds
    collected: float = 0.0  # seconds that the garbage collector took
    longest: float = 0.0  # seconds, of its pauses since the last reading


Read: TypeAlias = Callable[[], Reading]

Sources: TypeAlias = Callable[[], AbstractContextManager[Read]]
"""Begins to listen, and hands out what reads; in tests that is a function that says what it likes."""


class Pauses:
    """Listens to the garbage collector (`gc.callbacks`): how long it stopped everything."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self._now = now
        self._began = 0.0
        self.total = self.longest = 0.0

    def __call__(self, phase: str, _: Mapping[str, int]) -> None:
        """Hear that a collection begins or ends."""
        if phase == "start":
            self._began = self._now()
            return
        pause = self._now() - self._began
        self.total += pause
        self.longest = max(self.longest, pause)


@contextmanager
def machine() -> Iterator[Read]:
    """Listen to this process and this machine, as far as they tell; to be used in the event loop's thread."""
    pauses = Pauses()
    waited = told("/proc/thread-self/schedstat", texts.waited)
    sockets, stolen = told("/proc/net/sockstat", texts.sockets), told("/proc/stat", texts.stolen)
    throttled = told(first(told("/proc/self/cgroup", texts.groups)() or ()), texts.held_back)

    def read() -> Reading:
        longest, pauses.longest = pauses.longest, 0.0
        most = most_files()
        return Reading(
            cpu=time.thread_time(),
            waited=waited(),
            switches=switches(),
            files=None if most is None else files(most),
            most_files=most,
            ports=sockets(),
            ahead=ahead(),
            stolen=stolen(),
            throttled=throttled(),
            collected=pauses.total,
            longest=longest,
        )

    gc.callbacks.append(pauses)
    try:
        yield read
    finally:
        gc.callbacks.remove(pauses)


def told(file: str, parse: Callable[[str], T | None]) -> Callable[[], T | None]:
    """Make what reads a file of the kernel; None where there is none, or where it says something else."""

    def read() -> T | None:
        try:
            with open(file, "rb") as opened:  # noqa: PTH123  (three times as quick as a Path)
                return parse(opened.read().decode("ascii", "replace"))
        except (OSError, ValueError, LookupError):
            return None

    return read


def first(files: Iterable[str]) -> str:
    """Return the first file that exists, or "" where none does."""
    return next((file for file in files if Path(file).exists()), "")


def switches() -> int | None:
    """Return how often a core was taken from this process; None on Windows, which does not tell."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw


def most_files() -> int | None:
    """Return how many files this process may have open; None where there is no limit to be read."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def files(most: int, listed: str = "/proc/self/fd") -> int:
    """Return how many files are open, cheaply however many they are.

    Linux 6.2 tells it as the size of a folder. Elsewhere the lowest number that is free says that at least
    so many are, and no file can be opened when that is at the limit.
    """
    try:
        count = os.stat(listed).st_size  # noqa: PTH116
    except OSError:
        count = 0
    return count or lowest(most)


def lowest(most: int) -> int:
    """Return the lowest number of a file that is free."""
    try:
        number = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return most
    os.close(number)
    return number


def ahead(wall: Callable[[], float] = time.time, now: Callable[[], float] = perf_counter) -> float:
    """Return by how much the wall clock is ahead of ours: of three tries, that which was least disturbed."""
    tries = []
    for _ in range(3):
        before, there, after = now(), wall(), now()
        tries.append((after - before, there - (before + after) / 2))
    return min(tries)[1]
