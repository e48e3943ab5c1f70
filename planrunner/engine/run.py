"""The run: starts a fleet, adds up what it measures, judges it, and ends with a result."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from math import inf
from time import perf_counter
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from planrunner.engine.actions.beside import Meter
from planrunner.engine.checked import Checked, target
from planrunner.engine.finder.finder import Finder, finder
from planrunner.engine.fleet.fleet import Fleet, Inline, Loss, OnLoss, Spread
from planrunner.engine.fleet.garbage import tidy, uncollected
from planrunner.engine.fleet.missing import arrivals
from planrunner.engine.health.record import Record
from planrunner.engine.health.sources import machine
from planrunner.engine.lifecycle import FailedError, Lifecycle
from planrunner.engine.program.build import Given, Once, build
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit, open_load
from planrunner.engine.verdict.outcome import Ended, Measured, conclude
from planrunner.engine.verdict.timeline import Span, Timeline
from planrunner.errors import PlanError, Problems, SetupError
from planrunner.metrics.tally import Complaint, Snapshot, Tally, Totals
from planrunner.metrics.threshold.judge import Judgement
from planrunner.protocols import Connect, Heard, speaker
from planrunner.result import Lost, Result, Stopped, columns
from planrunner.values.mask import Mask

BEFORE: Mapping[str, Stopped] = {"failed": "setup", "timeout": "setup timeout", "stop": "plan"}
"""How a run ends whose setup did not come to its end."""


class Tick(Struct, frozen=True):
    """What watchers hear each second."""

    at: float  # seconds since the run began
    span: Span  # of this second
    requests: int  # so far
    failed: int
    iterations: int
    logs: Sequence[str]
    logs_lost: int
    level: str = ""  # of a search, the one that runs


class Watcher(Protocol):
    """Somebody who looks on while a plan runs."""

    def tick(self, tick: Tick) -> None:
        """Hear what one second brought."""
        ...

    def say(self, lines: Sequence[str]) -> None:
        """Hear lines that belong to no second: what setup logs, what is waited for, who was lost."""
        ...


class Run(Struct):
    """A run under way: what was measured so far, and what may end it."""

    checked: Checked
    fleet: Callable[[Given], Fleet]  # made when setup is over: its workers get what it saved
    lifecycle: Lifecycle
    watchers: Sequence[Watcher] = ()
    skip: Collection[str] = ()  # setup, teardown
    on_loss: OnLoss = "fail"
    totals: Totals = field(default_factory=Totals)
    warm: Totals = field(default_factory=Totals)  # of warm-ups
    timeline: Timeline = field(default_factory=Timeline)
    judge: Judge = field(default_factory=lambda: Judge((), {}))
    record: Record = field(default_factory=Record)  # of how the generator was
    complaints: list[Complaint] = field(default_factory=list)
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    seconds: float = 0.0
    stopped: Stopped = ""
    reason: str = ""
    aborted: tuple[Limit, Judgement] | None = None
    late: bool = False  # teardown took too long
    processes: int = 1
    losses: list[Loss] = field(default_factory=list)
    until: float = inf  # when the load was told to stop, in seconds; infinity when it was not
    incomplete: bool = False  # it was not to go on without who was lost
    requests: int = 0
    failed: int = 0
    iterations: int = 0
    finder: Finder | None = None  # of a plan that searches for a capacity
    _stop: Callable[[], object] = field(default=lambda: None)

    def __post_init__(self) -> None:
        checked, program = self.checked, self.checked.program
        self.totals, self.warm = (Totals(program.metrics) for _ in range(2))
        arriving, begin = open_load(program), program.measured_from
        self.judge = Judge(checked.limits, program.metrics, arriving, checked.baselines, begin)
        self.finder = finder(checked)
        self.record = Record(begin)

    async def carry_out(self) -> Result:
        """Wait for the target, set up, run the fleet to its end, tear down."""
        if await self._ready_and_set_up():
            try:
                await self._load(self.fleet(replace(self.checked.given, saved=self.lifecycle.saved)))
            except (PlanError, SetupError):  # no load came about, but what setup made is there
                await self._tear_down()
                raise
            await self._tear_down()
        return self._result()

    @property
    def measured(self) -> float:
        """How long has been measured, in seconds: what is left without warm-ups."""
        return max(0.0, self.seconds - self.checked.program.measured_from)

    async def _load(self, fleet: Fleet) -> None:
        """Let a fleet make the load."""
        self._stop, self.processes = fleet.stop, fleet.processes
        async with aclosing(fleet.events()) as events:
            async for event in events:
                if isinstance(event, Loss):
                    self._lose(event)
                else:
                    self._search(event, fleet)
                    self._take_in(event)
        self.until = fleet.until()
        if fleet.deserted():  # nobody is left to go on with, whatever was asked for
            self.stopped, self.incomplete = self.stopped or "agent", True

    async def _ready_and_set_up(self) -> bool:
        """Do what comes before the load; whether the load may come."""
        phase = asyncio.create_task(self._before())
        self._stop = phase.cancel
        try:
            return await phase and not self.stopped  # it may be stopped in the moment when it is over
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self.stopped or (task and task.cancelling()):
                raise
            return False
        finally:
            self._take_aside()

    async def _before(self) -> bool:
        if self.checked.program.once.preflight:
            self._say(["waiting for the target to be ready"])
        try:
            await self.lifecycle.preflight()
        except FailedError as error:
            self.stopped, self.reason = "preflight", str(error)
            return False
        try:
            if "setup" not in self.skip:
                await self.lifecycle.setup()
        except FailedError as error:
            self.stopped, self.reason = BEFORE[error.how], str(error)
            return False
        return True

    async def _tear_down(self) -> None:
        """Tear down, after an abort too; a second request to stop ends it by cancelling the run."""
        try:
            if "teardown" not in self.skip:
                await self.lifecycle.teardown()
        except FailedError as error:
            self.late = error.how == "timeout"
            self.reason = self.reason or str(error)
        self._take_aside()

    def _take_aside(self) -> None:
        """Add what setup or teardown measured: to the totals, as in k6, but not to the timeline."""
        snapshot = self.lifecycle.cut(self.seconds)
        self._say(snapshot.logs)
        self.complaints += snapshot.complaints
        self.judge.take_aside(snapshot)
        self.totals.add(snapshot)

    def _say(self, lines: Sequence[str]) -> None:
        for watcher in self.watchers:
            if lines:
                watcher.say(lines)

    def interrupt(self) -> None:
        """End the run before its time, with its report."""
        self.stopped = self.stopped or "interrupted"
        self._stop()

    def _lose(self, loss: Loss) -> None:
        """Note that an agent is lost; unless the others shall go on, that ends the run."""
        self.losses.append(loss)
        lost = loss.lost
        told = f"{lost.name} {lost.reason} at second {lost.at:.1f}"
        self._say([told])
        self.reason = self.reason or told
        if self.finder:
            self.finder.lose()
            self._stop()
        if self.on_loss == "fail":
            self.stopped, self.incomplete = self.stopped or "agent", True
            self._stop()

    def _search(self, snapshot: Snapshot, fleet: Fleet) -> None:
        """Let the search hear a second, and the workers what it makes of it; its end is that of the load."""
        finder = self.finder
        if finder is None or finder.over:
            return
        level = finder.hear(snapshot, fleet.elapsed())
        self._say([*finder.news()])
        if level:
            fleet.steer(level)
        if finder.ended:
            self._stop()

    def _take_in(self, snapshot: Snapshot) -> None:
        span = self.timeline.add(snapshot)
        self.record.add(snapshot.vitals)
        self.seconds = snapshot.at
        self.judge.take(snapshot)
        self.totals.add(snapshot)
        self.warm.take(snapshot.warm)
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
            self.finder.named if self.finder else "",
        )
        for watcher in self.watchers:
            watcher.tick(tick)
        self._stop_if_the_plan_says_so(snapshot)
        self._abort_if_broken()

    def _stop_if_the_plan_says_so(self, snapshot: Snapshot) -> None:
        if snapshot.stop and not self.stopped:
            self.stopped, self.reason = "plan", snapshot.stop
            self._stop()

    def _abort_if_broken(self) -> None:
        """Stop when a threshold says so; a search means to break them."""
        if not self.stopped and not self.finder and (broken := self.judge.broken(self.seconds)):
            self.stopped, self.aborted = "threshold", broken
            self._stop()

    def _result(self) -> Result:
        checked = self.checked
        mask = Mask(checked.given.secrets)
        ended = Ended(
            self.started,
            self.seconds,
            self.measured,
            self.stopped,
            self.aborted,
            target(checked),
            reason=self.reason,
            late=self.late,
            processes=self.processes,
            lost=[*self._lost()],
            incomplete=self.incomplete,
            unjudged=checked.unjudged,
            capacity=self.finder.capacity() if self.finder else None,
        )
        verdicts = self.finder.verdicts() if self.finder else [*self.judge.verdicts(self.seconds)]
        measured = Measured(
            self.totals, self.warm, self.complaints, columns(self.timeline.moments()), verdicts, self.record
        )
        return conclude(checked.plan, checked.program, measured, ended, mask)

    def _lost(self) -> Iterator[Lost]:
        """Yield who was lost, and how much of the load they owe."""
        checked = self.checked
        until = min(self.until, max([self.seconds, *(loss.lost.at for loss in self.losses)]))
        for loss in self.losses:
            count = arrivals(checked.program, checked.given, loss, until)
            yield dataclasses.replace(loss.lost, missing_arrivals=count)


def lifecycle(checked: Checked, now: Callable[[], float], connect: Connect | None = None) -> Lifecycle:
    """Make what runs setup and teardown: a program of its own, which counts into a tally of its own."""
    began, plan = now(), checked.plan
    meter = Meter(Tally(), Mask(checked.given.secrets), lambda: now() - began)
    once = Once()
    if plan.preflight or plan.setup or plan.teardown:
        once = build(plan, checked.given, meter, Problems()).once
    return Lifecycle(once, checked.given, meter, now, connect)


async def carry_out(
    checked: Checked,
    watchers: Sequence[Watcher],
    started: Callable[[Run], None] = lambda _: None,
    skip: Collection[str] = (),
    spread: Spread = Spread(),  # noqa: B008 (frozen)
    heard: Heard | None = None,
) -> Result:
    """Run a plan that was checked; `started` gets the run, to be able to interrupt it.

    `skip` names what is left out: `setup`, `teardown`. `heard` hears every request of this process.
    """
    connect = speaker(SPOKEN).connector(perf_counter, heard) if heard else None
    once = lifecycle(checked, perf_counter, connect)
    watchers = [*watchers, Housekeeper()]
    run = Run(checked, partial(_fleet, checked, spread, connect), once, watchers, skip, spread.on_loss)
    with uncollected():
        started(run)
        return await run.carry_out()


def sharing(checked: Checked, spread: Spread) -> int:
    """Return how many processes share the load: no more than have a VU."""
    most = max((one.work.schedule.max_vus for one in checked.program.scenarios), default=1)
    return min(spread.processes, most)


def _fleet(checked: Checked, spread: Spread, connect: Connect | None, given: Given) -> Fleet:
    processes = sharing(checked, spread)
    if processes > 1:
        from planrunner.engine.fleet.processes import Processes  # noqa: PLC0415  (most runs are in one process)

        return Processes(checked.plan, given, processes)
    fleet = Inline(checked.plan, given, connect=connect, sources=machine)
    tidy()  # now, and not within the first second
    return fleet


class Housekeeper:
    """A watcher that tidies up each second."""

    def tick(self, _: Tick) -> None:
        """Collect what garbage the second left."""
        tidy()

    def say(self, _: Sequence[str]) -> None:
        """Do nothing."""
