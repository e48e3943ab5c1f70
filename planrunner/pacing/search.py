"""The search for a capacity: which level to try next, given how those before it went. It knows no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import floor, isclose, log10, sqrt

from msgspec import Struct
from msgspec.structs import replace

GROWTH = 2.0  # from one level that held to the next: so a target is never asked for twice what it can bear
DIGITS = 3  # that count in a rate: nobody wants to read that 1131.3708/s held


class Search(Struct, frozen=True):
    """What is known so far: the highest level that held and the lowest one that was too much.

    From `low` up, each level is twice the one before, until one is too much or `high` holds; from then on it
    is halfway between the two, as a ratio, until they are no more than `within` apart.
    """

    low: float
    high: float
    within: float  # of the level that holds
    whole: bool  # levels are VUs: there is no half of one
    good: float | None = None
    bad: float | None = None

    @property
    def level(self) -> float | None:
        """The level to try next; None when enough is known."""
        if self.bad is None:
            return self._higher()
        return None if self.good is None or self._close(self.good, self.bad) else self._between()

    def told(self, *, good: bool) -> Search:
        """Return what is known when it is known how the next level went."""
        return replace(self, good=self.level) if good else replace(self, bad=self.level)

    @property
    def rise(self) -> Iterator[float]:
        """The levels that there are when all of them hold."""
        search = self
        while (level := search.level) is not None:
            yield level
            search = search.told(good=True)

    def most(self, cost: Callable[[float, bool], float]) -> float:
        """Return the highest sum of costs that there can be; `cost` says it of a level, good or not."""
        level = self.level
        if level is None:
            return 0.0
        return max(cost(level, good) + self.told(good=good).most(cost) for good in (True, False))

    def _higher(self) -> float | None:
        if self.good is None:
            return self.low
        if self.good >= self.high:
            return None
        return min(self.high, self._neat(self.good * GROWTH))

    def _close(self, good: float, bad: float) -> bool:
        gap, enough = bad - good, self.within * good
        return gap <= max(enough, 1.0 if self.whole else 0.0) or isclose(gap, enough)

    def _between(self) -> float:
        assert self.good is not None
        assert self.bad is not None
        middle = sqrt(self.good * self.bad)
        neat = self._neat(middle)
        if self.whole:
            return min(max(neat, self.good + 1), self.bad - 1)
        return neat if self.good < neat < self.bad else middle

    def _neat(self, level: float) -> float:
        """Round a level to a number for people."""
        if self.whole:
            return float(floor(level))
        return round(level, DIGITS - 1 - floor(log10(level)))
