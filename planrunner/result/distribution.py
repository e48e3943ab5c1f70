"""The distribution of a trend in few bars, and how much of it lies below a limit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from math import ceil, floor, log10

from planrunner.metrics.histogram import middle
from planrunner.metrics.series import Sink, Trend

FINENESS = (48, 24, 12, 6, 3, 1, 0.1)  # bars for each power of ten: the finest that is not too many
LEAST = 1e-6  # what is less, in seconds, is no time that anybody measures


def edges(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return the edges of at most so many bars, equally wide on a logarithmic axis, that hold low to high."""
    low, high = max(low, LEAST), max(high, LEAST)
    spans = ((fineness, _span(low, high, fineness)) for fineness in FINENESS)
    fineness, found = next(pair for pair in spans if len(pair[1]) <= most or pair[0] == FINENESS[-1])
    return tuple(10 ** (n / fineness) for n in (*found, found.stop))


def bars(sink: Sink | None, between: Sequence[float]) -> tuple[int, ...]:
    """Count the values between each two edges; what lies beyond the outermost is counted beside them."""
    counts = [0] * (len(between) - 1)
    for value, number in _values(sink):
        counts[min(max(bisect_right(between, value) - 1, 0), len(counts) - 1)] += number
    return tuple(counts)


def parts(sink: Sink | None, limits: Sequence[float]) -> tuple[int, ...]:
    """Count the values up to each of some limits, and beyond the last one; limits are in their order."""
    counts = [0] * (len(limits) + 1)
    for value, number in _values(sink):
        counts[bisect_left(limits, value)] += number
    return tuple(counts)


def quantiles(sink: Sink | None, shares: Sequence[float]) -> list[float]:
    """Return the values below which these shares lie; none of what is no distribution."""
    return sink.histogram.quantiles(shares) if isinstance(sink, Trend) else []


def _span(low: float, high: float, fineness: float) -> range:
    first = floor(log10(low) * fineness + 1e-9)
    return range(first, max(ceil(log10(high) * fineness - 1e-9), first + 1))


def _values(sink: Sink | None) -> Iterator[tuple[float, int]]:
    """Yield what a distribution holds, by bucket; its middle is within 0.2 % of the values in it."""
    if isinstance(sink, Trend):
        held = sink.histogram
        for bucket, number in held.buckets.items():
            yield min(max(middle(bucket), held.min), held.max), number
