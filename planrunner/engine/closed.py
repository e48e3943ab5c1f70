"""Closed load: VUs that begin their next iteration when their last one has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from planrunner.engine.crew import Crew
from planrunner.engine.vu import VU
from planrunner.pacing.executors import Quota, Users


async def users(crew: Crew, schedule: Users) -> None:
    """Let VUs loop in the spans of a curve (constant-vus, ramping-vus)."""
    async with asyncio.TaskGroup() as group:
        for user, spans in schedule.users(crew.share.shard):
            group.create_task(_user(crew, user, spans))


async def _user(crew: Crew, user: int, spans: list[tuple[float, float]]) -> None:
    vu = crew.vu(user)
    try:
        for begin, end in spans:
            if vu.end == "vu" or not await crew.pace.until(crew.program.start_after + begin):
                break
            await _loop(crew, vu, crew.program.start_after + end)
    finally:
        await vu.close()


async def _loop(crew: Crew, vu: VU, end: float) -> None:
    work = crew.program.work
    last = crew.end + work.graceful_stop
    limit = last if end >= crew.end else min(end + work.graceful_ramp_down, last)
    crew.share.vus.change(1)
    try:
        async with crew.pace.limit(limit, work.graceful_stop):
            while vu.end != "vu" and crew.pace.before(end):
                if not await crew.iterate(vu, next(crew.numbers)):
                    await crew.pause()
    except TimeoutError:
        crew.interrupted.value += vu.busy
    finally:
        crew.share.vus.change(-1)


async def quota(crew: Crew, schedule: Quota) -> None:
    """Let VUs take a number of iterations (shared-iterations, per-vu-iterations)."""
    shard, work = crew.share.shard, crew.program.work
    numbers = shard.of(schedule.max_vus)
    left = [iter(schedule.numbers(shard))] * len(numbers)
    if schedule.each:
        total = schedule.iterations * schedule.max_vus
        left = [iter(range(user, total, schedule.max_vus)) for user in numbers]
    limit = crew.end + work.graceful_stop
    try:
        async with crew.pace.limit(limit, work.graceful_stop), asyncio.TaskGroup() as group:
            for user, iterations in zip(numbers, left, strict=True):
                group.create_task(_spend(crew, user, iterations))
    except TimeoutError:
        pass  # each one that was interrupted has been counted
    if not crew.pace.stopping:
        # k6: iterations for which the time was too short are dropped; after a stop they are not.
        crew.dropped.value += sum(1 for iterations in left for _ in iterations)


async def _spend(crew: Crew, user: int, numbers: Iterator[int]) -> None:
    vu = crew.vu(user)
    crew.share.vus.change(1)
    try:
        while vu.end != "vu" and crew.pace.before(crew.end):
            number = next(numbers, None)
            if number is None:
                break
            if not await crew.iterate(vu, number):
                await crew.pause()
    except asyncio.CancelledError:
        crew.interrupted.value += vu.busy
        raise
    finally:
        crew.share.vus.change(-1)
        await vu.close()
