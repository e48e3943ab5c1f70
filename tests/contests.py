"""Contests in virtual time: the real engine, a clock that jumps, and two sides that answer by a rule each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from fakes import Answer, FakeSession, VirtualLoop
from running import checked_plan

from planrunner.engine.checked import Checked
from planrunner.engine.fleet.fleet import Inline
from planrunner.engine.health.sources import Sources
from planrunner.engine.program.build import Given
from planrunner.engine.run import How, Run, Tick
from planrunner.engine.start import lifecycle
from planrunner.engine.versus.contest import Contest, contest
from planrunner.engine.versus.schedule import Name
from planrunner.engine.versus.start import arranged
from planrunner.errors import Problems
from planrunner.live.board import Board, View
from planrunner.result import Result

HEAD = "name: lab\ntarget: http://head\n"
RATE = HEAD + "load: {rate: 16/s, duration: 1m, max_vus: 8}\nsteps: [{get: /a}]\n"


def steady(_: int) -> tuple[int, float]:
    """Answer in an eighth of a second, which is exact in binary."""
    return 200, 0.125


@dataclass
class Duel:
    """One contest, to be looked at afterwards."""

    plan: str = RATE
    base: Answer = steady
    head: Answer = steady
    rounds: int = 2
    seconds: float = 4.0  # of a window, whose first tenth does not count
    stop_at: float | None = None
    processes: int = 1  # among which the load is shared, as shards on one loop
    sources: Sources | None = None
    how: How = field(default_factory=How)
    windows: list[tuple[Name, float]] = field(default_factory=list)  # whose began when
    givens: list[Given] = field(default_factory=list)  # what each window was given
    sent: dict[Name, list[float]] = field(default_factory=lambda: {"base": [], "head": []})
    ticks: list[Tick] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    board: Board | None = None  # of who looks on
    run: Run | None = None
    glances: dict[int, View] = field(default_factory=dict)  # what it showed when, in seconds of the load

    def fight(self) -> Result:
        """Carry it out."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(self._main())

    def tick(self, tick: Tick) -> None:
        """Keep what watchers hear, and what they could see before."""
        assert self.board is not None
        self.ticks.append(tick)
        self.board.tick(tick)
        self.glances[round(tick.at)] = self.board.view()
        self.said += tick.logs

    def say(self, lines: Sequence[str]) -> None:
        """Keep what is said."""
        self.said += lines

    async def _main(self) -> Result:
        loop = asyncio.get_running_loop()
        made = contested(self.plan, self.rounds, self.seconds)

        def fleet(checked: Checked, given: Given) -> Inline:
            name: Name = "base" if checked is made.base else "head"
            self.windows.append((name, loop.time()))
            self.givens.append(given)
            connect = self._sessions(name)
            return Inline(checked.plan, given, loop.time, connect, self.processes, self.sources)

        phases = {
            name: lifecycle(made.side(name), loop.time, self._sessions(name)) for name in ("base", "head")
        }
        self.run = arranged(made, phases, fleet, [self], self.how)  # type: ignore[arg-type]
        self.board = Board(made.shown, loop.time)
        self.board.follow(self.run)
        if self.stop_at is not None:
            loop.call_later(self.stop_at, self.run.interrupt)
        return await self.run.carry_out()

    def _sessions(self, name: Name):  # type: ignore[no-untyped-def]
        answer = self.base if name == "base" else self.head
        return lambda _: FakeSession(answer, self.sent[name])


def contested(plan: str = RATE, rounds: int = 6, seconds: float = 10.0, base: str = "http://base") -> Contest:
    """Make a contest of a plan that has no problems."""
    problems = Problems()
    made = contest(checked_plan(plan), base, rounds, seconds, problems)
    assert [problems.render(problem) for problem in problems if not problem.warning] == []
    return made
