"""A worker: carries out its share of a program and reports what it measured every second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import count, islice
from random import Random
from time import perf_counter

from planrunner.engine.beside import Meter
from planrunner.engine.compile import SPOKEN
from planrunner.engine.pace import Pace
from planrunner.engine.program import Given, Program, ScenarioProgram, build
from planrunner.engine.vu import VU, Action, take
from planrunner.errors import PlanError, Problems
from planrunner.metrics.tally import Snapshot, Tally
from planrunner.pacing.executors import Arrivals, Quota, Shard, Users
from planrunner.plan.model import Plan
from planrunner.protocols import Session, speaker
from planrunner.values.dealing import EndOfDataError
from planrunner.values.mask import Mask
from planrunner.values.scope import Scope

PAUSE = 1.0  # seconds before a VU goes on after what did not work: a mistake must not become a flood
BURST = 100  # arrivals started in one go before others may run: a late start must not starve the rest


class Worker:
    """One event loop's share of a run. Make it inside the loop: its clock starts then."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        shard: Shard,
        now: Callable[[], float] = perf_counter,
        connect: Callable[[], Session] | None = None,
    ) -> None:
        import_module("planrunner.metrics.fold")  # numpy takes its time, which no request shall pay for
        self.pace, self.tally, self.given, self.shard = Pace(now), Tally(), given, shard
        self.connect = connect or speaker(SPOKEN).connector(now)
        problems = Problems()
        meter = Meter(self.tally, Mask(given.secrets), lambda: self.pace.elapsed)
        self.program: Program = build(plan, given, meter, problems, shard)
        if problems.failed:  # the plan was validated, so the world has changed since
            raise PlanError(problems)
        self.vus, self.vus_max = self.tally.level("vus"), self.tally.level("vus_max")
        self.pace.start = now()

    async def run(self, report: Callable[[Snapshot], None]) -> None:
        """Carry out the program; `report` gets a snapshot each second and one at the end."""
        runners = [Runner(self, scenario) for scenario in self.program.scenarios]
        async with asyncio.TaskGroup() as group:
            clock = group.create_task(self._cut_each_second(report))
            async with asyncio.TaskGroup() as scenarios:
                for runner in runners:
                    scenarios.create_task(runner.run())
            clock.cancel()
        report(self.tally.cut(self.pace.elapsed))

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        self.pace.stop()

    def quit(self, reason: str) -> None:
        """Stop because the plan says so; the next snapshot tells the other workers."""
        self.tally.stop = self.tally.stop or reason
        self.stop()

    async def _cut_each_second(self, report: Callable[[Snapshot], None]) -> None:
        for second in count(1):
            await asyncio.sleep(max(0.0, second - self.pace.elapsed))
            report(self.tally.cut(self.pace.elapsed))


