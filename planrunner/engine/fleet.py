"""Fleets: where workers run. Here, one worker on the loop that is already running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from time import perf_counter
from typing import Protocol

from planrunner.engine.program import Given
from planrunner.engine.worker import Worker
from planrunner.metrics.tally import Snapshot
from planrunner.pacing.executors import Shard
from planrunner.plan.model import Plan
from planrunner.protocols import Session


class Fleet(Protocol):
    """Workers that carry out one plan together."""

    def snapshots(self) -> AsyncIterator[Snapshot]:
        """Start the workers and yield what they measure, until the last one has ended."""
        ...

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        ...


class Inline:
    """One worker in this process."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        now: Callable[[], float] = perf_counter,
        connect: Callable[[], Session] | None = None,
    ) -> None:
        self._worker = Worker(plan, given, Shard(), now, connect)

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """Run the worker and yield its snapshots; what goes wrong in it is raised here."""
        queue: asyncio.Queue[Snapshot | None] = asyncio.Queue()
        running = asyncio.create_task(self._worker.run(queue.put_nowait))
        running.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (snapshot := await queue.get()) is not None:
                yield snapshot
        finally:
            running.cancel()
        await running

    def stop(self) -> None:
        """Begin nothing new, and let what runs come to its end."""
        self._worker.stop()
