"""Real processes under a coordinator in the test's own loop, and a target beside it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from counting import Target, serving
from running import checked_plan

from planrunner.engine.fleet.fleet import OnLoss, Spread
from planrunner.engine.fleet.processes import COMMAND, Processes
from planrunner.engine.program.build import Given
from planrunner.engine.run import How, Run, Tick
from planrunner.engine.start import lifecycle
from planrunner.result import Result


def strange(manner: str) -> tuple[str, ...]:
    """Return the command of an agent that misbehaves in some manner."""
    return sys.executable, str(Path(__file__).parent / "strange_agent.py"), manner


@dataclass
class Trial:
    """One run with real agents, and what may be done to it meanwhile."""

    plan: str  # what follows name and target
    processes: int = 2
    on_loss: OnLoss = "fail"
    meddle: Callable[[Trial], Awaitable[None]] | None = None
    command: Sequence[str] = COMMAND
    patience: float = 60.0
    target: Target = field(default_factory=Target)
    said: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fleet: Processes | None = None
    run: Run | None = None

    def carry_out(self) -> Result:
        """Carry it out."""
        return asyncio.run(self._main())

    def pid(self, agent: int) -> int:
        """Return the process of an agent."""
        assert self.fleet is not None
        process = self.fleet._agents[agent].process
        assert process is not None
        return process.pid

    def interrupt(self) -> None:
        """Ask the run to end."""
        assert self.run is not None
        self.run.interrupt()

    def tick(self, tick: Tick) -> None:
        """Keep what watchers hear."""
        self.said += tick.logs

    def say(self, lines: Sequence[str]) -> None:
        """Keep what watchers are told."""
        self.said += lines

    async def _main(self) -> Result:
        async with serving() as self.target, asyncio.TaskGroup() as group:
            checked = checked_plan(f"name: Trial\ntarget: {self.target.url}\n{self.plan}")

            def fleet(given: Given) -> Processes:
                self.fleet = Processes(checked.plan, given, self.processes, self.command, self.patience)
                self.begun.set()
                return self.fleet

            once = lifecycle(checked, perf_counter)
            self.run = Run(checked, fleet, once, [self], How(spread=Spread(on_loss=self.on_loss)))
            meddling = group.create_task(self._meddle())
            result = await self.run.carry_out()
            meddling.cancel()
            return result

    async def _meddle(self) -> None:
        if self.meddle:
            await self.meddle(self)


def strike(
    *signals: signal.Signals, after: float = 0.0, pause: float = 0.0
) -> Callable[[Trial], Awaitable[None]]:
    """Send the second agent a signal some time after the first request, and others after a pause."""

    async def meddle(trial: Trial) -> None:
        await trial.target.asked(1)
        await asyncio.sleep(after)
        for number in signals:
            os.kill(trial.pid(1), number)
            await asyncio.sleep(pause)

    return meddle


def left_over(trial: Trial) -> list[int]:
    """Return which agents are still there, be it as zombies."""
    return [agent for agent in range(trial.processes) if exists(trial.pid(agent))]


def exists(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
