"""Limits: what runs inside is cancelled at its moment, with one timer for all that have the same."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fakes import in_virtual_time

from planrunner.engine.timing.pace import Pace

Main = Callable[[Pace], Awaitable[Any]]


def within(main: Main) -> Any:
    async def run() -> Any:
        return await main(Pace(asyncio.get_running_loop().time))

    return in_virtual_time(run)


async def ended(pace: Pace, moment: float, grace: float, work: float) -> float:
    """Work inside a limit; when it came to its end, negative if it was cut off."""
    try:
        async with pace.limit(moment, grace):
            await asyncio.sleep(work)
    except TimeoutError:
        return -pace.elapsed
    return pace.elapsed


@pytest.mark.parametrize(("moment", "end"), [(2.0, -2.0), (10.0, 5.0), (-1.0, 0.0)])
def test_what_runs_longer_is_cut_off_at_the_moment(moment: float, end: float) -> None:
    assert within(lambda pace: ended(pace, moment, 30.0, 5.0)) == end


def test_limits_of_one_moment_end_together_and_others_apart() -> None:
    async def main(pace: Pace) -> list[float]:
        return await asyncio.gather(*(ended(pace, moment, 30.0, 9.0) for moment in (2.0, 2.0, 3.0, 9.5)))

    assert within(main) == [-2.0, -2.0, -3.0, 9.0]


def test_after_a_stop_everything_has_its_grace_but_not_more_time() -> None:
    async def main(pace: Pace) -> list[float]:
        asyncio.get_running_loop().call_later(1.0, pace.stop)
        return list(await asyncio.gather(ended(pace, 50.0, 4.0, 60.0), ended(pace, 2.0, 4.0, 60.0)))

    assert within(main) == [-5.0, -2.0]


def test_a_limit_that_begins_after_the_stop_is_its_grace() -> None:
    async def main(pace: Pace) -> float:
        pace.stop()
        return await ended(pace, 50.0, 4.0, 60.0)

    assert within(main) == -4.0


def test_a_limit_is_not_mistaken_for_being_cancelled() -> None:
    async def main(pace: Pace) -> tuple[bool, int]:
        task = asyncio.create_task(ended(pace, 5.0, 30.0, 60.0))
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled(), task.cancelling()

    assert within(main) == (True, 1)


def test_both_at_once_is_being_cancelled() -> None:
    async def main(pace: Pace) -> bool:
        task = asyncio.create_task(ended(pace, 5.0, 30.0, 60.0))
        asyncio.get_running_loop().call_at(5.0, task.cancel)
        await asyncio.wait([task])
        return task.cancelled()

    assert within(main)
