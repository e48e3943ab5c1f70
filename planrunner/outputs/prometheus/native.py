"""Native histograms: Prometheus' buckets grow by a constant factor, ours are finer and add up to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, log2
from typing import Any, Final

from planrunner.metrics.histogram import Histogram, middle

SCHEMA: Final = 3
"""Eight buckets for each power of two: the finest whose factor, 1.09, is k6's 1.1 or less."""

ZERO: Final = 2.0**-128
"""What is nearer to zero counts as zero, as in k6's library."""


def index(value: float) -> int:
    """Return the number of the bucket of a positive value: `i` holds those up to 2**(i / 8)."""
    return ceil(log2(value) * 2**SCHEMA)


def fill(made: Any, held: Histogram, at: int) -> None:
    """Write a histogram into an empty message; `at` in milliseconds."""
    made.count_int, made.sum, made.schema, made.timestamp = held.count, held.sum, SCHEMA, at
    made.zero_threshold = ZERO
    above: dict[int, int] = {}
    below: dict[int, int] = {}
    for bucket, times in held.buckets.items():
        value = middle(bucket)
        if abs(value) <= ZERO:
            made.zero_count_int += times
        else:
            side = above if value > 0 else below
            place = index(abs(value))
            side[place] = side.get(place, 0) + times
    _write(above, made.positive_spans, made.positive_deltas)
    _write(below, made.negative_spans, made.negative_deltas)


def _write(counts: dict[int, int], spans: Any, deltas: Any) -> None:
    """Write counts by bucket: runs of buckets, and each count as the difference from the one before."""
    end = before = 0
    for number, run in enumerate(_runs(sorted(counts))):
        spans.add(offset=run[0] - (end if number else 0), length=len(run))
        end = run[-1] + 1
        for place in run:
            deltas.append(counts[place] - before)
            before = counts[place]


def _runs(places: Iterable[int]) -> Iterator[list[int]]:
    """Yield numbers that follow each other."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
