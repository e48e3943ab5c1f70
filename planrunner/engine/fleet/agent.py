"""An agent: a process that carries out one share of a plan, and stops by itself when it is left alone."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Callable
from functools import cache, partial
from time import perf_counter
from types import TracebackType
from typing import cast

import msgspec

from planrunner.engine.fleet.garbage import tidy, uncollected
from planrunner.engine.fleet.link import (
    FORSAKEN,
    Ack,
    Failed,
    Go,
    Invitation,
    Job,
    Link,
    Ready,
    Steer,
    Stop,
    connect,
)
from planrunner.engine.health.sources import machine
from planrunner.engine.worker.worker import Worker
from planrunner.errors import PlanError, SetupError
from planrunner.metrics.join import Part
from planrunner.values.mask import Mask
from planrunner.values.masked import Masked, mask_stderr


class Service:
    """A worker in the service of a coordinator."""

    def __init__(self, worker: Worker, link: Link) -> None:
        self._worker, self._link = worker, link
        self._last = -1  # the number of the last snapshot, once it is known

    async def serve(self) -> None:
        """Do as the coordinator says, until it has all snapshots; without it, stop at once."""
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch())
            while True:
                match await self._link.receive():
                    case Go(start):
                        group.create_task(self._run(start))
                    case Stop():
                        self._worker.stop()
                    case Steer(level):
                        self._worker.steer(level)
                    case Ack(number) if number == self._last:
                        break
            watch.cancel()

    async def _run(self, start: float) -> None:
        try:
            await self._worker.run(self._report, start)
        except Exception as error:
            self._link.send(Failed("internal", _told(error), at=self._worker.pace.elapsed))
            raise

    def _report(self, part: Part) -> None:
        if part.last:
            self._last = part.snapshot.number
        self._link.send(part)
        tidy()

    async def _watch(self) -> None:
        await self._link.watch()
        self._link.send(Failed("world", FORSAKEN, at=self._worker.pace.elapsed))
        raise ConnectionError(FORSAKEN)


async def attend(invitation: Invitation, stderr: Masked) -> None:
    """Be the agent of whoever sent the invitation. Raises OSError when nobody is there any more.

    `stderr` learns the secrets as soon as there are any.
    """
    link = await connect(invitation)
    try:
        worker = _built(cast("Job", await link.receive()), link, stderr)
        if worker:
            with uncollected():
                link.send(Ready())
                await Service(worker, link).serve()
    except* ConnectionError:
        pass  # it has the coordinator's attention no longer, nor a task
    finally:
        await link.close()


def _built(job: Job, link: Link, stderr: Masked) -> Worker | None:
    """Build the program; what is wrong with it is for the coordinator to tell."""
    try:
        plan, given = pickle.loads(job.work)  # noqa: S301 (of the coordinator that started this process)
        mask = cache(partial(Mask, given.secrets))
        stderr.hide(lambda text: mask()(text))  # noqa: PLW0108 (of a long column it takes seconds to make)
        return Worker(plan, given, job.shard, perf_counter, sources=machine)
    except PlanError as error:
        link.send(Failed("plan", str(error), error.problems.found))
    except SetupError as error:
        link.send(Failed("world", str(error)))
    except Exception as error:  # noqa: BLE001 (the boundary: it is raised again where somebody reads it)
        link.send(Failed("internal", _told(error)))
    return None


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):  # tasks that ended together: the first says it
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the fastest event loop that is there."""
    try:
        import uvloop  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def main() -> None:
    """Read the invitation from standard input and be that agent; a crash leaves one line."""
    line = sys.stdin.buffer.readline()
    if not line:  # whoever started this process is gone already
        return
    invitation = msgspec.json.decode(line, type=Invitation)

    def brief(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        sys.stderr.write(f"planrunner: {invitation.name}: {_told(error)}\n")

    sys.excepthook = brief
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(attend(invitation, mask_stderr()))


if __name__ == "__main__":
    main()
