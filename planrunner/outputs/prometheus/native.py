"""Native histograms: Prometheus' buckets grow by a constant factor, ours are finer and add up to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planrunner.metrics.histogram import BITS, Histogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA: Final = 3
"""Eight buckets for each power of two: the finest whose factor, 1.09, is k6's 1.1 or less."""

ZERO: Final = 2.0**-128
"""What is nearer to zero counts as zero, as in k6's library."""

BIAS: Final = 1023  # of the exponent of a double
NEAR: Final = (BIAS - 128) << BITS  # our buckets below this one hold what is nearer than ZERO

_PARTS: Final = np.ceil(np.log2(1 + (np.arange(2**BITS) + 0.5) / 2**BITS) * 2**SCHEMA).astype(np.int64)
"""For the middle of each of our buckets within a power of two, in which of the eight it lies."""


def fill(made: Any, held: Histogram, at: int) -> None:
    """Write a histogram into an empty message; `at` in milliseconds."""
    made.count_int, made.sum, made.schema, made.timestamp = held.count, held.sum, SCHEMA, at
    made.zero_threshold = ZERO
    found, times = (np.asarray(part).astype(np.int64) for part in held.buckets.pairs())
    made.zero_count_int = int(times[np.abs(found) < NEAR].sum())
    above, below = found >= NEAR, found <= -NEAR
    _write(found[above], times[above], made.positive_spans, made.positive_deltas)
    _write(-found[below], times[below], made.negative_spans, made.negative_deltas)


def _write(found: NDArray[np.int64], times: NDArray[np.int64], spans: Any, deltas: Any) -> None:
    """Write counts by bucket: runs of buckets, and each count as the difference from the one before."""
    if not len(found):
        return
    places = ((found >> BITS) - BIAS) * 2**SCHEMA + _PARTS[found & (2**BITS - 1)]
    low = int(places.min())
    counts = np.bincount(places - low, times).astype(np.int64)
    filled = np.flatnonzero(counts)
    deltas.extend(np.diff(counts[filled], prepend=0).tolist())
    end = -low  # the first offset counts from bucket 0
    for run in np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1):
        spans.add(offset=int(run[0]) - end, length=len(run))
        end = int(run[-1]) + 1
