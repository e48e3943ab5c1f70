"""The pace of a run: moments since its start, and what a stop does to those who wait for one."""

import asyncio

import pytest
from fakes import in_virtual_time

from planrunner.engine.timing.pace import Pace


def test_moments_count_from_the_start_of_the_run() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(100)
        pace = Pace(loop.time)
        assert await pace.until(0.1)
        assert not pace.before(0.1)  # exactly then, whatever sums of floats say
        return [pace.elapsed, loop.time()]

    assert in_virtual_time(main) == pytest.approx([0.1, 100.1])


def test_a_moment_that_is_over_is_not_waited_for() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        pace = Pace(loop.time)
        await asyncio.sleep(2)
        assert await pace.until(1)
        return loop.time()

    assert in_virtual_time(main) == 2


def test_a_stop_wakes_all_who_wait_and_nobody_waits_afterwards() -> None:
    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        pace = Pace(loop.time)
        part = pace.part()
        loop.call_later(3, pace.stop)
        told = await asyncio.gather(pace.until(50), part.until(60), part.until(1))
        return [*told, await part.until(90), loop.time()]

    assert in_virtual_time(main) == [False, False, True, False, 3]


def test_a_part_stops_alone() -> None:
    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        pace = Pace(loop.time)
        part = pace.part()
        loop.call_later(1, part.stop)
        return [*await asyncio.gather(pace.until(5), part.until(5)), pace.before(6), part.before(6)]

    assert in_virtual_time(main) == [True, False, True, False]


def test_a_part_of_a_run_that_is_being_stopped_is_stopped() -> None:
    async def main() -> bool:
        pace = Pace(asyncio.get_running_loop().time)
        pace.stop()
        return pace.part().before(1)

    assert in_virtual_time(main) is False
