"""Native histograms: counts in buckets that grow by a constant factor, packed."""

from __future__ import annotations

from typing import Any

import numpy as np

from planrunner.metrics.histogram import Histogram
from planrunner.outputs.spread import SCALE, ZERO, Counts, exponential


def fill(made: Any, held: Histogram, at: int) -> None:
    """Write a histogram into an empty message; `at` in milliseconds."""
    made.count_int, made.sum, made.schema, made.timestamp = held.count, held.sum, SCALE, at
    made.zero_threshold = ZERO
    spread = exponential(held)
    made.zero_count_int = spread.zero
    _write(spread.above, made.positive_spans, made.positive_deltas)
    _write(spread.below, made.negative_spans, made.negative_deltas)


def _write(counts: Counts, spans: Any, deltas: Any) -> None:
    """Write runs of buckets, and each count as the difference from the one before."""
    places, times = counts
    if not len(places):
        return
    deltas.extend(np.diff(times, prepend=0).tolist())
    end = 0  # the first offset counts from bucket 0
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
        spans.add(offset=int(run[0]) - end, length=len(run))
        end = int(run[-1]) + 1
