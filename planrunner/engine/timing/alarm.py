"""The alarm: one bell that wakes any number of waiters, each when the clock has come to its moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import TypeAlias

from planrunner.engine.timing.bells import Bell, Now, Ring, bell

LINGER = 1.0  # seconds that the bell is kept without a waiter: making one costs as much as some ten waits

MANY = 256  # waiters that were given up; sweeping fewer costs more than it saves

Waiter: TypeAlias = "asyncio.Future[None]"


class Alarm:
    """Wakes waiters in their order and never early.

    Its bell is made for the first waiter, on the loop that runs then, and given back when there was none for
    a while: nobody has to close an alarm.
    """

    def __init__(self, now: Now, make: Callable[[Now, Ring], Bell] = bell) -> None:
        self.now = now
        self._make = make
        self._bell: Bell | None = None
        self._set_for = inf
        self._heap: list[tuple[float, int, Waiter]] = []
        self._numbers = count()  # waiters for one moment are woken in their order
        self._given_up = 0  # waiters in the heap that nobody waits for any more

    async def until(self, moment: float, among: set[Waiter] | None = None) -> None:
        """Wait for a moment of the clock; who knows `among` may wake its waiters sooner."""
        waiter = asyncio.get_running_loop().create_future()
        heappush(self._heap, (moment, next(self._numbers), waiter))
        if moment < self._set_for:
            self._set(moment)
        if among is not None:
            among.add(waiter)
        try:
            await waiter
        finally:
            if among is not None:
                among.discard(waiter)
            if self.now() < moment:  # so it was not the bell, and the heap still has it
                self._give_up()

    def _set(self, moment: float) -> None:
        if self._bell is None:
            self._bell = self._make(self.now, self._ring)
        self._set_for = moment
        self._bell.set(moment)

    def _ring(self) -> None:
        """Wake who is due, and set the bell for the next one."""
        heap, now, idle = self._heap, self.now(), not self._heap
        while heap and (heap[0][0] <= now or heap[0][2].done()):
            waiter = heappop(heap)[2]
            if waiter.done():
                self._given_up = max(0, self._given_up - 1)
            wake(waiter)
        if heap:
            self._set(heap[0][0])
        elif idle and self._bell:
            self._bell.close()
            self._bell, self._set_for = None, inf
        else:
            self._set(now + LINGER)

    def _give_up(self) -> None:
        """Note that a waiter is of no use any more; when most are, throw them out."""
        self._given_up += 1
        if self._given_up > MANY and 2 * self._given_up > len(self._heap):
            self._heap = [entry for entry in self._heap if not entry[2].done()]
            heapify(self._heap)
            self._given_up = 0


def wake(waiter: Waiter) -> None:
    """Let a waiter go on, unless it does already."""
    if not waiter.done():
        waiter.set_result(None)


_WORKERS: ContextVar[Alarm | None] = ContextVar("alarm", default=None)


def install(now: Now) -> Alarm:
    """Make an alarm, by which `sleep` waits in this context and in the tasks that begin in it."""
    made = Alarm(now)
    _WORKERS.set(made)
    return made


async def sleep(seconds: float) -> None:
    """Wait exactly, by the worker's alarm; what runs beside the workers waits by the loop's timers."""
    alarm = _WORKERS.get()
    if alarm is None or seconds <= 0:
        await asyncio.sleep(seconds)
    else:
        await alarm.until(alarm.now() + seconds)
