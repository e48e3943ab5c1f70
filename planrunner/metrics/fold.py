"""Many samples at once, with numpy: rows to columns, and values to counts by bucket.

Apart from the histograms, so that whoever only validates a plan does not wait for numpy.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planrunner.metrics.buckets import Pairs, pairs
from planrunner.metrics.histogram import SHIFT
from planrunner.metrics.places import packed

if TYPE_CHECKING:
    from planrunner.metrics.rows import Waiting

FEW = 128  # samples that are counted without numpy, which keeps up to seven small arrays of each size
MAGNITUDE = 2**63 - 1  # of a double: all bits but the sign
SPARSE = 1 << 16  # a wider range of buckets than this is sorted instead of counted in place
ZERO = array("i", [0])  # the bucket of all that is zero


class Folded(NamedTuple):
    """Values, counted: the buckets that were found and how often (`Pairs`), and what is known exactly."""

    buckets: array[int]
    times: array[int]
    size: int
    sum: float
    min: float
    max: float


def table(rows: Sequence[tuple[float, ...]], width: int) -> NDArray[np.float64]:
    """Make a table of rows that all have `width` values."""
    flat = chain.from_iterable(rows)
    return np.fromiter(flat, dtype=np.float64, count=len(rows) * width).reshape(-1, width)


def joined(waiting: Sequence[Waiting], width: int) -> NDArray[np.float64]:
    """Lay what waits in several series, one after the other, under each other."""
    tables: list[NDArray[np.float64]] = []
    loose: list[tuple[float, ...]] = []
    for one in waiting:
        if one.tables and loose:
            tables.append(table(loose, width))
            loose = []
        tables += one.tables
        loose += one.rows
    if loose:
        tables.append(table(loose, width))
    return tables[0] if len(tables) == 1 else np.concatenate(tables)


def fold_all(waiting: Sequence[Waiting], width: int) -> Iterator[list[Folded | None]]:
    """Count what waits in series of one width; yields for each column what each of the series holds.

    All series at once, since the price of a step of numpy is paid by the step: a thousand series of five
    samples cost as much as one of five thousand. None may be empty.
    """
    sizes = [one.size for one in waiting]
    if sum(sizes) < FEW:
        for column in range(width):
            yield [fold_few(one.column(column)) for one in waiting]
    else:
        whole, ends = joined(waiting, width), np.cumsum(sizes)
        for values in whole.T:
            yield _fold_column(np.ascontiguousarray(values), ends)


def fold_few(values: Sequence[float]) -> Folded | None:
    """Do what `fold` does, without numpy."""
    total = float(sum(values))
    if not isfinite(total):
        values = [value for value in values if isfinite(value)]
        total = float(sum(values))
    if not values:
        return None
    bits = array("q", array("d", values).tobytes())
    index = (each >> SHIFT if each >= 0 else -((each & MAGNITUDE) >> SHIFT) for each in bits)
    return Folded(*pairs(Counter(index)), len(values), total, float(min(values)), float(max(values)))


@np.errstate(over="ignore", invalid="ignore")  # a metric of a plan may be as large as can be, or not finite
def _fold_column(values: NDArray[np.float64], ends: NDArray[np.int64]) -> list[Folded | None]:
    starts = np.concatenate(([0], ends[:-1]))
    if not values.any():  # as all that a kept connection does not need
        return [Folded(ZERO, array("Q", [size]), size, 0.0, 0.0, 0.0) for size in (ends - starts).tolist()]
    if len(ends) == 1 or not np.isfinite(float(values.sum())):
        return [fold(values[start:end]) for start, end in zip(starts, ends, strict=True)]
    index = buckets(values)
    lowest = int(index.min())
    span = int(index.max()) - lowest + 1
    whose = np.repeat(np.arange(len(ends)), ends - starts)
    found, times = np.unique(whose * span + (index - lowest), return_counts=True)
    places = [0, *np.searchsorted(found, np.arange(1, len(ends) + 1) * span).tolist()]
    found, times = packed(found % span + lowest, times)
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


@np.errstate(over="ignore", invalid="ignore")
def fold(values: NDArray[np.float64]) -> Folded | None:
    """Count values by bucket; what is not finite is left out (a metric of a plan may divide by zero)."""
    total = float(values.sum())
    if not np.isfinite(total):
        values = values[np.isfinite(values)]
        total = float(values.sum())
    if not values.size:
        return None
    found, times = _counted(buckets(values))
    return Folded(*packed(found, times), int(values.size), total, float(values.min()), float(values.max()))


def _counted(index: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different buckets, in their order, and how often each is there."""
    some = index[index != 0]  # zero is far away from everything else: it would widen the range
    found, times = _in_place(some) if some.size else (some, some)
    if some.size == index.size:
        return found, times
    place = np.searchsorted(found, 0)
    return np.insert(found, place, 0), np.insert(times, place, index.size - some.size)


def _in_place(index: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lowest = int(index.min())
    if int(index.max()) - lowest >= SPARSE:
        return np.unique(index, return_counts=True)
    dense = np.bincount(index - lowest)
    places = np.flatnonzero(dense)
    return places + lowest, dense[places]


def buckets(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return each value's bucket: 0 for zero, in the order of the values, negative ones mirrored.

    The upper bits of a double, exponent and then mantissa, are a log-linear scale already.
    """
    index: NDArray[np.int64] = np.abs(values).view(np.int64) >> SHIFT
    return np.where(values < 0, -index, index) if values.min() < 0 else index


def together(parts: Sequence[Pairs]) -> Pairs:
    """Add up counts by bucket of several."""
    found = np.concatenate([np.frombuffer(buckets, np.int32) for buckets, _ in parts])
    times = np.concatenate([np.frombuffer(counts, counts.typecode) for _, counts in parts])
    low = int(found.min())
    if int(found.max()) - low < SPARSE:
        # Weights are doubles: exact below 2**53, which no run counts to.
        totals = np.bincount(found - low, times)
        places = np.flatnonzero(totals)
        return packed(places + low, totals[places].astype(np.uint64))
    buckets, where = np.unique(found, return_inverse=True)
    return packed(buckets, np.bincount(where, times).astype(np.uint64))
