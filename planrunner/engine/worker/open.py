"""Open load: iterations begin when they are due, whoever is free."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from planrunner.engine.actions.vu import VU
from planrunner.engine.worker.crew import Crew
from planrunner.pacing.executors import Arrivals, Opened

BURST = 100  # arrivals started in one go before others may run: a late start must not starve the rest

Call: TypeAlias = "asyncio.Future[tuple[int, float] | None]"
"""What a free VU waits for: number and moment of its next arrival, None when there is none to come."""


async def arrivals(crew: Crew, schedule: Arrivals) -> None:
    """Begin iterations when they are due (constant-arrival-rate, ramping-arrival-rate)."""
    grace = crew.program.work.graceful_stop
    seed = crew.share.given.chance(crew.program.name)
    after, pending = crew.program.start_after, Pending()
    coming = ((number, after + due) for number, due in schedule.due(crew.share.shard, seed))
    try:
        async with crew.pace.limit(crew.end + grace, grace), asyncio.TaskGroup() as group:
            pool = Pool(crew, schedule, group, pending)
            await begin_what_is_due(crew, coming, pool, pending)
            pool.dismiss()
            await crew.pace.until(crew.end)
    except TimeoutError:
        # Each one that was interrupted has been counted. Those that came too late to begin are dropped.
        late = 0 if crew.pace.stopping else sum(1 for _ in coming)
        crew.books(crew.end).dropped.value += pending.count + late


class Pending(Struct):
    """How many arrivals were taken up and have neither begun nor been dropped."""

    count: int = 0


async def begin_what_is_due(
    crew: Crew, coming: Iterator[tuple[int, float]], pool: Pool, pending: Pending
) -> None:
    """Begin arrivals at their moments, in seconds since the run began, as long as it goes on."""
    begun = 0
    for number, due in coming:
        pending.count += 1
        if crew.pace.before(due):
            await crew.pace.until(due)
            begun = 0
        elif begun == BURST:
            await asyncio.sleep(0)
            begun = 0
        if crew.pace.stopping:
            pending.count -= 1
            return
        begun += 1
        pool.begin(number, due)


class Pool:
    """The VUs of an arrival rate, each a task that waits for the next arrival: to begin one is to tell it."""

    def __init__(self, crew: Crew, schedule: Opened, group: asyncio.TaskGroup, pending: Pending) -> None:
        self._crew, self._group, self._pending = crew, group, pending
        self._loop = asyncio.get_running_loop()
        self._over = self._warned = False
        self._made = 0
        self._users = iter(crew.share.shard.of(schedule.max_vus))
        self._free: list[Call] = []

    def begin(self, number: int, due: float) -> None:
        """Give an arrival to a free VU, else to a new one; else drop it.

        It is never made up for: that would blame the target for our limit.
        """
        if self._free:
            self._free.pop().set_result((number, due))
        elif (user := next(self._users, None)) is not None:
            self._hire(user).set_result((number, due))
        else:
            self._pending.count -= 1
            self._crew.books(due).dropped.value += 1
            self._warn()

    def _warn(self) -> None:
        """Say once, as k6 does, that there are too few VUs."""
        if not self._warned:
            self._warned = True
            shard = self._crew.share.shard
            whose = f" of process {shard.index + 1} of {shard.count}" if shard.count > 1 else ""
            few = f"all {self._made} VUs{whose} are busy, so iterations are dropped; raise `max_vus`"
            self._crew.share.tally.log(f"scenario {self._crew.program.name}: {few}")

    def dismiss(self) -> None:
        """Let VUs go, those that are at work when they are free."""
        self._over = True
        for call in self._free:
            call.set_result(None)

    def _hire(self, user: int) -> Call:
        """Set a VU to work, which may have been made before the run; returns what it waits for."""
        self._made += 1
        call: Call = self._loop.create_future()
        self._group.create_task(self._serve(self._crew.vu(user), call))
        return call

    async def _serve(self, vu: VU, call: Call) -> None:
        crew, level = self._crew, self._crew.share.vus
        try:
            while arrival := await call:
                self._pending.count -= 1
                level.change(1)
                try:
                    await crew.iterate(vu, *arrival)
                finally:
                    level.change(-1)
                if self._over or vu.end == "vu":
                    break
                call = self._loop.create_future()
                self._free.append(call)
        except asyncio.CancelledError:
            crew.interrupt(vu)
            raise
        finally:
            await vu.close()
