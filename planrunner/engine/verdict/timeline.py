"""The timeline: what happened when, in a bounded number of spans however long the run is."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from math import isnan, nan

from msgspec import Struct, field

from planrunner.metrics.hidden import Hidden
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Trend
from planrunner.metrics.tally import Snapshot
from planrunner.result import Moment

SPANS = 600  # at least, on a long run; when there are twice as many, each two of them become one

PERCENTILES = ("p50", "p95", "p99")
NUMBERS = 7 + len(PERCENTILES)  # that are kept of a span
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

    def join(self, later: Span) -> None:
        """Take in the span that follows."""
        self.seconds = later.at + later.seconds - self.at
        self.vus = max(self.vus, later.vus)
        self.iterations += later.iterations
        self.requests += later.requests
        self.failed += later.failed
        self.hidden += later.hidden
        self.durations.merge(later.durations)

    def numbers(self) -> tuple[float, ...]:
        """Return what a moment is made of."""
        held = self.durations
        quantiles = held.quantiles((0.5, 0.95, 0.99)) if held.count else [nan] * len(PERCENTILES)
        return (
            self.at,
            self.seconds,
            self.vus,
            self.iterations,
            self.requests,
            self.failed,
            self.hidden,
            *quantiles,
        )

    @property
    def censored(self) -> tuple[str, ...]:
        """Which of its percentiles are only known to be at least so much."""
        return bounds(self.hidden, self.iterations) if self.durations.count else ()


class Track(Struct):
    """All spans of one width: those that are over as numbers alone, which is all that a chart needs."""

    over: array[float] = field(default_factory=lambda: array("d"))
    first: Span | None = None  # of two that are one on the next track

    def __len__(self) -> int:
        """Return how many spans are over."""
        return len(self.over) // NUMBERS

    def moments(self) -> Iterator[Moment]:
        """Return the spans that are over as the result has them."""
        for begin in range(0, len(self.over), NUMBERS):
            yield moment(*self.over[begin : begin + NUMBERS])


class Timeline(Struct):
    """Spans in order, on tracks: those of each are twice as wide as those of the one before.

    All tracks are kept from the beginning, and the result has the first one that is not too long. So no span
    that is over needs its distribution any more, which would take ten times the room.
    """

    tracks: list[Track] = field(default_factory=lambda: [Track()])
    chosen: int = 0  # the first track that is not too long
    newest: Span | None = None  # on no track yet, as a short rest may have to be added to it
    _arriving: set[str] = field(default_factory=set)  # scenarios that have had arrivals

    def add(self, snapshot: Snapshot) -> Span:
        """Take in a snapshot; returns it as a span of its own."""
        keys = chain(snapshot.sinks, snapshot.warm)
        self._arriving |= {tagged(key, "scenario") for key in keys if key.metric == "generator_lag"}
        span = measured(snapshot, self._arriving)
        if self.newest and span.seconds < REST:
            self.newest.join(span)
        else:
            if self.newest:
                self._put(self.newest)
                self._choose()
            self.newest = joined([span])
        return span

    def _put(self, span: Span, number: int = 0) -> None:
        """Put a span on a track; where it ends a pair, the pair on the next one."""
        if number == len(self.tracks):
            self.tracks.append(Track())
        track = self.tracks[number]
        if number >= self.chosen:
            track.over.extend(span.numbers())
        if track.first:
            pair, track.first = track.first, None
            pair.join(span)
            self._put(pair, number + 1)
        else:
            track.first = span

    def _choose(self) -> None:
        """Give up a track that has become too long, the newest span counted in."""
        track = self.tracks[self.chosen]
        if len(track) + 1 >= 2 * SPANS:
            track.over = array("d")
            self.chosen += 1

    def moments(self) -> tuple[Moment, ...]:
        """Return the timeline as the result has it."""
        rest = [track.first for track in reversed(self.tracks[: self.chosen]) if track.first]
        rest += [self.newest] if self.newest else []
        over = self.tracks[self.chosen].moments()
        return (*over, moment(*joined(rest).numbers())) if rest else ()


def joined(spans: Sequence[Span]) -> Span:
    """Return spans that follow each other as one, without them knowing."""
    grown = Span(spans[0].at, 0.0)
    for span in spans:
        grown.join(span)
    return grown


def moment(*numbers: float) -> Moment:
    """Return a span that is over as the result has it; the numbers are those of `Span.numbers`."""
    at, seconds, vus, iterations, requests, failed, hidden, *quantiles = numbers
    p50, p95, p99 = (None if isnan(quantile) else quantile for quantile in quantiles)
    censored = () if p50 is None else bounds(int(hidden), int(iterations))
    return Moment(at, seconds, vus, int(iterations), int(requests), int(failed), p50, p95, p99, censored)


def bounds(hidden: int, iterations: int) -> tuple[str, ...]:
    """Return which percentiles of a span are only known to be at least so much."""
    return Hidden(hidden, iterations).bounds(PERCENTILES)


def measured(snapshot: Snapshot, arriving: Collection[str] = ()) -> Span:
    """Gather what the timeline shows of a snapshot, warm-up or not; `arriving`: scenarios with arrivals."""
    span = Span(snapshot.at - snapshot.seconds, snapshot.seconds)
    for key, sink in chain(snapshot.sinks.items(), snapshot.warm.items()):
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
