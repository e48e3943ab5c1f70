"""The crew: the VUs of one scenario in one worker, and what they do over and over, an iteration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from msgspec import Struct, field

from planrunner.engine.actions.send import Send
from planrunner.engine.actions.vu import VU, Action, take
from planrunner.engine.program.build import Given, ScenarioProgram
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.timing.pace import Pace
from planrunner.metrics.handles import Level
from planrunner.metrics.tally import Tally
from planrunner.pacing.executors import Opened, Searched, Shard
from planrunner.protocols import Connect, speaker
from planrunner.values.dealing import EndOfDataError
from planrunner.values.scope import Scope

PAUSE = 1.0  # seconds before a VU goes on after what did not work: a mistake must not become a flood


class Share(Struct):
    """What the crews of one worker have in common."""

    pace: Pace
    tally: Tally
    warm: Tally  # of warm-ups
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
        if isinstance(schedule, Opened):
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


class Books:
    """The steps of an iteration, and where it is counted: what warms up has books of its own."""

    __slots__ = (
        "aborted",
        "dropped",
        "durations",
        "interrupted",
        "iterations",
        "lags",
        "responses",
        "skipped",
        "steps",
        "vu_setup",
    )

    def __init__(
        self, program: ScenarioProgram, tally: Tally, actions: tuple[Sequence[Action], Sequence[Action]]
    ) -> None:
        self.vu_setup, steps = actions
        self.steps = [step.__call__ if isinstance(step, Send) else step for step in steps]  # quicker
        told = steps is program.steps  # a warm-up does not say what never happened
        tags = {**program.tags, "scenario": program.name}
        self.iterations = tally.count("iterations", tags)
        self.durations = tally.rows(("iteration_duration",), tags)
        self.lags = self.responses = None
        if isinstance(program.work.schedule, Opened):
            self.lags = tally.rows(("generator_lag",), tags)
            self.responses = tally.rows(("iteration_response_time",), tags)
        self.aborted = tally.count("aborted_iterations", tags, told=told)
        self.dropped = tally.count("dropped_iterations", tags, told=told)
        self.interrupted = tally.count("interrupted_iterations", tags, told=told)
        error = {"name": "vu_setup", "error": "vu_setup failed, so an iteration was skipped"}
        self.skipped = tally.count("errors", {**tags, **error})
        if told:
            tally.count("errors", tags, told=True)
            tally.count(speaker(SPOKEN).RETRIES, tags, told=True)


class Crew:
    """The VUs of a scenario; an executor decides which of them begins an iteration when."""

    def __init__(self, share: Share, program: ScenarioProgram) -> None:
        self.share, self.program, self.pace = share, program, share.pace.part()
        self._now = share.pace.now
        self._books = Books(program, share.tally, (program.vu_setup, program.steps))
        self._warm = Books(program, share.warm, program.warm) if program.warm_up else None
        self._warm_until = program.start_after + program.warm_up
        # Whether an iteration that came to its end is simply followed by another one.
        self._goes_on = program.waits and not program.work.min_iteration_duration
        self.numbers = count(share.shard.index, share.shard.count)  # where no schedule numbers them
        self.end = program.start_after + program.work.schedule.seconds
        self._made: list[VU] | None = [] if isinstance(program.work.schedule, Searched) else None

    def books(self, due: float) -> Books:
        """Return where an iteration is counted that begins, or is due, at a moment of the run."""
        return self._warm if self._warm and due < self._warm_until else self._books

    def interrupt(self, vu: VU) -> None:
        """Count the iteration of a VU, if it has one, as cut off."""
        if vu.busy:
            books = self._warm if self._warm and vu.warm else self._books
            books.interrupted.value += 1

    def vu(self, user: int) -> VU:
        """Return the VU with a number, from 0, among those of the scenario; made now, if it is not there."""
        vu = self.share.ready.pop((self.program.name, user), None) or self.share.vu(self.program, user)
        if self._made is not None:
            self._made.append(vu)
        return vu

    @property
    def busy(self) -> int:
        """How many iterations of a search are under way; who does not search does not count them."""
        return sum(vu.busy for vu in self._made or ())

    async def iterate(self, vu: VU, number: int, due: float | None = None) -> bool:
        """Take the steps once; a VU's very first time, `vu_setup` before them. False when that did not work.

        Users that come one after the other then wait a little; with arrivals, whoever is due comes anyway.
        `due` is when an arrival was, in seconds since the run began.
        """
        vu.scope.scenario_iteration = number
        vu.busy = True
        books = self._books
        if self._warm:
            books = self.books(self.pace.elapsed if due is None else due)
            vu.warm = books is self._warm
        lag = 0.0 if due is None else self._late(due, books)
        if not vu.ready and not await self._set_up(vu, books):
            return await self._skip(vu, books)
        began = self._now()
        vu.begin()
        completed = True
        try:
            for action in books.steps:
                if not await action(vu):
                    completed = False
                    break
        except EndOfDataError as error:
            return await self._at_end(vu, error)
        took = self._now() - began
        vu.busy = False
        vu.scope.iteration += 1
        books.iterations.value += 1
        books.durations.add((took,))
        if books.responses:
            books.responses.add((lag + took,))
        if completed and self._goes_on:
            return True
        # The steps behind the one that failed were not taken; a `stop` means it so.
        books.aborted.value += not (completed or vu.end)
        return await self._ended(vu, took, completed=completed)

    async def _ended(self, vu: VU, took: float, *, completed: bool) -> bool:
        """Do what has to be done at the end of an iteration that is not simply followed by another one."""
        if vu.end == "test":
            self.share.quit(vu.reason)
        left = self.program.work.min_iteration_duration - took
        if left > 0:
            await self.pause(left)
        elif not (completed and self.program.waits):
            await asyncio.sleep(0)  # nothing may have been awaited: let others run
        return bool(completed or vu.end)

    async def _skip(self, vu: VU, books: Books) -> bool:
        """Have no iteration, since `vu_setup` did not work."""
        vu.busy = False
        if vu.end not in {"vu", "test"}:
            books.skipped.value += not (vu.end or self.pace.stopping)
            await self.pause(PAUSE)  # also with arrivals: nobody logs in a hundred times a second
        return True

    def _late(self, due: float, books: Books) -> float:
        """Measure how much later than due an iteration begins: that is our own lateness."""
        lag = max(0.0, self.pace.elapsed - due)
        if books.lags:
            books.lags.add((lag,))
        return lag

    async def pause(self, seconds: float = PAUSE) -> None:
        """Wait between iterations, no longer than one may begin."""
        await self.pace.until(min(self.pace.elapsed + seconds, self.end))

    async def _at_end(self, vu: VU, error: EndOfDataError) -> bool:
        """End the scenario or the test, for there is no row left."""
        vu.busy = vu.scope.reply is not None and not vu.setting_up  # it had begun to send
        self.interrupt(vu)
        vu.busy = False
        if error.how == "error":
            self.share.quit(str(error))
        elif not self.pace.stopping:
            self.share.tally.log(f"scenario {self.program.name} ends: {error}")
        self.pace.stop()
        await asyncio.sleep(0)
        return True

    async def _set_up(self, vu: VU, books: Books) -> bool:
        vu.begin()
        vu.setting_up = True
        try:
            vu.ready = await take(books.vu_setup, vu)
        except EndOfDataError as error:
            await self._at_end(vu, error)
        vu.setting_up = False
        if vu.ready:
            vu.session.keep()
        if vu.end == "test":
            self.share.quit(vu.reason)
        return vu.ready
