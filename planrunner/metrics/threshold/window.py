"""A sliding window: what came in the newest seconds, added up."""

from __future__ import annotations

from typing import NamedTuple

from planrunner.metrics.adding import added, copied
from planrunner.metrics.series import Sink

SLACK = 0.05  # seconds that snapshots may be early or late, over a whole window


class Part(NamedTuple):
    """What came in a second, or from it to the newest of the older stack; None when there was nothing."""

    seconds: float  # of the one second
    sink: Sink | None


class Window:
    """The newest seconds, added up with about one addition for each second that comes.

    Two stacks make a queue (the usual name is two-stack sliding-window aggregation): seconds that come are
    added to one sum. When the oldest has to go and its stack is empty, all are put over to it, and each keeps
    the sum of itself and all that are newer there; what goes then leaves the sum of the rest behind.

    `first`: how many seconds are put over the first time. Windows that differ in it do not do that work in
    the same second.
    """

    def __init__(self, seconds: float, first: int = 0) -> None:
        self._wanted = seconds - SLACK
        self._first = first
        self._older: list[Part] = []  # the oldest last
        self._newer: list[Part] = []
        self._sum: Sink | None = None  # of the newer ones
        self.seconds = 0.0  # that it covers

    @property
    def full(self) -> bool:
        """Whether it covers all the time it should."""
        return self.seconds >= self._wanted

    def __len__(self) -> int:
        """Return of how many snapshots it is."""
        return len(self._older) + len(self._newer)

    def push(self, seconds: float, sink: Sink | None) -> None:
        """Take in a second; those that are too old go."""
        self._newer.append(Part(seconds, sink))
        if sink:
            if self._sum:
                self._sum.merge(sink)  # type: ignore[arg-type]  # all are of one kind
            else:
                self._sum = copied(sink)
        self.seconds += seconds
        if not self._older and len(self._newer) == self._first:
            self._turn()
        while self.seconds - self._oldest().seconds >= self._wanted:
            if not self._older:
                self._turn()
            self.seconds -= self._older.pop().seconds

    def total(self) -> Sink | None:
        """Return all of it as one, to be looked at only; None when nothing came."""
        older = self._older[-1].sink if self._older else None
        return _joined(older, self._sum)

    def _oldest(self) -> Part:
        return self._older[-1] if self._older else self._newer[0]

    def _turn(self) -> None:
        """Put all over to the older stack, which is empty."""
        total: Sink | None = None
        for seconds, sink in reversed(self._newer):
            total = _joined(sink, total)
            self._older.append(Part(seconds, total))
        self._newer, self._sum = [], None


def _joined(older: Sink | None, newer: Sink | None) -> Sink | None:
    found = [sink for sink in (older, newer) if sink]
    return added(found) if found else None
