"""Arrivals at the very end of a load: each began, was dropped or was interrupted."""

import asyncio

import pytest
from fakes import FakeSession, in_virtual_time
from running import checked_plan

from planrunner.engine.worker.worker import Worker
from planrunner.metrics.join import Part
from planrunner.metrics.selector import selector
from planrunner.metrics.series import Counter
from planrunner.metrics.tally import Totals
from planrunner.pacing.executors import Shard

FATES = ("iterations", "dropped_iterations", "interrupted_iterations")


async def fates(load: str, pace: float) -> list[float]:
    """Carry a load out by a clock that is `pace` times as fast as the loop's; what became of its arrivals."""
    checked = checked_plan(f"name: a\ntarget: http://h\nload: {load}\nsteps: [{{get: /}}]\n")
    loop = asyncio.get_running_loop()
    told: list[Part] = []
    made = Worker(
        checked.plan,
        checked.given,
        Shard(),
        lambda: pace * loop.time(),
        lambda _: FakeSession(lambda _: (200, 0.0625)),
    )
    await made.run(told.append, 0.0)
    totals = Totals(made.program.metrics)
    for part in told:
        totals.add(part.snapshot)
    found = [totals.select(selector(name)) for name in FATES]
    return [one.value if isinstance(one, Counter) else 0 for one in found]


@pytest.mark.parametrize("pace", [1.0, 0.985, 0.5])
def test_an_arrival_for_which_the_limit_came_too_early_is_dropped(pace: float) -> None:
    load = "{rate: 100/s, duration: 1s, max_vus: 10, graceful_stop: 0s}"
    assert sum(in_virtual_time(lambda: fates(load, pace))) == 100
