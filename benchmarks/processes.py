"""A program, run on a core to its end: what it printed, how long it took, its processor time and memory."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from time import perf_counter
from typing import IO

from msgspec import Struct

from benchmarks.cores import on

EVERY = 0.1  # seconds between two looks at memory: /proc/PID/status costs the watched program nothing
COMPLAINT = 300  # characters of what a program said when it failed


class BadRunError(Exception):
    """A run whose number would mean nothing; the message says why."""


class Ran(Struct, frozen=True):
    """A program that ended well. Memory is resident memory in bytes of it and all its children."""

    output: str
    began: float  # of `perf_counter`
    seconds: float
    cpu: float  # seconds of processor time, in user mode and in the kernel
    peak: int  # 0 where there is no /proc
    memory: tuple[tuple[float, int], ...]  # seconds since its start, and how much there was


class Order(Struct, frozen=True):
    """What to run and where; `meanwhile` is called in a thread as soon as the program has started."""

    command: Sequence[str]
    core: int | None = None
    limit: float = 60.0  # seconds after which it counts as hanging
    environment: Mapping[str, str] = {}
    meanwhile: Callable[[], None] | None = None
    accepted: tuple[int, ...] = (0,)  # exit codes


def run(order: Order) -> Ran:
    """Run a program to its end; BadRunError when it failed or did not end."""
    with TemporaryFile() as printed, TemporaryFile() as complained:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = perf_counter()
        try:
            with on(order.core):
                process = subprocess.Popen(
                    order.command,
                    stdout=printed,
                    stderr=complained,
                    env={**os.environ, **order.environment},
                    start_new_session=True,  # so that it can be ended with all its children
                )
        except FileNotFoundError:
            raise BadRunError(f"{order.command[0]!r} was not found") from None
        try:
            memory = _watch(process, order, began)
        finally:
            _end(process)
        seconds = perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        output, complaint = (_text(file) for file in (printed, complained))
    if process.returncode not in order.accepted:
        said = " ".join((complaint.strip() or output).split())[-COMPLAINT:]
        raise BadRunError(f"exit code {process.returncode}: {said}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = max((most for _, _, most in memory), default=0)
    return Ran(output, began, seconds, cpu, peak, tuple((at, now) for at, now, _ in memory))


def _watch(process: subprocess.Popen[bytes], order: Order, began: float) -> list[tuple[float, int, int]]:
    """Note its memory until it ends: when, how much now, how much at most so far."""
    beside = Thread(target=order.meanwhile) if order.meanwhile else None
    if beside:
        beside.start()
    memory = []
    while True:
        try:
            process.wait(EVERY)
        except subprocess.TimeoutExpired:
            at = perf_counter() - began
            now, most = memory_of(process.pid)
            if most:
                memory.append((at, now, most))
            if at > order.limit:
                raise BadRunError(f"it did not come to an end within {order.limit:g} s") from None
        else:
            break
    if beside:
        beside.join()
    return memory


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing behind of one that did not end by itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def memory_of(pid: int) -> tuple[int, int]:
    """Return the resident bytes of a process and its children: now, and at the most so far.

    Pages that processes share are counted for each: several are never told smaller than they are.
    """
    found = [_resident(each) for each in family(pid)]
    return sum(now for now, _ in found), sum(most for _, most in found)


def family(pid: int) -> Iterator[int]:
    """Name a process and all its descendants."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = file.read_text()
        except OSError:  # the process has just ended
            continue
        for child in children.split():
            yield from family(int(child))


def _resident(pid: int) -> tuple[int, int]:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has just ended, or there is no /proc
        return 0, 0
    return _kilobytes("VmRSS", status), _kilobytes("VmHWM", status)


def _kilobytes(name: str, status: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0  # a process that has ended but was not waited for has none
