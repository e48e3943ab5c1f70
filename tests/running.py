"""Plans run in virtual time: the real engine, a clock that jumps, and sessions that answer by a rule."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from fakes import Answer, FakeSession, VirtualLoop
from msgspec.structs import replace

from planrunner.engine.checked import Checked, check
from planrunner.engine.fleet.fleet import Inline
from planrunner.engine.health.sources import Sources
from planrunner.engine.program.build import Given
from planrunner.engine.run import How, Run, Tick
from planrunner.engine.start import lifecycle
from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.result import Result
from planrunner.values import variables
from planrunner.values.names import Names
from planrunner.values.rows import open_tables


@dataclass
class Lab:
    """One run, to be looked at afterwards."""

    plan: str
    answer: Answer = lambda _: (200, 0.125)  # exact in binary
    stop_at: float | None = None
    skip: tuple[str, ...] = ()
    processes: int = 1  # among which the load is shared, as shards on one loop
    sources: Sources | None = None  # of what is read of the generator
    how: How = field(default_factory=How)
    sent: list[float] = field(default_factory=list)  # when each request was sent
    sessions: list[FakeSession] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)

    def run(self) -> Result:
        """Carry the plan out."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(self._main())

    def tick(self, tick: Tick) -> None:
        """Keep what watchers hear."""
        self.logs += tick.logs

    def say(self, lines: Sequence[str]) -> None:
        """Keep what setup and teardown log."""
        self.logs += lines

    def _connect(self, _: int) -> FakeSession:
        self.sessions.append(FakeSession(self.answer, self.sent))
        return self.sessions[-1]

    async def _main(self) -> Result:
        loop = asyncio.get_running_loop()
        checked = checked_plan(self.plan)

        def fleet(given: Given) -> Inline:
            return Inline(checked.plan, given, loop.time, self._connect, self.processes, self.sources)

        run = Run(
            checked,
            fleet,
            lifecycle(checked, loop.time, self._connect),
            [self],
            replace(self.how, skip=self.skip),
        )
        if self.stop_at is not None:
            loop.call_later(self.stop_at, run.interrupt)
        return await run.carry_out()


def checked_plan(text: str, said: Problems | None = None, **given: str) -> Checked:
    """Load and compile a plan that has no problems, unless they go to `said`."""
    problems = Problems() if said is None else said
    plan = load(text.encode(), "plan.yml", problems)
    assert plan is not None
    values = variables.resolve(plan.variables, given, {}, problems, required=True)
    secrets = variables.secrets(plan.variables, values)
    tables = open_tables(plan.data, Names(values, runtime=False), problems)
    checked = check(plan, Given(values, secrets, seed="1", test_id="t", tables=tables), problems)
    told = [problems.render(problem) for problem in problems if not problem.warning]
    assert said is not None or told == []
    return checked
