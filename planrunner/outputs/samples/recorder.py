"""The recorder of a process: keeps samples for a moment, and has its streams write them, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from math import isfinite
from time import perf_counter_ns, time_ns

from msgspec import Struct

from planrunner.errors import SetupError
from planrunner.metrics.join import LEVELS
from planrunner.metrics.recorded import Column, Note
from planrunner.metrics.series import METRICS, Gauge, Key, Metric
from planrunner.metrics.tally import Delivered, Snapshot
from planrunner.outputs.choosing import Chosen
from planrunner.outputs.kinds import OUTPUTS
from planrunner.outputs.samples.encoding import BILLION, Part
from planrunner.outputs.samples.stream import Stream

PACK = 32  # events that are written at once, which takes some tenths of a millisecond

Say = Callable[[str, str], None]
"""Tells who runs the plan something of an output, whose kind comes first."""


class Recording(Struct, frozen=True):
    """What is to be recorded for; the same for all processes of a run."""

    outputs: tuple[Chosen, ...]
    ahead: int  # nanoseconds by which the clock on the wall is ahead of the one that all processes share


class Place(Struct, frozen=True):
    """Which of how many processes this is: no two of them give samples the same time."""

    index: int = 0
    count: int = 1


class Recorder:
    """All that one process records."""

    def __init__(
        self, recording: Recording, mask: Callable[[str], str], now: Callable[[], float], place: Place
    ) -> None:
        self._ahead, self._mask, self._now, self._place = recording.ahead, mask, now, place
        self._metrics: Mapping[str, Metric] = METRICS
        self._tags: Mapping[str, str] = {}
        self._say: Say = lambda _kind, _message: None
        self._columns: list[Sequence[Column]] = []
        self._waiting: list[tuple[int, float, tuple[float, ...]]] = []
        self._newest = 0  # moment that was written
        self.streams = {one.kind: self._stream(one) for one in recording.outputs}
        self._levels = {name: self.record([(Key(name, ()), None)]) for name in LEVELS}

    def _stream(self, chosen: Chosen) -> Stream:
        latest = ""

        def say(message: str) -> None:
            """Say what several connections meet only once."""
            nonlocal latest
            if message != latest:
                latest = message
                self._say(chosen.kind, message)

        try:
            made: Stream = import_module(OUTPUTS[chosen.kind].module).stream(chosen.settings, say)
        except OSError as error:
            raise SetupError(f"the output {chosen.kind} cannot begin: {error.strerror or error}") from None
        return made

    def begin(self, metrics: Mapping[str, Metric], tags: Mapping[str, str], say: Say | None = None) -> None:
        """Learn what is known once the plan is compiled; `tags` are those of everything in this run.

        Who does not say anything leaves it to others, who hear of all losses.
        """
        self._metrics, self._tags, self._say = metrics, tags, say or self._say

    def record(self, columns: Sequence[Column]) -> Note:
        """Make what takes samples of some series, which come together."""
        number, waiting, now = len(self._columns), self._waiting, self._now
        self._columns.append(columns)

        def note(values: tuple[float, ...]) -> None:
            waiting.append((number, now(), values))
            if len(waiting) >= PACK:
                self._write()

        return note

    def levels(self, snapshot: Snapshot) -> None:
        """Record what nobody knows but who hears of all workers: how many VUs there are."""
        for name, note in self._levels.items():
            held = snapshot.sinks.get(Key(name, ()))
            if isinstance(held, Gauge):
                note((held.value,))

    def flush(self) -> list[Delivered]:
        """Have all sent that has come in; how much arrived or was lost since the last time."""
        self._write()
        for stream in self.streams.values():
            stream.flush()
        return [stream.news() for stream in self.streams.values()]

    async def close(self) -> list[Delivered]:
        """Wait until all is sent, in bounded time; how much arrived or was lost since the last time."""
        self._write()
        await asyncio.gather(*(stream.close() for stream in self.streams.values()))
        return [stream.news() for stream in self.streams.values()]

    def _write(self) -> None:
        """Write what waits, each event at a moment that no other one has.

        Two points of a series in one moment would be one to a database. What is not finite is left out, as
        everywhere.
        """
        ahead, newest, (index, count) = self._ahead, self._newest, (self._place.index, self._place.count)
        events = []
        for number, at, values in self._waiting:
            if values and not isfinite(sum(values)):
                continue
            moment = ahead + int(at * BILLION)
            moment += index - moment % count
            newest = moment if moment > newest else newest + count
            events.append((number, newest, values))
        self._newest = newest
        self._waiting.clear()
        for stream in self.streams.values():
            stream.write(events, self._parts)

    def _parts(self, number: int) -> list[Part]:
        return [
            Part(key.metric, self._tagged(key), self._metrics[key.metric].contains, value)
            for key, value in self._columns[number]
        ]

    def _tagged(self, key: Key) -> dict[str, str]:
        tags = {**self._tags, **dict(key.tags)}
        return {name: self._mask(value) for name, value in sorted(tags.items()) if value}


def recording(outputs: Sequence[Chosen]) -> Recording | None:
    """Return what is to be recorded; None where no output wants single samples."""
    wanted = tuple(one for one in outputs if OUTPUTS[one.kind].samples)
    return Recording(wanted, time_ns() - perf_counter_ns()) if wanted else None


@asynccontextmanager
async def sending(recorder: Recorder | None) -> AsyncIterator[None]:
    """Have the streams send until the block ends."""
    tasks = [asyncio.create_task(one.run()) for one in recorder.streams.values()] if recorder else []
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
