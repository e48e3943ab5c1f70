"""The start of a run: what it is made of, in one process or in several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

from msgspec.structs import replace

from planrunner.engine.actions.beside import Meter
from planrunner.engine.checked import Checked
from planrunner.engine.fleet.fleet import Fleet, Inline, Spread
from planrunner.engine.fleet.garbage import tidy, uncollected
from planrunner.engine.health.sources import machine
from planrunner.engine.lifecycle import Lifecycle
from planrunner.engine.program.build import Given, Once, build
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.run import How, Run, Tick, Watcher
from planrunner.errors import Problems
from planrunner.metrics.tally import Tally
from planrunner.outputs.samples.recorder import Place, Recorder, recording
from planrunner.protocols import Connect, speaker
from planrunner.result import Result
from planrunner.values.mask import Mask


def lifecycle(
    checked: Checked,
    now: Callable[[], float],
    connect: Connect | None = None,
    recorder: Recorder | None = None,
) -> Lifecycle:
    """Make what runs setup and teardown: a program of its own, which counts into a tally of its own."""
    began, plan = now(), checked.plan
    meter = Meter(
        Tally(recorder.record if recorder else None), Mask(checked.given.secrets), lambda: now() - began
    )
    once = Once()
    if plan.preflight or plan.setup or plan.teardown:
        once = build(plan, checked.given, meter, Problems()).once
    return Lifecycle(once, checked.given, meter, now, connect)


async def carry_out(
    checked: Checked,
    watchers: Sequence[Watcher],
    started: Callable[[Run], None] = lambda _: None,
    how: How | None = None,
) -> Result:
    """Run a plan that was checked; `started` gets the run, to be able to interrupt it."""
    how = how or How()
    connect = speaker(SPOKEN).connector(perf_counter, how.heard) if how.heard else None
    told = recording(how.outputs)
    checked = replace(checked, given=replace(checked.given, recording=told))
    recorder = Recorder(told, Mask(checked.given.secrets), perf_counter, Place()) if told else None
    once = lifecycle(checked, perf_counter, connect, recorder)
    make = partial(fleet, checked, how.spread, connect)
    run = Run(checked, make, once, [*watchers, Housekeeper()], how, recorder)
    with uncollected():
        started(run)
        return await run.carry_out()


def sharing(checked: Checked, spread: Spread) -> int:
    """Return how many processes share the load: no more than have a VU."""
    most = max((one.work.schedule.max_vus for one in checked.program.scenarios), default=1)
    return min(spread.processes, most)


def fleet(checked: Checked, spread: Spread, connect: Connect | None, given: Given) -> Fleet:
    """Make what carries a plan out: here, or in so many processes as share it."""
    processes = sharing(checked, spread)
    if processes > 1:
        from planrunner.engine.fleet.processes import Processes  # noqa: PLC0415  (most runs are in one process)

        return Processes(checked.plan, given, processes)
    made = Inline(checked.plan, given, connect=connect, sources=machine)
    tidy()  # now, and not within the first second
    return made


class Housekeeper:
    """A watcher that tidies up each second."""

    def tick(self, _: Tick) -> None:
        """Collect what garbage the second left."""
        tidy()

    def say(self, _: Sequence[str]) -> None:
        """Do nothing."""
