"""Every series of a run, so that any selector can be asked later, and for any of its numbers.

A series is what was measured of a metric with one set of tags. Those of one set stand together. Series add up
exactly: the counts, and the buckets of distributions, are then those of the whole run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from msgspec import Meta

from planrunner.metrics.buckets import Buckets
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Tags, Trend
from planrunner.result.kinds import Count
from planrunner.result.packing import pack, unpack

LARGEST = sys.float_info.max  # JSON has no infinity, which a sum of the largest numbers is


@dataclass(frozen=True, slots=True)
class Total:
    """A series of a counter."""

    value: float
    samples: Count


@dataclass(frozen=True, slots=True)
class Level:
    """A series of a gauge: its newest value and the extremes."""

    value: float
    min: float
    max: float
    at: Annotated[float, Meta(description="when it was set, in seconds since the run began; 0 when unknown")]


@dataclass(frozen=True, slots=True)
class Share:
    """A series of a rate."""

    passes: Annotated[int, Meta(ge=0, description="samples that were true; requests that failed")]
    fails: Count


@dataclass(frozen=True, slots=True)
class Distribution:
    """A series of a trend; count, sum, smallest and largest value are exact, others known by their bucket.

    A double lies in bucket b when its bits, without the sign and shifted right by 44, are b: 256 buckets for
    each power of two, so the middle of a bucket is within 0.2 % of what lies in it. Buckets of negative
    values are negative, that of zero is 0.
    """

    count: Annotated[int, Meta(ge=1)]
    sum: float
    min: float
    max: float
    first: Annotated[int, Meta(ge=-(2**31), lt=2**31, description="the first bucket that is not empty")]
    buckets: Annotated[
        str,
        Meta(
            description="packing 1: base64 of zlib of varints (seven bits a byte, the lowest first; "
            "from 128 on another byte follows): the gap from each bucket to the next one, then all counts"
        ),
    ]


Part: TypeAlias = Total | Level | Share | Distribution


@dataclass(frozen=True, slots=True)
class Series:
    """What was measured with one set of tags, by metric and its type; its unit stands with its totals."""

    tags: Mapping[str, str]
    counters: Mapping[str, Total] = field(default_factory=dict)
    gauges: Mapping[str, Level] = field(default_factory=dict)
    rates: Mapping[str, Share] = field(default_factory=dict)
    trends: Mapping[str, Distribution] = field(default_factory=dict)
    folded: Annotated[
        int, Meta(ge=1, description="of how many series this is the sum, so that the file is not too large")
    ] = 1
    lost: Annotated[
        tuple[str, ...], Meta(description="tags in which those differ; which had which value is not known")
    ] = ()

    def parts(self) -> dict[str, Part]:
        """Return all of them by metric."""
        return {**self.counters, **self.gauges, **self.rates, **self.trends}


def series(sinks: Iterable[tuple[Key, Sink]], mask: Callable[[str], str] = str) -> tuple[Series, ...]:
    """Write what was measured, in an order that does not depend on who measured it."""
    groups: dict[Tags, dict[str, Part]] = {}
    for (metric, tags), sink in sinks:
        if (part := written(sink)) is not None:
            groups.setdefault(tags, {})[mask(metric)] = part
    return tuple(
        grouped({mask(name): mask(value) for name, value in tags}, parts)
        for tags, parts in sorted(groups.items())
    )


def grouped(tags: Mapping[str, str], parts: Mapping[str, Part]) -> Series:
    """Sort what was measured with one set of tags by type and name."""
    known = sorted(parts.items())
    return Series(
        tags,
        {metric: part for metric, part in known if isinstance(part, Total)},
        {metric: part for metric, part in known if isinstance(part, Level)},
        {metric: part for metric, part in known if isinstance(part, Share)},
        {metric: part for metric, part in known if isinstance(part, Distribution)},
    )


def written(sink: Sink) -> Part | None:
    """Write one series; None when it has no values."""
    match sink:
        case Counter(value, samples):
            return Total(finite(value), samples)
        case Gauge(value, low, high, at):
            return Level(float(value), float(low), float(high), at)
        case Rate(passes, fails):
            return Share(passes, fails)
    held = sink.histogram
    if not held.count:
        return None
    counted = held.buckets.pairs()
    return Distribution(held.count, finite(held.sum), held.min, held.max, counted[0][0], pack(counted))


def finite(value: float) -> float:
    """Return a number as it will be read: a float, and never infinite."""
    return float(max(-LARGEST, min(LARGEST, value)))


def read(part: Part) -> Sink:
    """Do the opposite; ValueError says what is wrong with a distribution."""
    match part:
        case Total(value, samples):
            return Counter(value, samples)
        case Level(value, low, high, at):
            return Gauge(value, low, high, at)
        case Share(passes, fails):
            return Rate(passes, fails)
    counted = unpack(part.first, part.buckets)
    if sum(counted[1]) != part.count:
        raise ValueError(f"holds {sum(counted[1])} values, not {part.count}")
    return Trend(Histogram(Buckets(counted), part.count, part.sum, part.min, part.max))
