"""The timeline: what happened when, in a bounded number of spans however long the run is."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Collection

from msgspec import Struct, field

from planrunner.metrics.hidden import Hidden
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Trend
from planrunner.metrics.tally import Snapshot
from planrunner.result import Moment

SPANS = 600  # at most; twice as many are joined in pairs, so that a chart always has 300 to 600

REST = 0.25  # seconds; a shorter piece at the end belongs to the span before it: its rates mean nothing


class Span(Struct):
    """A piece of the run."""

    at: float
    seconds: float
    vus: float = 0.0
    iterations: int = 0
    requests: int = 0
    failed: int = 0
    durations: Histogram = field(default_factory=Histogram)
    hidden: int = 0  # iterations that were dropped or interrupted
    packed: bytes = b""  # the durations, while nobody adds to them: a tenth of their room

    def pack(self) -> None:
        """Take little room; `unpack` comes before any other use."""
        if not self.packed:
            self.packed, self.durations = zlib.compress(pickle.dumps(self.durations), 1), Histogram()

    def unpack(self) -> None:
        """Be ready to be used."""
        if self.packed:
            self.durations = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 (what `pack` wrote)
            self.packed = b""

    def join(self, later: Span) -> None:
        """Take in the span that follows."""
        self.seconds = later.at + later.seconds - self.at
        self.vus = max(self.vus, later.vus)
        self.iterations += later.iterations
        self.requests += later.requests
        self.failed += later.failed
        self.hidden += later.hidden
        self.durations.merge(later.durations)

    def moment(self) -> Moment:
        """Return the span as the result has it."""
        held = self.durations
        p50, p95, p99 = ((held.quantile(q) if held.count else None) for q in (0.5, 0.95, 0.99))
        return Moment(
            self.at,
            self.seconds,
            self.vus,
            self.iterations,
            self.requests,
            self.failed,
            p50,
            p95,
            p99,
            self.censored,
        )

    @property
    def censored(self) -> tuple[str, ...]:
        """Which of its percentiles are only known to be at least so much."""
        unknown = Hidden(self.hidden, self.iterations)
        return unknown.bounds(("p50", "p95", "p99")) if self.durations.count else ()


class Timeline(Struct):
    """Spans in order; on a long run neighbours are joined."""

    spans: list[Span] = field(default_factory=list)
    width: int = 1  # snapshots in a span
    _open: int = 0  # snapshots in the last span so far
    _arriving: set[str] = field(default_factory=set)  # scenarios that have had arrivals

    def add(self, snapshot: Snapshot) -> Span:
        """Take in a snapshot; returns it as a span of its own."""
        self._arriving |= {tagged(key, "scenario") for key in snapshot.sinks if key.metric == "generator_lag"}
        span = measured(snapshot, self._arriving)
        if self.spans and (self._open < self.width or span.seconds < REST):
            self.spans[-1].join(span)
            self._open += 1
        else:
            if self.spans:
                self.spans[-1].pack()
            self.spans.append(copy(span))
            self._open = 1
        if len(self.spans) >= 2 * SPANS:
            self._halve()
        return span

    def _halve(self) -> None:
        for first, second in zip(self.spans[::2], self.spans[1::2], strict=True):
            first.unpack()
            second.unpack()
            first.join(second)
            first.pack()
        self.spans = self.spans[::2]
        self.spans[-1].unpack()
        self._open += self.width  # the last one had a whole partner, and may not be whole itself
        self.width *= 2

    def moments(self) -> tuple[Moment, ...]:
        """Return the timeline as the result has it."""
        for span in self.spans:
            span.unpack()
        return tuple(span.moment() for span in self.spans)


def copy(span: Span) -> Span:
    """Return a span that can grow without the first one knowing."""
    grown = Span(span.at, 0.0)
    grown.join(span)
    return grown


def measured(snapshot: Snapshot, arriving: Collection[str] = ()) -> Span:
    """Gather what the timeline shows of a snapshot; `arriving` names scenarios with arrivals."""
    span = Span(snapshot.at - snapshot.seconds, snapshot.seconds)
    for key, sink in snapshot.sinks.items():
        match key.metric, sink:
            case "http_reqs", Counter(value):
                span.requests += int(value)
            case "iterations", Counter(value):
                span.iterations += int(value)
            case "dropped_iterations", Counter(value) if tagged(key, "scenario") in arriving:
                span.hidden += int(value)
            case "interrupted_iterations", Counter(value):
                span.hidden += int(value)
            case "http_req_failed", Rate(passes, _):
                span.failed += passes
            case "http_req_duration", Trend(histogram):
                span.durations.merge(histogram)
            case "vus", Gauge(value):
                span.vus += value
    return span


def tagged(key: Key, name: str) -> str:
    """Return the value of a tag, empty when there is none."""
    return dict(key.tags).get(name, "")
