"""Closed load: VUs that begin their next iteration when their last one has ended."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle
from operator import length_hint
from typing import TypeAlias

from msgspec import Struct

from planrunner.engine.actions.vu import VU
from planrunner.engine.worker.crew import Crew
from planrunner.pacing.executors import Quota, Users

Span: TypeAlias = tuple[float, float]
"""From when to when a VU may begin iterations."""


async def users(crew: Crew, schedule: Users) -> None:
    """Let VUs loop in the spans of a curve (constant-vus, ramping-vus)."""
    async with asyncio.TaskGroup() as group:
        for user, spans in schedule.users(crew.share.shard):
            group.create_task(_user(crew, user, stretches(crew, schedule, user, spans)))


class Stretch(Struct, frozen=True):
    """Spans in which a VU is at work, with nothing to cut it off in between, and when it is cut off."""

    spans: tuple[Span, ...]  # seconds since the run began
    limit: float


def stretches(crew: Crew, schedule: Users, user: int, spans: Sequence[Span]) -> Iterator[Stretch]:
    """Join the spans of a VU that is wanted again before the grace of a ramp-down is over.

    As in k6 (lib/executor/vu_handle.go, start), such a VU goes on, in the middle of its iteration too. At the
    end of the load the VUs that are still wanted have graceful_stop; those that a ramp has taken away there
    have graceful_ramp_down, as before, but no longer than the others.
    """
    work, start = crew.program.work, crew.program.start_after
    last = crew.end + work.graceful_stop
    wanted = schedule.curve.ramps[-1].high > user  # at the very end
    joined: list[Span] = []
    for number, (begin, end) in enumerate(spans, 1):
        joined.append((start + begin, start + end))
        grace = start + end + work.graceful_ramp_down
        if number < len(spans) and start + spans[number][0] <= grace:
            continue
        yield Stretch(tuple(joined), last if wanted and number == len(spans) else min(grace, last))
        joined = []


async def _user(crew: Crew, user: int, work: Iterable[Stretch]) -> None:
    vu = crew.vu(user)
    try:
        for stretch in work:
            if vu.end == "vu" or not await crew.pace.until(stretch.spans[0][0]):
                break
            await _stretch(crew, vu, stretch)
    finally:
        await vu.close()


async def _stretch(crew: Crew, vu: VU, stretch: Stretch) -> None:
    try:
        async with crew.pace.limit(stretch.limit, crew.program.work.graceful_stop):
            for begin, end in stretch.spans:
                if vu.end != "vu" and await crew.pace.until(begin):
                    await loop(crew, vu, end)
    except TimeoutError:
        crew.interrupt(vu)


async def loop(crew: Crew, vu: VU, end: float) -> None:
    """Have a VU begin iterations, one after the other, until a moment of the run."""
    crew.share.vus.change(1)
    try:
        while vu.end != "vu" and crew.pace.before(end):
            if not await crew.iterate(vu, next(crew.numbers)):
                await crew.pause()
    finally:
        crew.share.vus.change(-1)


async def quota(crew: Crew, schedule: Quota) -> None:
    """Let VUs take a number of iterations (shared-iterations, per-vu-iterations)."""
    shard, grace = crew.share.shard, crew.program.work.graceful_stop
    users = shard.of(schedule.max_vus)
    pools: list[Iterator[int]] = [schedule.numbers(shard)]
    if schedule.each:
        total = schedule.iterations * schedule.max_vus
        pools = [iter(range(user, total, schedule.max_vus)) for user in users]
    try:
        async with crew.pace.limit(crew.end + grace, grace), asyncio.TaskGroup() as group:
            for user, pool in zip(users, cycle(pools), strict=False):
                group.create_task(_spend(crew, user, pool, own=schedule.each))
    except TimeoutError:
        pass  # each one that was interrupted has been counted
    if not crew.pace.stopping:
        # k6: iterations for which the time was too short are dropped; after a stop they are not.
        crew.books(crew.end).dropped.value += sum(map(length_hint, pools))


async def _spend(crew: Crew, user: int, pool: Iterator[int], *, own: bool) -> None:
    vu = crew.vu(user)
    crew.share.vus.change(1)
    try:
        while vu.end != "vu" and crew.pace.before(crew.end):
            number = next(pool, None)
            if number is None:
                break
            if not await crew.iterate(vu, number):
                await crew.pause()
        if own and vu.end == "vu":
            deque(pool, 0)  # the plan has given up the rest: they are not dropped
    except asyncio.CancelledError:
        crew.interrupt(vu)
        raise
    finally:
        crew.share.vus.change(-1)
        await vu.close()
