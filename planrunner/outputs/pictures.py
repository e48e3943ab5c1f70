"""Snapshot outputs: every few seconds a backend is told how the run stands, in numbers that only grow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter, time
from typing import Protocol

from msgspec import Struct

from planrunner.metrics.series import Key, Sink
from planrunner.metrics.tally import Snapshot
from planrunner.outputs.output import View
from planrunner.outputs.sender import Batch, Sender
from planrunner.result import Output as Delivered
from planrunner.result import Result, Threshold

PIECE = 0.0002  # seconds of work after which others may run
REMIND = 60.0  # seconds after which a series is told again that did not change: Prometheus forgets after 300


class State(Struct, frozen=True):
    """A number about the run itself, for which k6 has no metric.

    `test_running`, `test_passed` at its end, and of each threshold `threshold_ok` and `threshold_value`.
    """

    name: str
    value: float
    tags: tuple[tuple[str, str], ...] = ()


class Picture(Struct, frozen=True):
    """How a run stands; times are those of the clock on the wall, in seconds since 1970."""

    at: float
    since: float  # when the picture before was taken
    series: Iterable[tuple[Key, Sink]]  # that changed since then
    states: tuple[State, ...]
    last: bool = False


class Encode(Protocol):
    """Writes a picture in the words of a backend."""

    def __call__(self, picture: Picture) -> Iterator[Batch | None]:
        """Yield batches, and None wherever others may run."""
        ...


class Pictures:
    """An output that is told pictures."""

    def __init__(
        self,
        called: tuple[str, str],  # its kind and address
        each: float,
        encode: Encode,
        sender: Sender,
        view: View,
        now: Callable[[], float] = time,
    ) -> None:
        self._called, self._each, self._encode, self._sender = called, each, encode, sender
        self._view, self._now = view, now
        self._before = now()
        self._over = False
        self._pen = asyncio.Lock()  # one picture at a time
        self._changed: set[Key] = set()
        self._reminded = self._before
        self._known: dict[Key, Key] = {}  # series without secrets in their tags
        self._parts: dict[Key, set[Key]] = {}  # what is one series without them

    def take(self, snapshot: Snapshot) -> None:
        """Note which series changed."""
        self._changed.update(snapshot.sinks)

    async def run(self) -> None:
        """Take a picture every few seconds."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sender.run())
            while not self._over:
                await asyncio.sleep(self._each)
                await self._push(self._states(self._view.limits()))

    async def close(self, result: Result) -> Delivered:
        """Tell how the run ended."""
        verdict = State("test_passed", result.verdict == "passed")
        self._over = True
        await self._push((*self._states(result.thresholds, running=False), verdict), last=True)
        await self._sender.close()
        kind, address = self._called
        sender = self._sender
        return Delivered(kind, address, sender.sent, sender.lost, self._view.mask(sender.error))

    async def _push(self, states: tuple[State, ...], *, last: bool = False) -> None:
        async with self._pen:
            if self._over and not last:
                return  # the end was told while this one waited
            now = max(self._now(), self._before + 0.001)  # a clock that was set back
            picture = Picture(now, self._before, self._series(), states, last)
            self._before = now
            began = perf_counter()
            for batch in self._encode(picture):
                if batch:
                    self._sender.put(batch)
                if perf_counter() > began + PIECE:
                    await asyncio.sleep(0)
                    began = perf_counter()

    def _series(self) -> Iterator[tuple[Key, Sink]]:
        """Yield what changed, and now and then all."""
        changed, self._changed = self._changed, set()
        if self._now() >= self._reminded + REMIND:
            self._reminded = self._now()
            changed |= self._known.keys()
        for key in dict.fromkeys(map(self._masked, changed)):
            yield key, self._sum([self._view.totals.sinks[part] for part in self._parts[key]])

    def _masked(self, key: Key) -> Key:
        if key not in self._known:
            mask = self._view.mask
            safe = Key(key.metric, tuple((name, mask(value)) for name, value in key.tags))
            self._known[key] = safe
            self._parts.setdefault(safe, set()).add(key)
        return self._known[key]

    def _sum(self, sinks: list[Sink]) -> Sink:
        """Add up what only secrets tell apart."""
        if len(sinks) == 1:
            return sinks[0]
        total = type(sinks[0])()
        for sink in sinks:
            total.merge(sink)  # type: ignore[arg-type]  # of one metric
        return total

    def _states(self, limits: Iterable[Threshold], *, running: bool = True) -> tuple[State, ...]:
        mask = self._view.mask
        found = [State("test_running", running)]
        judged = {
            (("metric", mask(one.metric)), ("threshold", mask(one.expression))): one
            for one in limits
            if one.measured is not None
        }
        for tags, one in judged.items():
            found.append(State("threshold_value", one.measured or 0.0, tags))
            if one.verdict != "no data":
                found.append(State("threshold_ok", one.verdict == "passed", tags))
        return tuple(found)
