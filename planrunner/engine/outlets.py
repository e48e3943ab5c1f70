"""The outlets: outputs that hear what the run hears, and can neither stop it nor change its verdict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module

from planrunner.errors import SetupError
from planrunner.metrics.tally import Snapshot
from planrunner.outputs.choosing import Chosen
from planrunner.outputs.kinds import OUTPUTS
from planrunner.outputs.output import Output, View
from planrunner.result import Output as Delivered
from planrunner.result import Result


class Outlets:
    """The outputs of a run, under way."""

    def __init__(self, running: Sequence[tuple[str, Output, asyncio.Task[None]]]) -> None:
        self._running = running

    def take(self, snapshot: Snapshot) -> None:
        """Hand on of which series a second brought something."""
        for _, output, _ in self._running:
            output.take(snapshot)

    async def close(self, result: Result) -> tuple[Delivered, ...]:
        """Have all send what is left, at the same time, and say how it went."""
        return tuple(await asyncio.gather(*(_closed(*one, result) for one in self._running)))


@asynccontextmanager
async def outlets(chosen: Sequence[Chosen], view: Callable[[str], View]) -> AsyncIterator[Outlets]:
    """Start the outputs; they end with the block. `view` makes what an output of some kind may look at.

    SetupError for what cannot even begin, for example a certificate that is not there.
    """
    outputs = [(one.kind, _opened(one, view(one.kind))) for one in chosen]
    tasks = [asyncio.create_task(output.run()) for _, output in outputs]
    try:
        yield Outlets([(kind, output, task) for (kind, output), task in zip(outputs, tasks, strict=True)])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _opened(chosen: Chosen, view: View) -> Output:
    try:
        output: Output = import_module(OUTPUTS[chosen.kind].module).open(chosen.settings, view)
    except OSError as error:
        raise SetupError(f"the output {chosen.kind} cannot begin: {error.strerror or error}") from None
    return output


async def _closed(kind: str, output: Output, task: asyncio.Task[None], result: Result) -> Delivered:
    """Close an output; what nobody expected of it is told like any other loss, since the run is over."""
    try:
        if task.done():
            task.result()
        return await output.close(result)
    except Exception as error:  # noqa: BLE001 (a boundary: the result of an hour outweighs an output)
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        return Delivered(kind, "", 0, 0, f"internal error: {type(error).__name__}: {error}")
