"""A log-linear histogram: any number within 0.2 %, merged exactly, memory bounded by its buckets."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from math import floor, inf
from typing import TYPE_CHECKING

from msgspec import Struct, field

from planrunner.metrics.buckets import Buckets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planrunner.metrics.fold import Folded

BITS = 8  # 256 buckets for each power of two: half a bucket is at most 1/512 of a value
SHIFT = 52 - BITS  # a double holds 52 bits of mantissa below its exponent (IEEE 754)


EXACT = 2 ** (BITS + 1)  # up to here each whole number has a bucket of its own


def middle(bucket: int) -> float:
    """Return the value in the middle of a bucket."""
    if bucket == 0:
        return 0.0
    bits = (abs(bucket) << SHIFT) + (1 << (SHIFT - 1))
    (value,) = struct.unpack("d", struct.pack("q", bits))
    return float(value) if bucket > 0 else -float(value)


def edge(bucket: int) -> float:
    """Return the value of a bucket that is next to zero."""
    (value,) = struct.unpack("d", struct.pack("q", abs(bucket) << SHIFT))
    return float(value) if bucket >= 0 else -float(value)


def nearest(bucket: int) -> float:
    """Return the whole number that a bucket stands for: up to 512 the only one in it, then its middle."""
    value = edge(bucket)
    return value if abs(value) <= EXACT else float(round(middle(bucket)))


class Histogram(Struct):
    """Counts by bucket, and exact count, sum, smallest and largest value."""

    buckets: Buckets = field(default_factory=Buckets)
    count: int = 0
    sum: float = 0.0
    min: float = inf
    max: float = -inf

    def add(self, values: NDArray[np.float64]) -> None:
        """Fold values in; what is not finite is left out."""
        from planrunner.metrics.fold import fold  # noqa: PLC0415  (numpy, which only a run needs)

        folded = fold(values)
        if folded is not None:
            self.take(folded)

    def take(self, folded: Folded) -> None:
        """Add values that were counted by bucket."""
        self.buckets.add(folded.buckets, folded.times)
        self.count += folded.size
        self.sum += folded.sum
        self.min = min(self.min, folded.min)
        self.max = max(self.max, folded.max)

    def merge(self, other: Histogram) -> None:
        """Add another histogram to this one; the order of merging makes no difference to the counts."""
        self.buckets.merge(other.buckets)
        self.count += other.count
        self.sum += other.sum
        self.min = min(self.min, other.min)
        self.max = max(self.max, other.max)

    @property
    def counts(self) -> dict[int, int]:
        """The counts by bucket, in the order of the values."""
        return dict(self.buckets.items())

    @property
    def mean(self) -> float:
        """The exact average; 0 without values."""
        return self.sum / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """Return the value below which `share` (0 to 1) of the values lie; 0 without values."""
        return self.quantiles((share,))[0]

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """Return several of them, for little more than the price of one.

        k6's definition (metrics/sink.go): the values in order, linear between the two that are next to
        `share * (count - 1)`. The outermost values are exact, the others within 0.2 %; where all values are
        whole numbers, those up to 512 are exact too.
        """
        found, times = self.buckets.pairs()
        reached = list(accumulate(times))  # how many values lie in a bucket and those before it
        stands_for = nearest if self._whole(found) else middle

        def at(rank: int) -> float:
            return self._at(rank, found, reached, stands_for)

        return [self._between(share * (self.count - 1), at) for share in shares]

    def _whole(self, found: Sequence[int]) -> bool:
        """Whether all values are whole numbers, for all we know: those of people, and not of clocks."""
        exact = (self.sum, self.min, self.max)
        return all(map(float.is_integer, exact)) and all(edge(bucket).is_integer() for bucket in found)

    def _between(self, rank: float, at: Callable[[int], float]) -> float:
        if not self.count:
            return 0.0
        below = floor(rank)
        low, high = (at(place) for place in (below, min(below + 1, self.count - 1)))
        return low + (high - low) * (rank - below)

    def _at(
        self, rank: int, found: Sequence[int], reached: Sequence[int], stands_for: Callable[[int], float]
    ) -> float:
        """Return the value at a place (from 0) of the ordered values."""
        if rank == 0:
            return self.min
        if rank == self.count - 1:
            return self.max
        return max(self.min, min(self.max, stands_for(found[bisect_right(reached, rank)])))