class Runner:
    """One scenario of a worker."""

    def __init__(self, worker: Worker, program: ScenarioProgram) -> None:
        self.worker, self.program, self.pace = worker, program, worker.pace.part()
        tags, tally = {**program.tags, "scenario": program.name}, worker.tally
        self.iterations = tally.count("iterations", tags)
        self.durations = tally.rows(("iteration_duration",), tags)
        self.aborted = tally.count("aborted_iterations", tags, told=True)
        self.dropped = tally.count("dropped_iterations", tags, told=True)
        self.interrupted = tally.count("interrupted_iterations", tags, told=True)
        error = {"name": "vu_setup", "error": "vu_setup failed, so an iteration was skipped"}
        self.skipped = tally.count("errors", {**tags, **error})
        tally.count("errors", tags, told=True)
        tally.count(speaker(SPOKEN).RETRIES, tags, told=True)
        self.numbers = count(worker.shard.index, worker.shard.count)  # where no schedule numbers them
        self.end = program.start_after + program.work.schedule.seconds

    async def run(self) -> None:
        """Carry out the scenario, from its start to the end of its grace."""
        if not await self.pace.until(self.program.start_after):
            return
        match self.program.work.schedule:
            case Users() as schedule:
                await self._users(schedule)
            case Quota() as schedule:
                await self._quota(schedule)
            case Arrivals() as schedule:
                await self._arrivals(schedule)

    # Closed load.

    async def _users(self, schedule: Users) -> None:
        async with asyncio.TaskGroup() as group:
            for user, spans in schedule.users(self.worker.shard):
                group.create_task(self._user(user, spans))

    async def _user(self, user: int, spans: list[tuple[float, float]]) -> None:
        vu = self._vu(user)
        try:
            for begin, end in spans:
                if vu.end == "vu" or not await self.pace.until(self.program.start_after + begin):
                    break
                await self._loop(vu, self.program.start_after + end)
        finally:
            await vu.close()

    async def _loop(self, vu: VU, end: float) -> None:
        work = self.program.work
        last = self.end + work.graceful_stop
        limit = last if end >= self.end else min(end + work.graceful_ramp_down, last)
        self.worker.vus.change(1)
        try:
            async with self.pace.limit(limit, work.graceful_stop):
                while vu.end != "vu" and self.pace.before(end):
                    if not await self._iterate(vu, next(self.numbers)):
                        await self._pause(PAUSE)
        except TimeoutError:
            self.interrupted.value += vu.busy
        finally:
            self.worker.vus.change(-1)

    # A number of iterations.

    async def _quota(self, schedule: Quota) -> None:
        shard = self.worker.shard
        users = shard.of(schedule.max_vus)
        left = [iter(schedule.numbers(shard))] * len(users)
        if schedule.each:
            total = schedule.iterations * schedule.max_vus
            left = [iter(range(user, total, schedule.max_vus)) for user in users]
        limit = self.end + self.program.work.graceful_stop
        try:
            async with (
                self.pace.limit(limit, self.program.work.graceful_stop),
                asyncio.TaskGroup() as group,
            ):
                for user, numbers in zip(users, left, strict=True):
                    group.create_task(self._spend(user, numbers))
        except TimeoutError:
            pass  # each one that was interrupted has been counted
        if not self.pace.stopping:
            # k6: iterations for which the time was too short are dropped; after a stop they are not.
            self.dropped.value += sum(1 for numbers in left for _ in numbers)

    async def _spend(self, user: int, numbers: Iterator[int]) -> None:
        vu = self._vu(user)
        self.worker.vus.change(1)
        try:
            while vu.end != "vu" and self.pace.before(self.end):
                number = next(numbers, None)
                if number is None:
                    break
                if not await self._iterate(vu, number):
                    await self._pause(PAUSE)
        except asyncio.CancelledError:
            self.interrupted.value += vu.busy
            raise
        finally:
            self.worker.vus.change(-1)
            await vu.close()

    # Open load.

    async def _arrivals(self, schedule: Arrivals) -> None:
        limit = self.end + self.program.work.graceful_stop
        users = iter(self.worker.shard.of(schedule.max_vus))
        ready = len(self.worker.shard.of(schedule.pre_allocated_vus))
        free = [self._vu(user) for user in islice(users, ready)]
        everyone = list(free)
        try:
            async with (
                self.pace.limit(limit, self.program.work.graceful_stop),
                asyncio.TaskGroup() as group,
            ):
                await self._start_what_is_due(schedule, group, users, (free, everyone))
                await self.pace.until(self.end)
        except TimeoutError:
            pass  # each one that was interrupted has been counted
        finally:
            for vu in everyone:
                await vu.close()

    async def _start_what_is_due(
        self,
        schedule: Arrivals,
        group: asyncio.TaskGroup,
        users: Iterator[int],
        crew: tuple[list[VU], list[VU]],
    ) -> None:
        free, everyone = crew
        looked_at, after = 0, self.program.start_after
        for number, due in schedule.due(self.worker.shard):
            if self.pace.elapsed < after + due:
                if not await self.pace.until(after + due):
                    return
                looked_at = 0
            elif looked_at == BURST:
                await asyncio.sleep(0)
                looked_at = 0
                if self.pace.stopping:
                    return
            looked_at += 1
            if not free and (user := next(users, None)) is not None:
                free.append(self._vu(user))
                everyone.append(free[-1])
            if free:
                group.create_task(self._once(free.pop(), free, number))
            else:
                self.dropped.value += 1  # never made up for: it would blame the target for our limit

    async def _once(self, vu: VU, free: list[VU], number: int) -> None:
        self.worker.vus.change(1)
        try:
            await self._iterate(vu, number)
        except asyncio.CancelledError:
            self.interrupted.value += vu.busy
            raise
        finally:
            self.worker.vus.change(-1)
            if vu.end != "vu":
                free.append(vu)

    # All of them.

    def _vu(self, user: int) -> VU:
        number, given = self.program.first_vu + user + 1, self.worker.given
        random = Random(f"{given.seed}/{number}")  # whatever the number of workers
        scope = Scope(number, self.program.name, given.test_id, random)
        self.worker.vus_max.change(1)
        return VU(scope, self.worker.connect(), given.saved)

    async def _iterate(self, vu: VU, number: int) -> bool:
        """Take the steps once; a VU's very first time, `vu_setup` before them. False when that did not work.

        Users that come one after the other then wait a little; with arrivals, whoever is due comes anyway.
        """
        program, scope = self.program, vu.scope
        scope.scenario_iteration = number
        vu.busy = True
        if not vu.ready and not await self._set_up(vu):
            vu.busy = False
            if vu.end not in {"vu", "test"}:
                self.skipped.value += not (vu.end or self.pace.stopping)
                await self._pause(PAUSE)  # also with arrivals: nobody logs in a hundred times a second
            return True
        began = self.pace.now()
        vu.begin()
        completed = await self._take(program.steps, vu)
        if completed is None:
            self.interrupted.value += scope.reply is not None  # it had begun to send
            vu.busy = False
            return True
        took = self.pace.now() - began
        scope.iteration += 1
        self.iterations.value += 1
        # The steps behind the one that failed were not taken; a `stop` means it so.
        self.aborted.value += not (completed or vu.end)
        vu.busy = False
        self.durations.add((took,))
        if vu.end == "test":
            self.worker.quit(vu.reason)
        if program.work.min_iteration_duration > took:
            await self._pause(program.work.min_iteration_duration - took)
        elif not (completed and program.waits):
            await asyncio.sleep(0)  # nothing may have been awaited: let others run
        return bool(completed or vu.end)

    async def _take(self, steps: Sequence[Action], vu: VU) -> bool | None:
        """Take steps; None when there is no row left for them: the end of the scenario or the test."""
        try:
            return await take(steps, vu)
        except EndOfDataError as error:
            if error.how == "error":
                self.worker.quit(str(error))
            elif not self.pace.stopping:
                self.worker.tally.log(f"scenario {self.program.name} ends: {error}")
            self.pace.stop()
            await asyncio.sleep(0)
            return None

    async def _pause(self, seconds: float) -> None:
        """Wait between iterations, no longer than one may begin."""
        await self.pace.until(min(self.pace.elapsed + seconds, self.end))

    async def _set_up(self, vu: VU) -> bool:
        vu.begin()
        vu.setting_up = True
        vu.ready = await self._take(self.program.vu_setup, vu) or False
        vu.setting_up = False
        if vu.ready:
            vu.session.keep()
        if vu.end == "test":
            self.worker.quit(vu.reason)
        return vu.ready
