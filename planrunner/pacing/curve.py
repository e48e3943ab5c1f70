"""A quantity that changes in straight lines over time, and the two questions that load asks of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from math import ceil, sqrt

from msgspec import Struct

SLACK = 1e-9  # sums of areas are rounded: 3.0000000000000004 arrivals are 3


class Ramp(Struct, frozen=True):
    """A straight line from `low` to `high` over `seconds`; 0 seconds are a jump."""

    seconds: float
    low: float
    high: float

    @property
    def slope(self) -> float:
        """Change per second; 0 for a jump."""
        return (self.high - self.low) / self.seconds if self.seconds else 0.0

    @property
    def area(self) -> float:
        """What accumulates under the line: a rate's events."""
        return self.seconds * (self.low + self.high) / 2

    def until(self, moment: float) -> float:
        """Return what has accumulated under the line at a moment, if it is not over by then."""
        return moment * (2 * self.low + self.slope * moment) / 2 if moment < self.seconds else self.area

    def when(self, area: float) -> float:
        """Return the moment at which `area` has accumulated under the line."""
        if area <= 0:
            return 0.0
        a, b = self.slope, self.low
        # The textbook root divides by the slope, which is zero for constant load;
        # max() because rounding may leave -1e-12 at the foot of a falling ramp.
        return 2 * area / (b + sqrt(max(b * b + 2 * a * area, 0.0)))

    def reaches(self, level: float) -> float:
        """Return the moment at which the line meets a level that lies on it."""
        return (level - self.low) / self.slope if self.slope else 0.0


class Curve(Struct, frozen=True):
    """Ramps, one after the other."""

    ramps: tuple[Ramp, ...]

    @property
    def seconds(self) -> float:
        """How long the curve is."""
        return sum(ramp.seconds for ramp in self.ramps)

    @property
    def area(self) -> float:
        """What accumulates under it."""
        return sum(ramp.area for ramp in self.ramps)

    @property
    def peak(self) -> float:
        """Its highest value."""
        return max((max(ramp.low, ramp.high) for ramp in self.ramps), default=0.0)

    def arrivals(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[int, float]]:
        """Yield number and due time (seconds) of arrivals, of all of them or of those with these numbers.

        Arrival k is due when the area k has accumulated, so 50/s for 4 s are exactly 200, in [0, 4).
        """
        return self.due((k, k) for k in (itertools.count() if numbers is None else numbers))

    def due(self, areas: Iterable[tuple[int, float]]) -> Iterator[tuple[int, float]]:
        """Yield number and moment of arrivals, each due when its area has accumulated, to the curve's end.

        Takes numbers and areas, in order; there may be more of them than the curve has.
        """
        ramps, ramp = iter(self.ramps), Ramp(0.0, 0.0, 0.0)
        ended, began, seen, end = 0.0, 0.0, 0.0, 0.0
        for number, area in areas:
            while area >= end - SLACK * max(1.0, end):
                following = next(ramps, None)
                if following is None:
                    return
                ramp, began, seen = following, ended, end
                ended, end = began + ramp.seconds, seen + ramp.area
            yield number, began + ramp.when(area - seen)

    @property
    def count(self) -> int:
        """How many arrivals there are."""
        return _whole(self.area)

    def before(self, moment: float) -> int:
        """Return how many arrivals are due before a moment (seconds)."""
        area, left = 0.0, moment
        for ramp in self.ramps:
            if left <= 0:
                break
            area += ramp.until(left)
            left -= ramp.seconds
        return _whole(area)

    def spans(self, user: int) -> Iterator[tuple[float, float]]:
        """Yield the spans of time in which user number `user` (from 0) is at work.

        As in k6 (lib/executor/ramping_vus.go, getRawExecutionSteps): on the way up user j begins when the
        curve has reached j + 1, on the way down it ends when the curve has fallen to j.
        """
        began, opened = 0.0, -1.0
        for ramp in self.ramps:
            if opened < 0 and max(ramp.low, ramp.high) >= user + 1:
                opened = began + (ramp.reaches(user + 1) if ramp.low < user + 1 else 0.0)
            if opened >= 0 and ramp.high <= user:
                closed = began + ramp.reaches(user)
                if opened < closed:  # not for an instant between two jumps
                    yield opened, closed
                opened = -1.0
            began += ramp.seconds
        if 0 <= opened < began:
            yield opened, began


def _whole(area: float) -> int:
    """Return how many arrivals are due before an area has accumulated."""
    return max(0, ceil(area - SLACK * max(1.0, area)))


def through(start: float, stages: Iterable[tuple[float, float]]) -> Curve:
    """Make the curve that begins at `start` and reaches each stage's target in its seconds."""
    ramps, level = [], start
    for seconds, target in stages:
        ramps.append(Ramp(seconds, level, target))
        level = target
    return Curve(tuple(ramps))
