"""The run: starts a fleet, adds up what it measures, judges it, and ends with a result."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from planrunner.engine.checked import Checked, frame
from planrunner.engine.finder.finder import finder
from planrunner.engine.fleet.fleet import Fleet, Loss, Spread
from planrunner.engine.fleet.missing import arrivals
from planrunner.engine.journal import ASIDE, Keeper
from planrunner.engine.lifecycle import FailedError, Phases
from planrunner.engine.outlets import Outlets, outlets
from planrunner.engine.program.build import Given
from planrunner.engine.timing.pieces import in_pieces
from planrunner.engine.verdict.account import Account
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.outcome import Compare, Ended
from planrunner.engine.verdict.thresholds import told
from planrunner.engine.verdict.timeline import Span
from planrunner.errors import PlanError, SetupError
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.threshold.judge import Judgement
from planrunner.outputs.choosing import Chosen
from planrunner.outputs.journal import Journal
from planrunner.outputs.output import View
from planrunner.outputs.samples.recorder import Recorder
from planrunner.protocols import Heard
from planrunner.result import Environment, Lost, Result, Skipped, Stopped, Threshold
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
    window: str = ""  # of two sides, the one that runs


class Watcher(Protocol):
    """Somebody who looks on while a plan runs."""

    def tick(self, tick: Tick) -> None:
        """Hear what one second brought."""
        ...

    def say(self, lines: Sequence[str]) -> None:
        """Hear lines that belong to no second: what setup logs, what is waited for, who was lost."""
        ...


class How(Struct, frozen=True):
    """How a plan is run, beside what it says itself."""

    skip: Collection[str] = ()  # what is left out: setup, teardown
    spread: Spread = Spread()
    heard: Heard | None = None  # hears every request of this process
    journal: Journal | None = None  # what is measured is written down there, second by second
    environment: Callable[[Mask], Environment] | None = None  # tells where and how it is run
    skipped: tuple[Skipped, ...] = ()  # thresholds that are not judged
    compare: Compare | None = None  # holds its numbers against others, before it is judged
    outputs: tuple[Chosen, ...] = ()


class Run:
    """A run under way: what was measured so far, and what may end it."""

    def __init__(
        self,
        checked: Checked,
        fleet: Callable[[Given], Fleet],  # made when setup is over: its workers get what it saved
        lifecycle: Phases,
        watchers: Sequence[Watcher] = (),
        how: How | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        how = how or How()
        self.checked, self._fleet, self._lifecycle = checked, fleet, lifecycle
        self._watchers, self._skip, self._on_loss = watchers, how.skip, how.spread.on_loss
        self._outputs, self._outlets = how.outputs, Outlets(())
        self._mask = Mask(checked.given.secrets)
        self._keeper = Keeper(how.journal, self._mask, lambda told: self._say([told]))
        where = how.environment(self._mask) if how.environment else Environment()
        started = datetime.now(UTC).isoformat(timespec="seconds")
        self._compare = how.compare
        self.account = Account(frame(checked, started, where, how.skipped))
        self.course = self.account.timeline  # what is drawn of it while it goes on
        self._tags, self._recorder = checked.program.all_tags(checked.given), recorder
        if recorder:
            recorder.begin(self.account.frame.metrics, self._tags, self._told)
        self.finder = finder(checked)
        self.stopped: Stopped = ""
        self.reason = ""
        self.aborted: tuple[Limit, Judgement] | None = None
        self._late = False  # teardown took too long
        self._processes = 1
        self._losses: list[Loss] = []
        self._until = inf  # when the load was told to stop, in seconds; infinity when it was not
        self._incomplete = False  # it was not to go on without who was lost
        self._stop: Callable[[], object] = lambda: None

    async def carry_out(self) -> Result:
        """Wait for the target, set up, run the fleet to its end, tear down; outputs hear of all that."""
        self._keeper.begin(self.account.frame)
        async with outlets(self._outputs, self._view) as self._outlets:
            result = await self._carry_out()
            return dataclasses.replace(result, outputs=await self._outlets.close(result))

    async def _carry_out(self) -> Result:
        if await self._ready_and_set_up():
            try:
                await self._load(self._fleet(replace(self.checked.given, saved=self._lifecycle.saved)))
            except (PlanError, SetupError):  # no load came about, but what setup made is there
                await self._tear_down()
                raise
            await self._tear_down()
        return self._result()

    async def _load(self, fleet: Fleet) -> None:
        """Let a fleet make the load."""
        self._stop, self._processes = fleet.stop, fleet.processes
        self._keeper.load(fleet.processes)
        async with aclosing(fleet.events()) as events:
            async for event in events:
                if isinstance(event, Loss):
                    self._lose(event)
                else:
                    self._search(event, fleet)
                    await self._take_in(event)
        self._until = fleet.until()
        if fleet.deserted():  # nobody is left to go on with, whatever was asked for
            self.stopped, self._incomplete = self.stopped or "agent", True

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
            await self._lifecycle.preflight()
        except FailedError as error:
            self.stopped, self.reason = "preflight", str(error)
            return False
        try:
            if "setup" not in self._skip:
                await self._lifecycle.setup()
        except FailedError as error:
            self.stopped, self.reason = BEFORE[error.how], str(error)
            return False
        return True

    async def _tear_down(self) -> None:
        """Tear down, after an abort too; a second request to stop ends it by cancelling the run."""
        try:
            if "teardown" not in self._skip:
                await self._lifecycle.teardown()
        except FailedError as error:
            self._late = error.how == "timeout"
            self.reason = self.reason or str(error)
        self._take_aside()

    def _take_aside(self) -> None:
        """Add what setup or teardown measured: to the totals, as in k6, but not to the timeline."""
        snapshot = self._lifecycle.cut(self.account.seconds)
        self._say(snapshot.logs)
        self._keeper.take(snapshot, ASIDE)
        self.account.take_aside(snapshot)
        self._outlets.take(snapshot)

    def _view(self, kind: str) -> View:
        """Make what an output may look at."""
        account = self.account

        def limits() -> Iterator[Threshold]:
            return told([*account.judge.standing(account.seconds)], account.frame.metrics)

        say = partial(self._told, kind)
        return View(
            account.frame.metrics, account.totals, self._tags, self._mask, limits, say, self._recorder
        )

    def _told(self, kind: str, message: str) -> None:
        self._say([self._mask(f"output {kind}: {message}")])

    def _say(self, lines: Sequence[str]) -> None:
        for watcher in self._watchers:
            if lines:
                watcher.say(lines)

    def interrupt(self) -> None:
        """End the run before its time, with its report."""
        self.stopped = self.stopped or "interrupted"
        self._stop()

    def _lose(self, loss: Loss) -> None:
        """Note that an agent is lost; unless the others shall go on, that ends the run."""
        self._losses.append(loss)
        lost = loss.lost
        self._keeper.lose(lost)
        told = f"{lost.name} {lost.reason} at second {lost.at:.1f}"
        self._say([told])
        self.reason = self.reason or told
        if self.finder:
            self.finder.lose()
            self._stop()
        if self._on_loss == "fail":
            self.stopped, self._incomplete = self.stopped or "agent", True
            self._stop()

    def _search(self, snapshot: Snapshot, fleet: Fleet) -> None:
        """Let the search hear a second, and the workers what it makes of it; its end is that of the load."""
        finder = self.finder
        if finder is None or finder.over:
            return
        level = finder.hear(snapshot, fleet.elapsed())
        if news := [*finder.news()]:
            self._say(news)
            self._keeper.find(finder.so_far(), tuple(told(finder.verdicts(), self.account.frame.metrics)))
        if level:
            fleet.steer(level)
        if finder.ended:
            self._stop()

    async def _take_in(self, snapshot: Snapshot) -> None:
        self._keeper.take(snapshot)
        if self._recorder:
            self._recorder.levels(snapshot)
            self._recorder.flush()
        account, logs, lost = self.account, snapshot.logs, snapshot.logs_lost
        stop = snapshot.stop
        span = await in_pieces(account.taking(snapshot))
        self._outlets.take(snapshot)
        counts = account.requests, account.failed, account.iterations
        tick = Tick(account.seconds, span, *counts, logs, lost, self.finder.named if self.finder else "")
        for watcher in self._watchers:
            watcher.tick(tick)
        self.quit(stop)
        self._abort_if_broken()

    def quit(self, stop: str) -> None:
        """End the run if the plan says so, and why."""
        if stop and not self.stopped:
            self.stopped, self.reason = "plan", stop
            self._stop()

    def _abort_if_broken(self) -> None:
        """Stop when a threshold says so; a search means to break them."""
        if not self.stopped and not self.finder and (broken := self._broken()):
            self.stopped, self.aborted = "threshold", broken
            self._stop()

    def _broken(self) -> tuple[Limit, Judgement] | None:
        return self.account.judge.broken(self.account.seconds)

    def _result(self) -> Result:
        ended = Ended(
            self.stopped,
            self.aborted,
            reason=self.reason,
            late=self._late,
            processes=self._processes,
            lost=[*self._lost()],
            incomplete=self._incomplete,
            capacity=self.finder.capacity() if self.finder else None,
            compare=self._compare,
        )
        return self.account.close(ended, self._mask, self.finder.verdicts() if self.finder else None)

    def _lost(self) -> Iterator[Lost]:
        """Yield who was lost, and how much of the load they owe."""
        checked = self.checked
        until = min(self._until, max([self.account.seconds, *(loss.lost.at for loss in self._losses)]))
        for loss in self._losses:
            count = arrivals(checked.program, checked.given, loss, until)
            yield dataclasses.replace(loss.lost, missing_arrivals=count)
