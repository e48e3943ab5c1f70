"""A worker: carries out its share of a program and reports what it measured every second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from itertools import count
from time import perf_counter

from planrunner.engine.actions.beside import Meter
from planrunner.engine.health.probe import Note, probing
from planrunner.engine.health.sources import Sources
from planrunner.engine.program.build import Given, Program, build
from planrunner.engine.program.compile import SPOKEN
from planrunner.engine.timing.pace import Pace
from planrunner.engine.timing.pieces import in_pieces
from planrunner.engine.worker.closed import quota, users
from planrunner.engine.worker.crew import Crew, Share
from planrunner.engine.worker.open import arrivals
from planrunner.engine.worker.searched import Levels, rates, vus
from planrunner.errors import PlanError, Problems
from planrunner.metrics.join import Part
from planrunner.metrics.tally import Snapshot, Tally
from planrunner.outputs.samples.recorder import Place, Recorder, sending
from planrunner.pacing.executors import Arrivals, Quota, RateSearch, Shard, Users, VusSearch
from planrunner.pacing.levels import Level
from planrunner.plan.model import Plan
from planrunner.protocols import Connect, speaker
from planrunner.values.mask import Mask


class Worker:
    """One event loop's share of a run."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        shard: Shard,
        now: Callable[[], float] = perf_counter,
        connect: Connect | None = None,
        sources: Sources | None = None,
    ) -> None:
        import_module("planrunner.metrics.fold")  # numpy takes its time, which no request shall pay for
        mask, place = Mask(given.secrets), Place(shard.index, shard.count)
        self._recorder = Recorder(given.recording, mask, now, place) if given.recording else None
        self.pace, self._warm, self._sources = Pace(now), Tally(), sources
        self.tally = Tally(self._recorder.record if self._recorder else None)
        problems = Problems(mask=mask)
        meter = Meter(self.tally, mask, lambda: self.pace.elapsed)
        warm = Meter(self._warm, mask, meter.elapsed)
        self.program: Program = build(plan, given, meter, problems, shard, warm)
        if problems.failed:  # the plan was validated, so the world has changed since
            raise PlanError(problems)
        if self._recorder:
            self._recorder.begin(self.program.metrics, self.program.all_tags(given))
        self._share = Share(
            self.pace,
            self.tally,
            self._warm,
            given,
            shard,
            connect or speaker(SPOKEN).connector(now, worker=shard.index, calls=self.program.calls),
            vus=self.tally.level("vus"),
            vus_max=self.tally.level("vus_max"),
            quit=self.quit,
        )
        self._crews: list[Crew] = []
        self._levels = Levels()
        for scenario in self.program.scenarios:
            self._share.prepare(scenario)

    async def run(self, report: Callable[[Part], None], start: float) -> None:
        """Carry out the program; `report` gets a snapshot each second and one at the end.

        `start` is the moment, on this worker's clock, when the run begins for all workers.
        """
        self.pace.start = start
        self._crews = [Crew(self._share, scenario) for scenario in self.program.scenarios]
        ended = asyncio.Event()
        async with (
            sending(self._recorder),
            probing(self._sources, self._share.shard.index, self.pace.now, start) as note,
        ):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._cut_each_second(report, ended, note))
                async with asyncio.TaskGroup() as scenarios:
                    for crew in self._crews:
                        scenarios.create_task(self._carry_out(crew))
                ended.set()
            last = note(self.tally.cut(self._elapsed))
            if self._recorder:
                last.delivered = await self._recorder.close()
        last.take_in(self._warm.cut(last.at))
        report(self._part(last, last=True))

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        self.pace.stop()

    def steer(self, level: Level) -> None:
        """Have a level of the search come next."""
        self._levels.announce(level)

    def quit(self, reason: str) -> None:
        """Stop because the plan says so; the next snapshot tells the other workers."""
        self.tally.stop = self.tally.stop or reason
        self.stop()

    async def _cut_each_second(
        self, report: Callable[[Part], None], ended: asyncio.Event, note: Note
    ) -> None:
        for second in count(1):
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, second - self.pace.elapsed)):
                    await ended.wait()
            if ended.is_set():
                return
            report(self._part(note(await self._cut())))

    async def _cut(self) -> Snapshot:
        made = await in_pieces(self.tally.cutting(self._elapsed))
        if any(scenario.warm_up for scenario in self.program.scenarios):
            made.take_in(await in_pieces(self._warm.cutting(made.at)))
        if self._recorder:
            made.delivered = self._recorder.flush()
        return made

    def _part(self, snapshot: Snapshot, *, last: bool = False) -> Part:
        snapshot.busy = sum(crew.busy for crew in self._crews)
        return Part(snapshot, last)

    async def _carry_out(self, crew: Crew) -> None:
        """Carry out a scenario, from its start to the end of its grace."""
        if not await crew.pace.until(crew.program.start_after):
            return
        match crew.program.work.schedule:
            case Users() as schedule:
                await users(crew, schedule)
            case Quota() as schedule:
                await quota(crew, schedule)
            case Arrivals() as schedule:
                await arrivals(crew, schedule)
            case RateSearch() as schedule:
                await rates(crew, schedule, self._levels)
            case VusSearch() as schedule:
                await vus(crew, schedule, self._levels)

    @property
    def _elapsed(self) -> float:
        return max(0.0, self.pace.elapsed)  # it may be stopped before it starts
