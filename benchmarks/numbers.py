"""The statistics of the benchmarks: plain functions of lists of numbers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import ceil
from statistics import linear_regression, median

QUANTILES = (50, 90, 95, 99)  # percent


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the nearest rank, as planrunner defines it; the numbers come sorted."""
    return ordered[max(ceil(percent * len(ordered) / 100), 1) - 1]


def percentiles(numbers: Sequence[float]) -> dict[int, float]:
    """Return the percentiles that the benchmarks compare."""
    ordered = sorted(numbers)
    return {percent: percentile(ordered, percent) for percent in QUANTILES}


def counted(counts: Mapping[float, int]) -> dict[int, float]:
    """Return the same of numbers that were told as how often each was seen."""
    ordered = sorted(counts)
    ranks = list(accumulate(counts[value] for value in ordered))
    return {
        percent: ordered[bisect_left(ranks, max(ceil(percent * ranks[-1] / 100), 1))] for percent in QUANTILES
    }


def spread(numbers: Sequence[float]) -> float:
    """From the lowest to the highest, as a share of the median; 0 when that is 0."""
    middle = median(numbers)
    return (max(numbers) - min(numbers)) / abs(middle) if middle else 0.0


def off(told: float, true: float) -> float:
    """How far a number is from the truth, as a share of it."""
    return abs(told - true) / true


def worst(told: Mapping[int, float], true: Mapping[int, float], share: float, seconds: float) -> float:
    """The worst percentile's error, in units of what is allowed: a share of the truth or so many seconds.

    The greater of the two is allowed; 1 is just within it.
    """
    return max(abs(told[at] - true[at]) / max(share * true[at], seconds) for at in told)


def slope(points: Sequence[tuple[float, float]], skip: float) -> float:
    """How fast the second number grows with the first, by least squares, a share of points skipped."""
    kept = points[int(len(points) * skip) :]
    return linear_regression([x for x, _ in kept], [y for _, y in kept]).slope


def worst_second(arrivals: Sequence[float], rate: float, seconds: int) -> float:
    """How far the worst second is from a constant rate, as a share of it.

    Seconds are counted from half an interval before the first arrival was due, so that one that comes a
    little early or late does not fall into the neighbouring second. When that was is told by all arrivals
    together, since the first one may have waited for a connection.
    """
    ordered = sorted(arrivals)
    begin = median(at - number / rate for number, at in enumerate(ordered)) - 0.5 / rate
    counts = [0] * seconds
    for at in ordered:
        if 0 <= at - begin < seconds:
            counts[int(at - begin)] += 1
    return max(off(count, rate) for count in counts)
