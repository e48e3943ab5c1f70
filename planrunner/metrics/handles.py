"""Handles: where the hot path writes what is measured, each for one series or some that go together."""

from __future__ import annotations

from typing import Protocol

from planrunner.metrics.rows import Rows
from planrunner.metrics.series import TAGS, Counter, Gauge, Key, Rate, Sink

OF_REQUESTS = frozenset(TAGS) - {"group", "scenario"}
"""Tags that tell one request from another: bytes are counted without them, as in k6."""


class Timed(Protocol):
    """What takes samples of trends."""

    def add(self, row: tuple[float, ...]) -> None:
        """Add one sample of each trend."""
        ...


class Judged(Protocol):
    """What is told how often something was so, by counting up."""

    passes: int
    fails: int
    complaints: int  # how many were kept as samples, over the whole run


class Counted(Protocol):
    """What is counted up one by one, or has samples added to it."""

    value: float

    def add(self, value: float) -> None:
        """Add a sample."""
        ...


class Valued(Protocol):
    """What is set to a value."""

    def set(self, value: float, at: float) -> None:
        """Add a sample of the moment `at`, in seconds since the run began."""
        ...


class Exchanges:
    """Requests of one step with one outcome: the handle that the hot path writes to."""

    __slots__ = ("_count", "_data", "_failed", "_fails", "_rows", "add", "count", "received", "sent")

    def __init__(self, rows: Rows, count: Key, failed: Key | None, *, fails: bool) -> None:
        self._rows = rows
        self.add = rows.add  # the timings of one request
        self.count = self.sent = self.received = 0
        self._count, self._failed, self._fails = count, failed, fails
        kept = tuple((name, value) for name, value in count.tags if name not in OF_REQUESTS)
        self._data = Key("data_sent", kept), Key("data_received", kept)

    def take(self, sent: int, received: int, timings: tuple[float, ...]) -> None:
        """Add a request; one that has no timings was not sent. The hot path does the same by itself."""
        self.count += 1
        self.sent += sent
        self.received += received
        if timings:
            self.add(timings)

    def columns(self) -> list[tuple[Key, float | None]]:
        """Name the series of one request, without its timings: sent and received differ each time."""
        found: list[tuple[Key, float | None]] = [(self._count, 1)]
        if self._failed:
            found.append((self._failed, int(self._fails)))
        return [*found, (self._data[0], None), (self._data[1], None)]

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what has come in, and begin anew."""
        found = self._rows.cut()  # perhaps of requests that were counted before: they came between two pieces
        if not self.count:
            return found
        found.append((self._count, Counter(self.count, self.count)))
        if self._failed:
            rate = Rate(self.count, 0) if self._fails else Rate(0, self.count)
            found.append((self._failed, rate))
        found += [
            (self._data[0], Counter(self.sent, self.count)),
            (self._data[1], Counter(self.received, self.count)),
        ]
        self.count = self.sent = self.received = 0
        return found


class Outcomes:
    """How often a check held, or anything else was so."""

    __slots__ = ("_key", "complaints", "fails", "passes")

    def __init__(self, key: Key) -> None:
        self._key = key
        self.passes = self.fails = 0
        self.complaints = 0  # how many were kept as samples, over the whole run

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what has come in, and begin anew."""
        found: list[tuple[Key, Sink]] = []
        if self.passes or self.fails:
            found.append((self._key, Rate(self.passes, self.fails)))
        self.passes = self.fails = 0
        return found


class Count:
    """A counter; one that is `told` says 0 once, because that it never happened is news too.

    `add` is for what is not counted one by one.
    """

    __slots__ = ("_key", "_told", "samples", "value")

    def __init__(self, key: Key, *, told: bool) -> None:
        self._key, self._told = key, told
        self.value: float = 0
        self.samples = 0

    def add(self, value: float) -> None:
        """Add a sample."""
        self.value += value
        self.samples += 1

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what has come in, and begin anew."""
        found: list[tuple[Key, Sink]] = []
        if self.value or self.samples or self._told:
            found.append((self._key, Counter(self.value, self.samples or int(self.value))))
        self.value, self.samples, self._told = 0, 0, False
        return found


class Level:
    """A gauge that counts up and down; what it was at its highest is never missed between snapshots."""

    __slots__ = ("_high", "_key", "value")

    def __init__(self, key: Key) -> None:
        self._key = key
        self.value = self._high = 0

    def change(self, by: int) -> None:
        """Count up or down."""
        self.value += by
        self._high = max(self._high, self.value)

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out the level of now, and the highest since the last time; nothing while it stays at 0."""
        high, self._high = self._high, self.value
        if not high:
            return []
        now = self.value or high  # the run is over, or nearly: 0 would say that there never was anybody
        return [(self._key, Gauge(now, min(now, high), high))]


class Newest:
    """A gauge that is set: the newest value and the extremes."""

    __slots__ = ("_gauge", "_key")

    def __init__(self, key: Key) -> None:
        self._key = key
        self._gauge: Gauge | None = None

    def set(self, value: float, at: float) -> None:
        """Add a sample of the moment `at`, in seconds since the run began."""
        sample = Gauge(value, value, value, at)
        if self._gauge is None:
            self._gauge = sample
        else:
            self._gauge.merge(sample)

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what has come in, and begin anew."""
        held, self._gauge = self._gauge, None
        return [(self._key, held)] if held else []
