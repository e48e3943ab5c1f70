"""Fleets: where workers run. Here, on the loop that is already running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from functools import partial
from math import inf
from time import perf_counter
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from planrunner.engine.health.sources import Sources
from planrunner.engine.program.build import Given
from planrunner.engine.worker.worker import Worker
from planrunner.metrics.join import Join, Part
from planrunner.metrics.tally import Snapshot
from planrunner.pacing.executors import Shard
from planrunner.pacing.levels import Level
from planrunner.plan.model import Plan
from planrunner.protocols import Connect
from planrunner.result import Lost

OnLoss: TypeAlias = Literal["fail", "continue"]


class Loss(Struct, frozen=True):
    """A worker that is lost, or part of what it measured."""

    lost: Lost  # as reports tell it
    shard: Shard
    since: float  # seconds: what its share of the plan has due from then on, nobody counts


Event: TypeAlias = Snapshot | Loss
"""What a fleet has to tell: what all workers measured in one second, or that one of them is lost."""

Tell: TypeAlias = Callable[[Event], None]


class Spread(Struct, frozen=True):
    """Over how many processes the load is spread, and what it means when one of them is lost."""

    processes: int = 1
    on_loss: OnLoss = "fail"


class Fleet(Protocol):
    """Workers that carry out one plan together."""

    processes: int  # that share the load

    def events(self) -> AsyncGenerator[Event, None]:
        """Start the workers and yield what they tell, until the last one has ended or is lost.

        What goes wrong in starting them is raised. Closing the generator ends them at once.
        """
        ...

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        ...

    def steer(self, level: Level) -> None:
        """Have a level of the search come next."""
        ...

    def elapsed(self) -> float:
        """Seconds since the run began."""
        ...

    def deserted(self) -> bool:
        """Whether no worker came to its end: all were lost."""
        ...

    def until(self) -> float:
        """When it was told to stop, in seconds since the start; infinity when it was not."""
        ...


class Inline:
    """Workers in this process: one, or several that share the plan as processes would."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        now: Callable[[], float] = perf_counter,
        connect: Connect | None = None,
        shards: int = 1,
        sources: Sources | None = None,
    ) -> None:
        self.processes = 1
        self._now, self._start = now, now()
        self._workers = [Worker(plan, given, Shard(i, shards), now, connect, sources) for i in range(shards)]

    def events(self) -> AsyncGenerator[Event, None]:
        """Run the workers and yield what they measure; what goes wrong in them is raised here."""
        return stream(self._run)

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        for worker in self._workers:
            worker.stop()

    def steer(self, level: Level) -> None:
        """Have a level of the search come next."""
        for worker in self._workers:
            worker.steer(level)

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._now() - self._start

    def deserted(self) -> bool:
        """Never: whoever is in this process is not lost without it."""
        return False

    def until(self) -> float:
        """Nobody asks: nobody is lost."""
        return inf

    async def _run(self, tell: Tell) -> None:
        join, start = Join(len(self._workers)), self._now()
        self._start = start

        def report(number: int, part: Part) -> None:
            join.add(number, part)
            for snapshot in join.merged():
                tell(snapshot)

        async with asyncio.TaskGroup() as group:
            for number, worker in enumerate(self._workers):
                group.create_task(worker.run(partial(report, number), start))


async def stream(work: Callable[[Tell], Coroutine[Any, Any, None]]) -> AsyncGenerator[Event, None]:
    """Yield what a coroutine tells while it runs, and raise what goes wrong in it.

    It is ended, and waited for, when the generator is closed.
    """
    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    running = asyncio.create_task(work(queue.put_nowait))
    running.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while (event := await queue.get()) is not None:
            yield event
    finally:
        running.cancel()
        await asyncio.wait([running])
    await running
