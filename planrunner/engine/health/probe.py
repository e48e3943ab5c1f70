"""The probe: wakes up again and again to feel how late that is, and reads the machine each second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from planrunner.engine.health.sources import Read, Reading, Sources
from planrunner.engine.timing.alarm import sleep
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Trend
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.vitals import Vitals

EVERY = 0.097  # seconds; drifts against the second, so that what is done each second is met as often as not
FROZEN = 0.5  # seconds; nothing of ours takes so long, so the process did not run
REST = 0.25  # seconds; shares of a shorter piece mean nothing, so it is left out, or waits for the next one

Note: TypeAlias = Callable[[Snapshot], Snapshot]
"""Adds to a snapshot how the process was meanwhile."""


@asynccontextmanager
async def probing(
    sources: Sources | None, process: int, now: Callable[[], float], start: float
) -> AsyncIterator[Note]:
    """Watch this process from `start` on, a moment of its clock; without sources nothing is watched."""
    if sources is None:
        yield lambda snapshot: snapshot
        return
    with sources() as read:
        probe = Probe(process, now, read, start)
        feeling = asyncio.create_task(probe.feel())
        try:
            yield probe.note
        finally:
            feeling.cancel()
            await asyncio.wait([feeling])


class Probe:
    """Feels one process."""

    def __init__(self, process: int, now: Callable[[], float], read: Read, start: float) -> None:
        self._process, self._now, self._read, self._start = process, now, read, start
        self._due = start  # when it is to wake up next
        self._lags: list[float] = []
        self._frozen = 0.0
        self._at, self._last = start, Reading()

    async def feel(self) -> None:
        """Wake up again and again; ends by being cancelled."""
        await sleep(self._start - self._now())
        self._at, self._last = self._now(), self._read()  # what came before is no part of the load
        self._due = self._at + EVERY
        while True:
            await sleep(self._due - self._now())
            self._wake()

    def _wake(self) -> None:
        """Note how late it is, for each time that was missed: who waited then, waited for the rest of it."""
        now = self._now()
        self._frozen += now - self._due if now - self._due >= FROZEN else 0.0
        while True:
            self._lags.append(max(0.0, now - self._due))
            self._due += EVERY
            if self._due > now:
                return

    def note(self, snapshot: Snapshot) -> Snapshot:
        """Add to a snapshot how the process was since the last one that had it."""
        now = self._now()
        seconds = now - self._at
        if seconds < REST:
            return snapshot
        if now > self._due:  # it could not wake up yet
            self._wake()
        reading = self._read()
        snapshot.vitals.append(self._vitals(snapshot, now, seconds, reading))
        self._at, self._last, self._lags, self._frozen = now, reading, [], 0.0
        return snapshot

    def _vitals(self, snapshot: Snapshot, now: float, seconds: float, reading: Reading) -> Vitals:
        last = self._last
        cpu, waiting = _per(seconds, last.cpu, reading.cpu), _per(seconds, last.waited, reading.waited)
        return Vitals(
            self._process,
            now - self._start,
            seconds,
            loop_lag=max(self._lags, default=0.0),
            lags=tuple(self._lags),
            generator_lag=lag(snapshot),
            frozen=self._frozen,
            cpu=cpu,
            waiting=waiting,
            wanted=None if cpu is None else min(1.0, cpu + (waiting or 0.0)),
            switches=_per(seconds, last.switches, reading.switches),
            gc_pause=reading.longest,
            gc_share=(reading.collected - last.collected) / seconds,
            files=reading.files,
            most_files=reading.most_files,
            ports=reading.ports,
            clock_step=abs(_per(1.0, last.ahead, reading.ahead) or 0.0),
            steal=stolen(last, reading),
            throttled=_per(seconds, last.throttled, reading.throttled),
            dropped=count(snapshot, "dropped_iterations"),
            interrupted=count(snapshot, "interrupted_iterations"),
        )


def _per(seconds: float, before: float | None, after: float | None) -> float | None:
    """Return by how much something grew in a second."""
    return None if before is None or after is None else (after - before) / seconds


def stolen(before: Reading, after: Reading) -> float | None:
    """Return which share of the machine's time was stolen; None where that is not told."""
    if before.stolen is None or after.stolen is None:
        return None
    stolen, all_of_it = (new - old for new, old in zip(after.stolen, before.stolen, strict=True))
    return stolen / all_of_it if all_of_it > 0 else None


def lag(snapshot: Snapshot) -> float | None:
    """Return the p95 of how late arrivals began, None without any; the p99 of a second is one arrival."""
    together = Histogram()
    for key, sink in snapshot.sinks.items():
        if key.metric == "generator_lag" and isinstance(sink, Trend):
            together.merge(sink.histogram)
    return together.quantile(0.95) if together.count else None


def count(snapshot: Snapshot, metric: str) -> float:
    """Add up a counter."""
    return sum(
        s.value for key, s in snapshot.sinks.items() if key.metric == metric and isinstance(s, Counter)
    )
