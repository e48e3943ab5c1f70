"""Counts by bucket in little room: a run may have a thousand series, each with thousands of buckets.

What is counted first, as in the snapshot of a second, stays in the two arrays in which it came: four bytes
for a bucket and mostly one for its count. Where more is added, a few buckets are counted in a dict, with some
70 bytes for each. From some number on there is a place of a byte for each bucket that may come, seen or not:
then no new value takes more room, and what is allocated stays where it is however long the run.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from planrunner.metrics.places import Places

FEW = 80  # buckets that a dict holds before they get places: fewer take less room in it
STRAY = 4  # buckets beside the places before these are widened
STEP = 256  # buckets, those of a power of two: by so many places are widened beyond what has to be in them
WIDEST = 8192  # places at most: 32 powers of two, from a nanosecond to some seconds
USUAL = (1003 * STEP, 1027 * STEP - 1)  # from 2**-20 to 2**4, in seconds: where nearly all times lie
SIZES = (("B", 2**8 - 1), ("H", 2**16 - 1), ("I", 2**32 - 1), ("Q", 2**64 - 1))
"""Kinds of arrays of counts, and the largest count that each holds."""

Pairs: TypeAlias = "tuple[array[int], array[int]]"
"""Buckets, of type "i" and in their order, and how often each was counted. Nobody changes them."""


class Buckets:
    """How often each bucket was counted; buckets are whole numbers of four bytes."""

    __slots__ = ("_few", "_first", "_most", "_places")

    def __init__(self, first: Pairs | None = None) -> None:
        self._first = first  # what was counted, until more is added
        self._few: dict[int, int] = {}
        self._most = FEW  # how many of those there may be
        self._places: Places | None = None

    def add(self, found: array[int], times: array[int]) -> None:
        """Count buckets, as in `Pairs`."""
        if self._first:
            first, self._first = self._first, None
            self._count(*first)
        elif not self._few and not self._places:
            self._first = found, times
            return
        self._count(found, times)

    def merge(self, other: Buckets) -> None:
        """Add all that another one counted."""
        found, times = other.pairs()
        if found:
            self.add(found, times)

    def items(self) -> list[tuple[int, int]]:
        """Return buckets and counts in the order of the buckets."""
        return list(zip(*self.pairs(), strict=True))

    def pairs(self) -> Pairs:
        """Return the same as arrays."""
        if self._first:
            return self._first
        if not self._places:
            return pairs(self._few)
        held = self._places.counted()
        return pairs(self._few | dict(zip(*held, strict=True))) if self._few else held

    def __len__(self) -> int:
        """Return how many different buckets there are."""
        return len(self.pairs()[0])

    def __reduce__(self) -> tuple[type[Buckets], tuple[Pairs]]:
        """Cross processes as what was found, whatever it is kept in."""
        return Buckets, (self.pairs(),)

    def _count(self, found: array[int], times: array[int]) -> None:
        if self._places or (len(found) > FEW and self._cover(found)):
            found, times = self._place(found, times)
        few = self._few
        for bucket, number in zip(found, times, strict=True):
            few[bucket] = few.get(bucket, 0) + number
        if len(few) > self._most and not self._cover(sorted(few)):
            self._most *= 2  # not again for the next one already

    def _place(self, found: array[int], times: array[int]) -> Pairs:
        """Count what has a place; returns the rest."""
        places = self._places
        assert places
        begin, end = bisect_left(found, places.low), bisect_right(found, places.high)
        if begin == 0 and end == len(found):
            places.add(found, times)
            return found[:0], times[:0]
        if begin < end:
            places.add(found[begin:end], times[begin:end])
        return found[:begin] + found[end:], times[:begin] + times[end:]

    def _cover(self, found: Sequence[int]) -> bool:
        """Have places for buckets, which come in their order; False where that would be too many."""
        from planrunner.metrics.places import Places  # noqa: PLC0415  (numpy, which only a run needs)

        above = bisect_right(found, 0)  # zero, and what is negative, never has a place
        wanted = self._range(found[above], found[-1]) if above < len(found) else None
        if wanted is None:
            return False
        if self._places:
            self._places.widen(*wanted)
        else:
            self._places = Places(*wanted)
            some = (len(found) - above) // 4  # between the quarters there will be many of each
            self._places.reserve(found[above + some], found[-1 - some])
        few, self._few, self._most = self._few, {}, STRAY
        self._count(*pairs(few))
        return True

    def _range(self, low: int, high: int) -> tuple[int, int] | None:
        """Choose places for the buckets from low to high, and for those that will probably come."""
        held, around = self._places, (max(1, low - STEP), high + STEP)
        for first, last in [(held.low, held.high)] if held else [USUAL, around]:
            begin, end = first if first <= low else around[0], last if high <= last else around[1]
            if end - begin < WIDEST:
                return begin, end
        return None


def smallest(most: int) -> str:
    """Choose the kind of array whose places hold a number."""
    return next(code for code, limit in SIZES if most <= limit)


def pairs(counts: Mapping[int, int]) -> Pairs:
    """Return counts by bucket as arrays."""
    found = array("i", sorted(counts))
    return found, array(smallest(max(counts.values(), default=0)), [counts[bucket] for bucket in found])
