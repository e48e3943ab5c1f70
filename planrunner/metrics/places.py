"""A byte for each bucket of a range: it takes the room of the range, whatever is counted.

Apart from the buckets, so that whoever only validates a plan does not wait for numpy.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from planrunner.metrics.buckets import Pairs, smallest

FULL = 256  # what a byte no longer holds
MARGIN = 128  # buckets, those of half a power of two, beside those whose bytes are full
BULK = 1024  # buckets that are counted in bulk; of arrays of fewer bytes numpy keeps seven of each size


class Places:
    """Counts by bucket, modulo 256, and how many times 256 more.

    Those are places too, of a smaller range: only in the middle of a distribution there are so many.
    """

    __slots__ = ("_bytes", "_full", "low")

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self._bytes = bytearray(high - low + 1)
        self._full: Places | None = None

    @property
    def high(self) -> int:
        """The last bucket that has a place."""
        return self.low + len(self._bytes) - 1

    def widen(self, low: int, high: int) -> None:
        """Have places for these buckets as well."""
        before, behind = max(0, self.low - low), max(0, high - self.high)
        self._bytes = bytearray(before) + self._bytes + bytearray(behind)
        self.low -= before

    def reserve(self, first: int, last: int) -> None:
        """Take room for large counts of these buckets."""
        self._full = Places(*self._around(first, last))

    def add(self, found: array[int], times: array[int]) -> None:
        """Count buckets that have places, in their order and each so many times."""
        over = self._add_bulk(found, times) if len(found) >= BULK else self._add_each(found, times)
        if over[0]:
            self._carry(*over)

    def counted(self) -> Pairs:
        """Return the buckets that were found, and how often."""
        totals = self.totals()
        places = np.flatnonzero(totals)
        return packed(places + self.low, totals[places])

    def totals(self) -> NDArray[np.uint64]:
        """Return the count of each bucket of the range."""
        totals = np.frombuffer(self._bytes, np.uint8).astype(np.uint64)
        if self._full:
            more = self._full.totals()
            begin = self._full.low - self.low
            totals[begin : begin + len(more)] += more * np.uint64(FULL)
        return totals

    def _add_each(self, found: array[int], times: array[int]) -> Pairs:
        """Count one by one; returns which buckets are full, and how many times."""
        held, low = self._bytes, self.low
        full, more = array("i"), array("Q")
        for bucket, number in zip(found, times, strict=True):
            total = held[bucket - low] + number
            if total < FULL:
                held[bucket - low] = total
            else:
                held[bucket - low] = total % FULL
                full.append(bucket)
                more.append(total // FULL)
        return full, more

    def _add_bulk(self, found: array[int], times: array[int]) -> Pairs:
        """Do the same with numpy."""
        whose, held = np.frombuffer(found, np.int32), np.frombuffer(self._bytes, np.uint8)
        total = held[whose - self.low] + np.frombuffer(times, times.typecode).astype(np.uint64)
        held[whose - self.low] = total.astype(np.uint8)  # modulo 256
        over = np.flatnonzero(total >= FULL)
        return packed(whose[over], total[over] // np.uint64(FULL))

    def _carry(self, found: array[int], times: array[int]) -> None:
        first, last = found[0], found[-1]
        if self._full is None:
            self.reserve(first, last)
        elif first < self._full.low or last > self._full.high:
            self._full.widen(*self._around(first, last))
        assert self._full
        self._full.add(found, times)

    def _around(self, first: int, last: int) -> tuple[int, int]:
        return max(self.low, first - MARGIN), min(self.high, last + MARGIN)


def packed(found: NDArray[np.integer], times: NDArray[np.integer]) -> Pairs:
    """Return buckets and counts as arrays, those of the counts as small as can be."""
    code = smallest(int(times.max(initial=0)))
    if found.size < BULK:
        return array("i", found.tolist()), array(code, times.tolist())
    return array("i", found.astype(np.int32).tobytes()), array(code, times.astype(code).tobytes())
