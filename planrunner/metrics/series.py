"""Series and their sinks: what a metric is, and how totals add up."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct, field

from planrunner.metrics.histogram import Histogram

Kind: TypeAlias = Literal["counter", "gauge", "rate", "trend"]
Contains: TypeAlias = Literal["default", "time", "data"]
Tags: TypeAlias = tuple[tuple[str, str], ...]


class Metric(Struct, frozen=True):
    """What is measured: how samples add up, and whether they are seconds, bytes or plain numbers."""

    kind: Kind
    contains: Contains = "default"


METRICS: Mapping[str, Metric] = {
    "aborted_iterations": Metric("counter"),
    "checks": Metric("rate"),
    "data_received": Metric("counter", "data"),
    "data_sent": Metric("counter", "data"),
    "dropped_iterations": Metric("counter"),
    "errors": Metric("counter"),
    "generator_lag": Metric("trend", "time"),
    "group_duration": Metric("trend", "time"),
    "http_req_blocked": Metric("trend", "time"),
    "http_req_connecting": Metric("trend", "time"),
    "http_req_dns": Metric("trend", "time"),
    "http_req_duration": Metric("trend", "time"),
    "http_req_failed": Metric("rate"),
    "http_req_receiving": Metric("trend", "time"),
    "http_req_sending": Metric("trend", "time"),
    "http_req_tls_handshaking": Metric("trend", "time"),
    "http_req_waiting": Metric("trend", "time"),
    "http_reqs": Metric("counter"),
    "http_retries": Metric("counter"),
    "interrupted_iterations": Metric("counter"),
    "iteration_duration": Metric("trend", "time"),
    "iteration_response_time": Metric("trend", "time"),
    "iterations": Metric("counter"),
    "vus": Metric("gauge"),
    "vus_max": Metric("gauge"),
}
"""The built-in metrics; names, kinds and units are k6's (metrics/builtin.go); ours are
`aborted_iterations`, `errors`, `generator_lag`, `http_retries`, `interrupted_iterations` and
`iteration_response_time`."""

TAGS = (
    "check",
    "endpoint",
    "error",
    "error_code",
    "expected_response",
    "group",
    "method",
    "name",
    "proto",
    "scenario",
    "status",
    "tls_version",
    "url",
)
"""System tags; k6's (metrics/system_tag.go) and `endpoint`."""


class Key(NamedTuple):
    """A series: a metric and its tags, sorted by name."""

    metric: str
    tags: Tags


class Counter(Struct, tag=True):
    """A sum, and of how many samples."""

    value: float = 0.0
    samples: int = 0

    def merge(self, other: Counter) -> None:
        """Add another part of the same series."""
        self.value += other.value
        self.samples += other.samples

    def values(self, seconds: float) -> dict[str, float]:
        """Return the numbers of a result; `seconds` is how long the run took."""
        return {"count": self.value, "rate": self.value / seconds if seconds else 0.0}


class Gauge(Struct, tag=True):
    """The newest value and the extremes; parts of several workers at one time add up before they merge."""

    value: float = 0.0
    min: float = inf
    max: float = -inf
    at: float = 0.0  # when the value was set, where that is known

    def merge(self, other: Gauge) -> None:
        """Take over a later part of the same series."""
        if other.at >= self.at:
            self.value, self.at = other.value, other.at
        self.min = min(self.min, other.min)
        self.max = max(self.max, other.max)

    def values(self, _: float) -> dict[str, float]:
        """Return the numbers of a result."""
        return {"value": self.value, "min": self.min, "max": self.max}


class Rate(Struct, tag=True):
    """How often something was so: passes (k6: non-zero samples) and fails."""

    passes: int = 0
    fails: int = 0

    @property
    def rate(self) -> float:
        """The share of passes, 0 to 1; 0 without samples."""
        total = self.passes + self.fails
        return self.passes / total if total else 0.0

    def merge(self, other: Rate) -> None:
        """Add another part of the same series."""
        self.passes += other.passes
        self.fails += other.fails

    def values(self, _: float) -> dict[str, float]:
        """Return the numbers of a result."""
        return {"rate": self.rate, "passes": self.passes, "fails": self.fails}


class Trend(Struct, tag=True):
    """A distribution."""

    histogram: Histogram = field(default_factory=Histogram)

    def merge(self, other: Trend) -> None:
        """Add another part of the same series."""
        self.histogram.merge(other.histogram)

    def values(self, _: float) -> dict[str, float]:
        """Return the numbers of a result."""
        held = self.histogram
        median, *high = held.quantiles((0.5, 0.9, 0.95, 0.99))
        numbers = {"count": float(held.count), "avg": held.mean}
        numbers |= {"min": held.min, "med": median, "max": held.max}
        return numbers | dict(zip(("p(90)", "p(95)", "p(99)"), high, strict=True))


Sink: TypeAlias = Counter | Gauge | Rate | Trend
SINKS: Mapping[Kind, type[Sink]] = {"counter": Counter, "gauge": Gauge, "rate": Rate, "trend": Trend}


def samples(sink: Sink) -> int:
    """Return how many samples a sink has seen, as far as it can tell."""
    match sink:
        case Trend(histogram):
            return histogram.count
        case Rate(passes, fails):
            return passes + fails
        case Counter(_, count):
            return count
        case _:
            return 1
