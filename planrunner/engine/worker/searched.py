"""Load whose levels are announced while it runs: a search for the capacity of the target."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from msgspec.structs import replace

from planrunner.engine.actions.vu import VU
from planrunner.engine.worker.closed import loop
from planrunner.engine.worker.crew import Crew
from planrunner.engine.worker.open import Pending, Pool, begin_what_is_due
from planrunner.pacing.executors import RateSearch, Searched, VusSearch
from planrunner.pacing.levels import Level

ARRIVING = 1.0  # seconds over which VUs that a level adds begin: not at once, or they stay in step


class Levels:
    """The levels that are known, and who waits for the next one."""

    def __init__(self) -> None:
        self._known: list[Level] = []
        self._waiters: list[asyncio.Future[None]] = []
        self._over = False

    def announce(self, level: Level) -> None:
        """Have a level come next."""
        self._known.append(level)
        self._wake()

    def close(self) -> None:
        """Have no level come any more, nor those that have not begun."""
        self._over = True
        self._wake()

    async def __aiter__(self) -> AsyncIterator[Level]:
        """Yield the levels in their order, each as soon as it is known."""
        number = 0
        while True:
            while not self._over and number == len(self._known):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
            if self._over:
                return
            yield self._known[number]
            number += 1

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


async def rates(crew: Crew, schedule: RateSearch, levels: Levels) -> None:
    """Begin iterations at the rate of each level (find-rate)."""
    grace = _begin(crew, schedule, levels)
    course = schedule.course(crew.share.shard, crew.share.given.chance(crew.program.name))
    pending = Pending()
    try:
        async with crew.pace.limit(crew.end + grace, grace), asyncio.TaskGroup() as group:
            group.create_task(_close(crew, levels))
            pool = Pool(crew, schedule, group, pending)
            async for level in levels:
                await begin_what_is_due(crew, course.due(level), pool, pending)
            pool.dismiss()
    except TimeoutError:
        # Each one that was interrupted has been counted.
        crew.books(crew.pace.elapsed).dropped.value += pending.count


async def vus(crew: Crew, schedule: VusSearch, levels: Levels) -> None:
    """Let as many VUs loop as each level has (find-vus)."""
    grace = _begin(crew, schedule, levels)
    try:
        async with crew.pace.limit(crew.end + grace, grace), asyncio.TaskGroup() as group:
            group.create_task(_close(crew, levels))
            for user in crew.share.shard.of(schedule.max_vus):
                group.create_task(_user(crew, user, levels))
    except TimeoutError:
        pass  # each one that was interrupted has been counted


def _begin(crew: Crew, schedule: Searched, levels: Levels) -> float:
    """Begin with the first level, which nobody has to announce, and to warm up with it; returns the grace.

    The search ends it. Seconds may slip, so by itself it ends after twice the time that is planned.
    """
    crew.end += schedule.seconds
    program, trials = crew.program, schedule.trials
    first = trials.first(program.start_after + program.warm_up)
    if program.warm_up:
        levels.announce(replace(trials.first(program.start_after), end=first.begin))
    levels.announce(first)
    return crew.program.work.graceful_stop


async def _close(crew: Crew, levels: Levels) -> None:
    """Close the levels when the run is being stopped."""
    await crew.pace.until(crew.end)
    levels.close()


async def _user(crew: Crew, user: int, levels: Levels) -> None:
    """Be at work in the levels that want this VU; what it has begun it does to its end."""
    vu: VU | None = None
    until = -1.0  # the end of the last level that wanted it
    try:
        async for level in levels:
            if user >= level.value:
                continue
            vu = vu or crew.vu(user)
            wait = 0.0 if until == level.begin else ARRIVING * user / level.value
            until = level.end
            if vu.end != "vu" and await crew.pace.until(level.begin + wait):
                await loop(crew, vu, level.end)
    except asyncio.CancelledError:
        if vu:
            crew.interrupt(vu)
        raise
    finally:
        if vu:
            await vu.close()
