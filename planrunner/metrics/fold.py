"""Many samples at once, with numpy: rows to columns, and values to counts by bucket.

Apart from the histograms, so that whoever only validates a plan does not wait for numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planrunner.metrics.histogram import SHIFT

SPARSE = 1 << 16  # a wider range of buckets than this is sorted instead of counted in place


class Folded(NamedTuple):
    """Values, counted: the buckets that were found and how often, and what is known exactly."""

    buckets: list[int]
    times: list[int]
    size: int
    sum: float
    min: float
    max: float


def columns(rows: Sequence[tuple[float, ...]], width: int) -> Iterator[NDArray[np.float64]]:
    """Yield the columns of rows that all have `width` values."""
    flat = chain.from_iterable(rows)
    table = np.fromiter(flat, dtype=np.float64, count=len(rows) * width).reshape(-1, width)
    return (np.ascontiguousarray(column) for column in table.T)


def fold(values: NDArray[np.float64]) -> Folded | None:
    """Count values by bucket; what is not finite is left out (a metric of a plan may divide by zero)."""
    if not np.isfinite(float(values.sum())):
        values = values[np.isfinite(values)]
    if not values.size:
        return None
    index = buckets(values)
    lowest, span = int(index.min()), int(np.ptp(index))
    if span < SPARSE:
        dense = np.bincount(index - lowest)
        places = np.flatnonzero(dense)
        found, times = places + lowest, dense[places]
    else:
        found, times = np.unique(index, return_counts=True)
    return Folded(
        found.tolist(),
        times.tolist(),
        int(values.size),
        float(values.sum()),
        float(values.min()),
        float(values.max()),
    )


def buckets(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return each value's bucket: 0 for zero, in the order of the values, negative ones mirrored.

    The upper bits of a double, exponent and then mantissa, are a log-linear scale already.
    """
    index: NDArray[np.int64] = np.abs(values).view(np.int64) >> SHIFT
    return np.where(values < 0, -index, index) if values.min() < 0 else index
