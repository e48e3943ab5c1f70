"""Levels of load that follow each other, each of them announced while the one before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from msgspec import Struct

from planrunner.pacing.curve import SLACK, Curve, Ramp
from planrunner.pacing.search import Search

BRIDGE = 1.0  # seconds for which a level goes on after it is judged: by then the next one is announced
LEAST = 2.0  # seconds that a level must last: one to settle, one to be judged
SETTLING = (1, 5)  # seconds that a level has at least and at most to settle; between them a tenth of it


class Level(Struct, frozen=True):
    """So much load from a moment on and up to another; seconds since the run began."""

    value: float  # iterations begun per second, or VUs
    begin: float
    end: float


class Trials(Struct, frozen=True):
    """How levels are tried: which ones, for how long, and how long the target may recover from one."""

    search: Search
    hold: float  # seconds
    pause: float  # seconds at most after a level that was too much

    @property
    def settling(self) -> int:
        """Seconds at the beginning of a level that are not judged: the change is none of its business."""
        least, most = SETTLING
        return min(max(ceil(self.hold / 10), least), most)

    @property
    def most(self) -> int:
        """How many levels there are at most."""
        return round(self.search.most(lambda _level, _good: 1.0))

    @property
    def seconds(self) -> float:
        """How long all of them take at most."""
        each = self._whole(self.hold) + BRIDGE
        # Where iterations have to be waited for, the next level begins with the next but one second.
        return self.search.most(lambda _, good: each if good else each + self._whole(self.pause) + BRIDGE)

    @property
    def load(self) -> int:
        """How much load there is at most, all levels together: arrivals, or seconds of VUs."""
        each = self._whole(self.hold) + BRIDGE
        return ceil(self.search.most(lambda level, _: level * each) - SLACK)

    @property
    def curve(self) -> Curve:
        """The load when every level holds: the highest there can be."""
        each = self._whole(self.hold) + BRIDGE
        return Curve(tuple(Ramp(each, level, level) for level in self.search.rise))

    def first(self, after: float) -> Level:
        """Return the level that a search begins with, in a scenario that starts so late."""
        return self.at(self.search.low, after)

    def at(self, value: float, moment: float) -> Level:
        """Return the level that begins at a moment, or with the next whole second, as samples come."""
        begin = self._whole(moment)
        return Level(value, begin, begin + self._whole(self.hold) + BRIDGE)

    def _whole(self, seconds: float) -> float:
        return float(ceil(seconds - SLACK))


class Course:
    """When the arrivals of levels are due; numbers and intervals go on from one level to the next."""

    def __init__(self, areas: Iterator[tuple[int, float]]) -> None:
        self._areas = areas  # of an endless process of rate 1: number and moment
        self._next = next(areas, None)
        self._seen = 0.0  # what has accumulated under the levels before

    def due(self, level: Level) -> Iterator[tuple[int, float]]:
        """Yield number and moment of a level's arrivals, in seconds since the run began."""
        began = self._seen
        self._seen = end = began + level.value * (level.end - level.begin)
        while self._next and self._next[1] < end - SLACK * max(1.0, end):
            number, area = self._next
            self._next = next(self._areas, None)
            yield number, level.begin + max(0.0, area - began) / level.value
