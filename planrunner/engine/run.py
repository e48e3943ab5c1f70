"""The run: starts a fleet, adds up what it measures, judges it, and ends with a result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from planrunner.engine.actions import Meter
from planrunner.engine.fleet import Fleet, Inline
from planrunner.engine.judge import Limit, compile_limits, known
from planrunner.engine.outcome import Ended, Measured, conclude
from planrunner.engine.program import DEMO, Given, Program, build, is_demo
from planrunner.engine.timeline import Span, Timeline
from planrunner.errors import Problems
from planrunner.metrics.tally import Complaint, Snapshot, Tally, Totals
from planrunner.metrics.threshold import Judgement
from planrunner.plan.model import Plan, Setting
from planrunner.result import Result, Stopped
from planrunner.values.expressions import compile_text
from planrunner.values.mask import Mask
from planrunner.values.names import Names

SLACK = 0.05  # seconds; snapshots are a little early or late, and a delay of 3s means the third


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan that can be run: compiled once to see that it can."""

    plan: Plan
    given: Given
    program: Program
    limits: Sequence[Limit]

    @property
    def seconds(self) -> float:
        """How long the run takes as planned, without grace."""
        return max((s.start_after + s.work.schedule.seconds for s in self.program.scenarios), default=0.0)

    @property
    def max_vus(self) -> int:
        """How many VUs there are at most, over all scenarios."""
        return sum(scenario.work.schedule.max_vus for scenario in self.program.scenarios)

    @property
    def needs_demo(self) -> bool:
        """Whether the plan is meant for the embedded target."""
        targets = [self.plan.target, *(scenario.target for scenario in self.plan.scenarios.values())]
        return any(target is not None and is_demo(target, self.given.variables) for target in targets)


@dataclass(frozen=True, slots=True)
class Tick:
    """What watchers hear each second."""

    at: float  # seconds since the run began
    span: Span  # of this second
    requests: int  # so far
    failed: int
    iterations: int
    logs: Sequence[str]
    logs_lost: int


class Watcher(Protocol):
    """Somebody who looks on while a plan runs."""

    def tick(self, tick: Tick) -> None:
        """Hear what one second brought."""
        ...


def check(plan: Plan, given: Given, problems: Problems) -> Checked:
    """Compile a plan without running it; what is wrong with it goes to `problems`."""
    mask = Mask(given.secrets)
    program = build(plan, given, Meter(Tally(), mask, lambda: 0.0), problems)
    names = Names(given.variables, runtime=False)
    limits = compile_limits(plan, names, known(plan, program.asked, program.requests), problems)
    return Checked(plan, given, program, limits)


@dataclass(slots=True)
class Run:
    """A run under way: what was measured so far, and what may end it."""

    checked: Checked
    fleet: Fleet
    watchers: Sequence[Watcher] = ()
    totals: Totals = field(default_factory=Totals)
    timeline: Timeline = field(default_factory=Timeline)
    complaints: list[Complaint] = field(default_factory=list)
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    seconds: float = 0.0
    stopped: Stopped = ""
    aborted: tuple[Limit, Judgement] | None = None
    requests: int = 0
    failed: int = 0
    iterations: int = 0

    async def carry_out(self) -> Result:
        """Run the fleet to its end."""
        async for snapshot in self.fleet.snapshots():
            self._take_in(snapshot)
        return self._result()

    def interrupt(self) -> None:
        """End the run before its time, with its report."""
        self.stopped = self.stopped or "interrupted"
        self.fleet.stop()

    def _take_in(self, snapshot: Snapshot) -> None:
        span = self.timeline.add(snapshot)
        self.seconds = snapshot.at
        self.totals.add(snapshot)
        self.complaints += snapshot.complaints
        self.requests += span.requests
        self.failed += span.failed
        self.iterations += span.iterations
        tick = Tick(
            snapshot.at,
            span,
            self.requests,
            self.failed,
            self.iterations,
            snapshot.logs,
            snapshot.logs_lost,
        )
        for watcher in self.watchers:
            watcher.tick(tick)
        self._abort_if_broken()

    def _abort_if_broken(self) -> None:
        """Stop when a threshold says so; one without samples waits for some."""
        if self.stopped:
            return
        for limit in self.checked.limits:
            if limit.abort_on_fail and self.seconds + SLACK >= limit.delay:
                judgement = limit.judge(self.totals, self.seconds)
                if judgement.verdict == "failed":
                    self.stopped, self.aborted = "threshold", (limit, judgement)
                    self.fleet.stop()
                    return

    def _result(self) -> Result:
        checked = self.checked
        mask = Mask(checked.given.secrets)
        ended = Ended(self.started, self.seconds, self.stopped, self.aborted, target(checked))
        measured = Measured(self.totals, self.complaints, self.timeline.moments())
        return conclude(checked.plan, checked.program, checked.limits, measured, ended, mask)


def target(checked: Checked) -> str:
    """Return where the load goes, for the header of reports; empty when each URL says so itself."""
    setting: Setting | None = checked.plan.target
    if setting is None:
        return ""
    if is_demo(setting, checked.given.variables):
        return checked.given.demo or DEMO
    return str(compile_text(setting, Names(checked.given.variables, runtime=False), Problems()).value)


async def carry_out(
    checked: Checked, watchers: Sequence[Watcher], started: Callable[[Run], None] = lambda _: None
) -> Result:
    """Run a plan that was checked; `started` gets the run, to be able to interrupt it."""
    run = Run(checked, Inline(checked.plan, checked.given), watchers)
    gc.collect()
    gc.freeze()  # the program lives as long as the run: no collection need look at it again
    try:
        started(run)
        return await run.carry_out()
    finally:
        gc.unfreeze()
