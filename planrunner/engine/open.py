"""Open load: iterations begin when they are due, whoever is free."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice

from planrunner.engine.crew import Crew
from planrunner.engine.vu import VU
from planrunner.pacing.executors import Arrivals

BURST = 100  # arrivals started in one go before others may run: a late start must not starve the rest


async def arrivals(crew: Crew, schedule: Arrivals) -> None:
    """Begin iterations when they are due (constant-arrival-rate, ramping-arrival-rate)."""
    work = crew.program.work
    limit = crew.end + work.graceful_stop
    users = iter(crew.share.shard.of(schedule.max_vus))
    ready = len(crew.share.shard.of(schedule.pre_allocated_vus))
    free = [crew.vu(user) for user in islice(users, ready)]
    everyone = list(free)
    try:
        async with crew.pace.limit(limit, work.graceful_stop), asyncio.TaskGroup() as group:
            await _start_what_is_due(crew, schedule, group, users, (free, everyone))
            await crew.pace.until(crew.end)
    except TimeoutError:
        pass  # each one that was interrupted has been counted
    finally:
        for vu in everyone:
            await vu.close()


async def _start_what_is_due(
    crew: Crew,
    schedule: Arrivals,
    group: asyncio.TaskGroup,
    users: Iterator[int],
    vus: tuple[list[VU], list[VU]],
) -> None:
    free, everyone = vus
    looked_at, after = 0, crew.program.start_after
    for number, due in schedule.due(crew.share.shard):
        if crew.pace.elapsed < after + due:
            if not await crew.pace.until(after + due):
                return
            looked_at = 0
        elif looked_at == BURST:
            await asyncio.sleep(0)
            looked_at = 0
            if crew.pace.stopping:
                return
        looked_at += 1
        if not free and (user := next(users, None)) is not None:
            free.append(crew.vu(user))
            everyone.append(free[-1])
        if free:
            group.create_task(_once(crew, free.pop(), free, number, after + due))
        else:
            crew.dropped.value += 1  # never made up for: it would blame the target for our limit


async def _once(crew: Crew, vu: VU, free: list[VU], number: int, due: float) -> None:
    crew.share.vus.change(1)
    try:
        await crew.iterate(vu, number, due)
    except asyncio.CancelledError:
        crew.interrupted.value += vu.busy
        raise
    finally:
        crew.share.vus.change(-1)
        if vu.end != "vu":
            free.append(vu)
