"""Load over time as lines through points, which can be added up and asked how high and how steep they are."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from planrunner.pacing.curve import Curve

SLACK = 1e-9  # seconds; moments that are sums of others are rounded


class Point(NamedTuple):
    """A moment in seconds, and how much there is then."""

    at: float
    value: float


Line: TypeAlias = tuple[Point, ...]
"""Points in order of time; two at one moment are a jump. Before and after it there is nothing."""


def line(curve: Curve, after: float = 0.0, scale: float = 1.0) -> Line:
    """Make the line of a curve that begins `after` seconds, each of its units worth `scale`."""
    points, at = [Point(after, 0.0)], after
    for ramp in curve.ramps:
        points.append(Point(at, ramp.low * scale))
        at += ramp.seconds
        points.append(Point(at, ramp.high * scale))
    return (*points, Point(at, 0.0))


def before(line: Line, at: float) -> float:
    """Return the value right before a moment."""
    return _between(line, at, bisect_left(line, at, key=_moment))


def behind(line: Line, at: float) -> float:
    """Return the value right after a moment."""
    return _between(line, at, bisect_right(line, at, key=_moment))


def _moment(point: Point) -> float:
    return point.at


def _between(line: Line, at: float, index: int) -> float:
    """Return the value at a moment on the way to the point of this index."""
    if not 0 < index < len(line):
        return 0.0
    a, b = line[index - 1], line[index]
    return a.value + (b.value - a.value) * (at - a.at) / (b.at - a.at)


def total(lines: Sequence[Line]) -> Line:
    """Add lines up."""
    moments = sorted({point.at for line in lines for point in line})
    if not moments:
        return ()
    points = [Point(moments[0], 0.0)]
    for start, end in pairwise(moments):
        points.append(Point(start, sum(behind(line, start) for line in lines)))
        points.append(Point(end, sum(before(line, end) for line in lines)))
    return (*points, Point(moments[-1], 0.0))


def peak(line: Line) -> Point:
    """Return the highest point, the first one of several."""
    return max(line, key=lambda point: point.value, default=Point(0.0, 0.0))


def most(line: Line, start: float, end: float) -> float:
    """Return the highest value within a span of time."""
    inside = (point.value for point in line if start < point.at < end)
    return max(behind(line, start), before(line, end), *inside)


def rise(line: Line, seconds: float) -> float:
    """Return by how much the line rises at most within so many seconds.

    That is between two moments of which one is a corner: between corners all is straight.
    """
    corners = {point.at for point in line}
    moments = sorted(corners | {at - seconds for at in corners} | {at + seconds for at in corners})
    known = [Point(at, value) for at in moments for value in _values(line, at)]
    found, first, lowest = 0.0, 0, deque[Point]()
    for point in known:
        while lowest and lowest[-1].value >= point.value:
            lowest.pop()
        lowest.append(point)
        while known[first].at < point.at - seconds - SLACK:
            if lowest[0] is known[first]:
                lowest.popleft()
            first += 1
        found = max(found, point.value - lowest[0].value)
    return round(found, 6)


def _values(line: Line, at: float) -> Iterator[float]:
    """Yield all that a line is at a moment: before it, at the points of a jump, after it."""
    yield before(line, at)
    yield from (point.value for point in line if point.at == at)
    yield behind(line, at)
