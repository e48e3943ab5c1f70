"""The crew: the VUs of one scenario in one worker, and what they do over and over, an iteration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

from msgspec import Struct, field

from planrunner.engine.actions.send import Send
from planrunner.engine.actions.vu import VU, take
from planrunner.engine.program.build import Given, ScenarioProgram
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.timing.pace import Pace
from planrunner.metrics.tally import Level, Tally
from planrunner.pacing.executors import Arrivals, Shard
from planrunner.protocols import Connect, speaker
from planrunner.values.dealing import EndOfDataError
from planrunner.values.scope import Scope

PAUSE = 1.0  # seconds before a VU goes on after what did not work: a mistake must not become a flood


class Share(Struct):
    """What the crews of one worker have in common."""

    pace: Pace
    tally: Tally
    given: Given
    shard: Shard
    connect: Connect
    vus: Level
    vus_max: Level
    quit: Callable[[str], None]  # ends the whole test, and says why
    ready: dict[tuple[str, int], VU] = field(default_factory=dict)  # made beforehand, by scenario and user

    def prepare(self, program: ScenarioProgram) -> None:
        """Make the VUs that an arrival rate wants to have before its first arrival."""
        schedule = program.work.schedule
        if isinstance(schedule, Arrivals):
            wanted = len(self.shard.of(schedule.pre_allocated_vus))
            for user in self.shard.of(schedule.max_vus)[:wanted]:
                self.ready[program.name, user] = self.vu(program, user)

    def vu(self, program: ScenarioProgram, user: int) -> VU:
        """Make the VU with a number, from 0, among those of a scenario."""
        number = program.first_vu + user + 1
        chance = f"{self.given.seed}/{number}"  # the same whatever the number of workers
        self.vus_max.change(1)
        scope = Scope(number, program.name, self.given.test_id, chance)
        return VU(scope, self.connect(number), self.given.saved)


class Crew:
    """The VUs of a scenario; an executor decides which of them begins an iteration when."""

    def __init__(self, share: Share, program: ScenarioProgram) -> None:
        self.share, self.program, self.pace = share, program, share.pace.part()
        tags, tally = {**program.tags, "scenario": program.name}, share.tally
        self.iterations = tally.count("iterations", tags)
        self.durations = tally.rows(("iteration_duration",), tags)
        self._now = share.pace.now
        self._steps = [step.__call__ if isinstance(step, Send) else step for step in program.steps]  # quicker
        # Whether an iteration that came to its end is simply followed by another one.
        self._goes_on = program.waits and not program.work.min_iteration_duration
        self._lags = self._responses = None
        if isinstance(program.work.schedule, Arrivals):
            self._lags = tally.rows(("generator_lag",), tags)
            self._responses = tally.rows(("iteration_response_time",), tags)
        self.aborted = tally.count("aborted_iterations", tags, told=True)
        self.dropped = tally.count("dropped_iterations", tags, told=True)
        self.interrupted = tally.count("interrupted_iterations", tags, told=True)
        error = {"name": "vu_setup", "error": "vu_setup failed, so an iteration was skipped"}
        self.skipped = tally.count("errors", {**tags, **error})
        tally.count("errors", tags, told=True)
        tally.count(speaker(SPOKEN).RETRIES, tags, told=True)
        self.numbers = count(share.shard.index, share.shard.count)  # where no schedule numbers them
        self.end = program.start_after + program.work.schedule.seconds

    def vu(self, user: int) -> VU:
        """Return the VU with a number, from 0, among those of the scenario; made now, if it is not there."""
        return self.share.ready.pop((self.program.name, user), None) or self.share.vu(self.program, user)

    async def iterate(self, vu: VU, number: int, due: float | None = None) -> bool:
        """Take the steps once; a VU's very first time, `vu_setup` before them. False when that did not work.

        Users that come one after the other then wait a little; with arrivals, whoever is due comes anyway.
        `due` is when an arrival was, in seconds since the run began.
        """
        vu.scope.scenario_iteration = number
        vu.busy = True
        lag = 0.0 if due is None else self._late(due)
        if not vu.ready and not await self._set_up(vu):
            return await self._skip(vu)
        began = self._now()
        vu.begin()
        completed = True
        try:
            for action in self._steps:
                if not await action(vu):
                    completed = False
                    break
        except EndOfDataError as error:
            return await self._at_end(vu, error)
        took = self._now() - began
        vu.busy = False
        vu.scope.iteration += 1
        self.iterations.value += 1
        self.durations.add((took,))
        if self._responses:
            self._responses.add((lag + took,))
        if completed and self._goes_on:
            return True
        return await self._ended(vu, took, completed=completed)

    async def _ended(self, vu: VU, took: float, *, completed: bool) -> bool:
        """Do what has to be done at the end of an iteration that is not simply followed by another one."""
        # The steps behind the one that failed were not taken; a `stop` means it so.
        self.aborted.value += not (completed or vu.end)
        if vu.end == "test":
            self.share.quit(vu.reason)
        left = self.program.work.min_iteration_duration - took
        if left > 0:
            await self.pause(left)
        elif not (completed and self.program.waits):
            await asyncio.sleep(0)  # nothing may have been awaited: let others run
        return bool(completed or vu.end)

    async def _skip(self, vu: VU) -> bool:
        """Have no iteration, since `vu_setup` did not work."""
        vu.busy = False
        if vu.end not in {"vu", "test"}:
            self.skipped.value += not (vu.end or self.pace.stopping)
            await self.pause(PAUSE)  # also with arrivals: nobody logs in a hundred times a second
        return True

    def _late(self, due: float) -> float:
        """Measure how much later than due an iteration begins: that is our own lateness."""
        lag = max(0.0, self.pace.elapsed - due)
        if self._lags:
            self._lags.add((lag,))
        return lag

    async def pause(self, seconds: float = PAUSE) -> None:
        """Wait between iterations, no longer than one may begin."""
        await self.pace.until(min(self.pace.elapsed + seconds, self.end))

    async def _at_end(self, vu: VU, error: EndOfDataError) -> bool:
        """End the scenario or the test, for there is no row left."""
        self.interrupted.value += vu.scope.reply is not None and not vu.setting_up  # it had begun to send
        vu.busy = False
        if error.how == "error":
            self.share.quit(str(error))
        elif not self.pace.stopping:
            self.share.tally.log(f"scenario {self.program.name} ends: {error}")
        self.pace.stop()
        await asyncio.sleep(0)
        return True

    async def _set_up(self, vu: VU) -> bool:
        vu.begin()
        vu.setting_up = True
        try:
            vu.ready = await take(self.program.vu_setup, vu)
        except EndOfDataError as error:
            await self._at_end(vu, error)
        vu.setting_up = False
        if vu.ready:
            vu.session.keep()
        if vu.end == "test":
            self.share.quit(vu.reason)
        return vu.ready
