"""Counts by bucket in little room: a run may have a thousand series, each with thousands of buckets.

A dict takes some hundred bytes for each bucket, an array two, and more when there is more to count. So few
buckets are counted in a dict,
and from some number on an array over all of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from itertools import compress, count

FEW = 32  # buckets that a dict holds before they move to an array
STRAY = 4  # buckets beside the array before it is widened
STEP = 256  # buckets, those of a power of two: by so many it is widened beyond what has to be in it
WIDEST = 8192  # buckets of the array at most: 32 powers of two, from a nanosecond to some seconds
SIZES = (("H", 2**16 - 1), ("I", 2**32 - 1), ("Q", 2**64 - 1))  # of counts, and the largest one that fits


class Buckets:
    """How often each bucket was counted; buckets are whole numbers."""

    __slots__ = ("_few", "_largest", "_low", "_many", "_most", "_total")

    def __init__(self) -> None:
        self._few: dict[int, int] = {}
        self._most = FEW  # how many of those there may be
        self._low = 1  # the bucket of the array's first place
        self._many: array[int] | None = None
        self._total = 0
        self._largest = 0  # that the array's places hold

    def add(self, found: Collection[int], times: Collection[int]) -> None:
        """Count buckets, each so many times."""
        self._hold(sum(times))
        few, many = self._few, self._many
        if many is None:
            for bucket, number in zip(found, times, strict=True):
                few[bucket] = few.get(bucket, 0) + number
        else:
            low, size = self._low, len(many)
            for bucket, number in zip(found, times, strict=True):
                place = bucket - low
                if 0 <= place < size:
                    many[place] += number
                else:
                    few[bucket] = few.get(bucket, 0) + number
        if len(few) > self._most:
            above = [bucket for bucket in few if bucket > 0]  # zero, and what is negative, never moves
            if not (above and self._cover(min(above), max(above))):
                self._most *= 2  # not again for the next one already

    def merge(self, other: Buckets) -> None:
        """Add all that another one counted."""
        few, low, many = other._few, other._low, other._many
        if many and self._cover(low, low + len(many) - 1):
            self._hold(sum(many))
            self._lay(low, many)
        elif many:
            items = other.items()
            few = {}
            self.add([bucket for bucket, _ in items], [number for _, number in items])
        self.add(few.keys(), few.values())

    def items(self) -> list[tuple[int, int]]:
        """Return buckets and counts in the order of the buckets."""
        if self._many is None:
            return sorted(self._few.items())
        pairs = compress(zip(count(self._low), self._many, strict=False), self._many)
        return sorted([*self._few.items(), *pairs])

    def __len__(self) -> int:
        """Return how many different buckets there are."""
        return len(self._few) + (len(self._many) - self._many.count(0) if self._many else 0)

    def _hold(self, more: int) -> None:
        """Make room for larger numbers before there are any."""
        self._total += more
        if self._many is not None and self._total > self._largest:
            self._many = array(self._code(), self._many)

    def _code(self) -> str:
        """Choose the smallest places that hold any count there can be, and remember what they hold."""
        code, self._largest = next(size for size in SIZES if self._total <= size[1])
        return code

    def _cover(self, low: int, high: int) -> bool:
        """Widen the array to these buckets and move them there; False where it would be too wide."""
        first, last = (self._low, self._low + len(self._many) - 1) if self._many else (low, high)
        if self._many and first <= low and high <= last:
            return True
        low = first if self._many and first <= low else max(1, low - STEP)
        high = last if self._many and high <= last else high + STEP
        if high - low >= WIDEST:
            return False
        self._most = STRAY
        old, before = self._many, self._low
        self._low, self._many = low, array(self._code(), [0]) * (high - low + 1)
        if old:
            self._lay(before, old)
        for bucket, number in self._few.items():
            if low <= bucket <= high:
                self._many[bucket - low] += number
        self._few = {b: number for b, number in self._few.items() if not low <= b <= high}  # a smaller one
        return True

    def _lay(self, low: int, counts: array[int]) -> None:
        """Add an array of counts that begins at a bucket to ours, which covers it."""
        import numpy as np  # noqa: PLC0415 (which only a run needs)

        assert self._many
        mine = np.frombuffer(self._many, self._many.typecode)
        begin = low - self._low
        mine[begin : begin + len(counts)] += np.frombuffer(counts, counts.typecode).astype(mine.dtype)
