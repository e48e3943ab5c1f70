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


def table(rows: Sequence[tuple[float, ...]], width: int) -> NDArray[np.float64]:
    """Make a table of rows that all have `width` values."""
    flat = chain.from_iterable(rows)
    return np.fromiter(flat, dtype=np.float64, count=len(rows) * width).reshape(-1, width)


def joined(tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Lay tables of one width under each other."""
    return tables[0] if len(tables) == 1 else np.concatenate(tables)


def fold_all(tables: Sequence[NDArray[np.float64]]) -> Iterator[list[Folded | None]]:
    """Count the values of tables of one width; yields for each column what each of the tables holds.

    All tables at once, since the price of a step of numpy is paid by the step: a thousand series of five
    samples cost as much as one of five thousand. No table may be empty.
    """
    whole = joined(tables)
    ends = np.cumsum([len(one) for one in tables])
    for column in whole.T:
        yield _fold_column(np.ascontiguousarray(column), ends)


def _fold_column(values: NDArray[np.float64], ends: NDArray[np.int64]) -> list[Folded | None]:
    starts = np.concatenate(([0], ends[:-1]))
    if not values.any():  # as all that a kept connection does not need
        return [Folded([0], [size], size, 0.0, 0.0, 0.0) for size in (ends - starts).tolist()]
    if len(ends) == 1 or not np.isfinite(float(values.sum())):
        return [fold(values[start:end]) for start, end in zip(starts, ends, strict=True)]
    index = buckets(values)
    lowest = int(index.min())
    span = int(index.max()) - lowest + 1
    whose = np.repeat(np.arange(len(ends)), ends - starts)
    found, times = np.unique(whose * span + (index - lowest), return_counts=True)
    places = [0, *np.searchsorted(found, np.arange(1, len(ends) + 1) * span).tolist()]
    found, times = (found % span + lowest).tolist(), times.tolist()
    return [
        Folded(found[begin:end], times[begin:end], size, total, low, high)
        for begin, end, size, total, low, high in zip(
            places[:-1],
            places[1:],
            (ends - starts).tolist(),
            np.add.reduceat(values, starts).tolist(),
            np.minimum.reduceat(values, starts).tolist(),
            np.maximum.reduceat(values, starts).tolist(),
            strict=True,
        )
    ]


def fold(values: NDArray[np.float64]) -> Folded | None:
    """Count values by bucket; what is not finite is left out (a metric of a plan may divide by zero)."""
    total = float(values.sum())
    if not np.isfinite(total):
        values = values[np.isfinite(values)]
        total = float(values.sum())
    if not values.size:
        return None
    some = values[values != 0]  # zero is far away from everything else: its bucket would widen the range
    found, times = _counted(some) if some.size else ([], [])
    if some.size < values.size:
        found.append(0)
        times.append(int(values.size - some.size))
    return Folded(found, times, int(values.size), total, float(values.min()), float(values.max()))


def _counted(values: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    index = buckets(values)
    lowest = int(index.min())
    if int(index.max()) - lowest < SPARSE:
        dense = np.bincount(index - lowest)
        places = np.flatnonzero(dense)
        found, times = places + lowest, dense[places]
    else:
        found, times = np.unique(index, return_counts=True)
    return found.tolist(), times.tolist()


def buckets(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return each value's bucket: 0 for zero, in the order of the values, negative ones mirrored.

    The upper bits of a double, exponent and then mantissa, are a log-linear scale already.
    """
    index: NDArray[np.int64] = np.abs(values).view(np.int64) >> SHIFT
    return np.where(values < 0, -index, index) if values.min() < 0 else index
