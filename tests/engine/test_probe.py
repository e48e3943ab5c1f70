"""The probe feels how late the event loop is, exactly, and adds what the machine tells of the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import numpy as np
import pytest
from fakes import VirtualLoop, in_virtual_time
from vitals import growing

from planrunner.engine.health.probe import EVERY, Note, probing
from planrunner.engine.health.sources import Sources
from planrunner.engine.timing.pace import Pace
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Key, Sink, Trend
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.vitals import Vitals

Deed = Callable[[Pace, Note], Awaitable[None]]


def loop() -> VirtualLoop:
    return cast("VirtualLoop", asyncio.get_running_loop())


def snapshot(sinks: dict[Key, Sink] | None = None) -> Snapshot:
    return Snapshot(0, 0.0, 0.0, sinks or {}, [], [])


def felt(deed: Deed, sources: Sources | None = growing(), ahead: float = 0.0) -> list[Vitals]:  # noqa: B008 (frozen)
    """Do something under a probe that begins `ahead` seconds later; what it felt until a second after."""

    async def main() -> list[Vitals]:
        pace = Pace(loop().time)
        pace.start += ahead
        async with probing(sources, 3, pace.now, pace.start) as note:
            await deed(pace, note)
            await pace.until(1.0)
            return note(snapshot()).vitals

    return in_virtual_time(main)


async def nothing(pace: Pace, _: Note) -> None:
    """Let time pass."""


def blocking(seconds: float, at: float) -> Deed:
    async def deed(pace: Pace, _: Note) -> None:
        await pace.until(at)
        loop().block(seconds)

    return deed


def test_a_loop_that_turns_is_not_late() -> None:
    (vitals,) = felt(nothing)
    assert (vitals.process, vitals.at, vitals.seconds) == (3, 1.0, 1.0)
    assert vitals.lags == (0.0,) * int(1 / EVERY)
    assert (vitals.loop_lag, vitals.frozen) == (0.0, 0.0)


def test_what_keeps_the_loop_from_turning_is_felt_by_all_who_would_have_woken_up() -> None:
    (vitals,) = felt(blocking(0.25, at=0.1))  # due are 0.194, 0.291 and, in time, 0.388
    assert vitals.loop_lag == pytest.approx(0.35 - 2 * EVERY)
    assert vitals.lags[1:4] == pytest.approx((0.35 - 2 * EVERY, 0.35 - 3 * EVERY, 0.0))
    assert vitals.frozen == 0.0


def test_half_a_second_without_a_turn_is_no_work_of_ours() -> None:
    (vitals,) = felt(blocking(1.5, at=0.1))
    assert vitals.seconds == pytest.approx(1.6)
    assert vitals.frozen == vitals.loop_lag == pytest.approx(1.6 - 2 * EVERY)
    assert len(vitals.lags) == int(1.6 / EVERY)


def test_nothing_is_felt_before_the_start() -> None:
    async def early(pace: Pace, note: Note) -> None:
        loop().block(2.0)
        assert note(snapshot()).vitals == []

    (vitals,) = felt(early, growing(cpu=lambda at: at), ahead=3.0)
    assert (vitals.at, vitals.seconds, vitals.loop_lag, vitals.cpu) == (1.0, 1.0, 0.0, 1.0)


def test_a_short_piece_waits_for_the_next_one() -> None:
    async def twice(pace: Pace, note: Note) -> None:
        await pace.until(0.5)
        assert len(note(snapshot()).vitals) == 1
        await pace.until(0.6)
        loop().block(0.1)
        assert note(snapshot()).vitals == []

    (vitals,) = felt(twice)
    assert vitals.seconds == 0.5
    assert vitals.loop_lag == pytest.approx(0.7 - 7 * EVERY)


def test_what_is_counted_becomes_shares_of_the_time() -> None:
    (vitals,) = felt(
        nothing,
        growing(
            cpu=lambda at: 7 + 0.5 * at,
            waited=lambda at: 0.25 * at,
            switches=lambda at: int(40 * at),
            throttled=lambda at: 0.125 * at,
            stolen=lambda at: (int(8 * at), int(200 * at)),
            ahead=lambda at: 1e9 - (3600 if at > 0.5 else 0),
            collected=lambda at: 0.0625 * at,
            longest=lambda _: 0.03,
            files=lambda _: 90,
            most_files=lambda _: 100,
            ports=lambda _: 70,
        ),
    )
    assert (vitals.cpu, vitals.waiting, vitals.switches, vitals.throttled) == (0.5, 0.25, 40.0, 0.125)
    assert vitals.wanted == 0.75
    assert (vitals.steal, vitals.clock_step, vitals.gc_share, vitals.gc_pause) == (0.04, 3600.0, 0.0625, 0.03)
    assert (vitals.files, vitals.most_files, vitals.ports) == (90, 100, 70)


def test_what_is_not_told_is_absent() -> None:
    (vitals,) = felt(nothing)
    assert (vitals.cpu, vitals.waiting, vitals.steal, vitals.files) == (None,) * 4
    (alone,) = felt(nothing, growing(cpu=lambda at: 1.5 * at))
    assert alone.wanted == 1.0
    (still,) = felt(nothing, growing(stolen=lambda _: (1, 2)))
    assert still.steal is None


def test_without_sources_nothing_is_felt() -> None:
    assert felt(nothing, None) == []


def test_what_the_engine_measured_of_itself_is_taken_over() -> None:
    late = Histogram()
    late.add(np.array([0.001] * 90 + [0.25] * 10))

    async def measured(pace: Pace, note: Note) -> None:
        await pace.until(0.5)
        sinks: dict[Key, Sink] = {
            Key("generator_lag", (("scenario", "a"),)): Trend(late),
            Key("dropped_iterations", (("scenario", "a"),)): Counter(3, 3),
            Key("dropped_iterations", (("scenario", "b"),)): Counter(4, 4),
            Key("interrupted_iterations", ()): Counter(2, 2),
        }
        (vitals,) = note(snapshot(sinks)).vitals
        assert vitals.generator_lag == pytest.approx(0.25)
        assert (vitals.dropped, vitals.interrupted) == (7, 2)

    (vitals,) = felt(measured)
    assert (vitals.generator_lag, vitals.dropped) == (None, 0)
