"""Distributions in coarser buckets than ours, as backends have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from msgspec import Struct

from planrunner.metrics.histogram import SHIFT, Histogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE: Final = 3
"""Eight buckets for each power of two: the finest whose factor, 1.09, is k6's 1.1 or less."""

ZERO: Final = 2.0**-128
"""What is not farther from zero counts as zero, as in the library that k6 uses for Prometheus."""

Counts: TypeAlias = "tuple[NDArray[np.int64], NDArray[np.int64]]"
"""Numbers of buckets in their order, and how many values each has."""


class Exponential(Struct, frozen=True):
    """Counts in buckets of which `i` holds what is above 2**((i - 1) / 8), up to 2**(i / 8)."""

    zero: int
    above: Counts
    below: Counts  # of negative values, by their distance from zero


def exponential(held: Histogram, factor: float = 1.0) -> Exponential:
    """Count the values of a distribution, each times a factor, in buckets that grow."""
    values, times = _values(held, factor)
    near = np.abs(values) <= ZERO
    above, below = values > ZERO, values < -ZERO
    return Exponential(
        int(times[near].sum()), _grown(values[above], times[above]), _grown(-values[below], times[below])
    )


def explicit(held: Histogram, bounds: Sequence[float], factor: float = 1.0) -> list[int]:
    """Count the values in buckets with these upper bounds, which belong to them, and one for the rest."""
    values, times = _values(held, factor)
    places = np.searchsorted(np.array(bounds), values)
    counted: list[int] = np.bincount(places, times, len(bounds) + 1).astype(np.int64).tolist()
    return counted


def _values(held: Histogram, factor: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what stands for each of our buckets, its middle, and how many values that is."""
    found, times = (np.asarray(part).astype(np.int64) for part in held.buckets.pairs())
    bits = (np.abs(found) << SHIFT) + (1 << (SHIFT - 1))
    middles = bits.view(np.float64) * np.sign(found) * factor
    return np.clip(middles, held.min * factor, held.max * factor), times


def _grown(values: NDArray[np.float64], times: NDArray[np.int64]) -> Counts:
    if not len(values):
        return times, times
    places = np.ceil(np.log2(values) * 2**SCALE).astype(np.int64)
    low = int(places.min())
    counts = np.bincount(places - low, times).astype(np.int64)
    filled = np.flatnonzero(counts)
    return filled + low, counts[filled]
