"""The course of a run in one line of text: blocks whose height is a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planrunner import units
from planrunner.result import Moment, Timeline

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"  # nothing was measured then
WIDTH = 30  # of a line, on a phone too


@dataclass(frozen=True, slots=True)
class Spark:
    """One line, and what its lowest and its highest block stand for."""

    title: str
    line: str
    lowest: str
    highest: str


def sparks(timeline: Timeline) -> list[Spark]:
    """Draw the rate and the slow requests over the run; the failed ones where there are any."""
    moments = list(timeline)
    if len(moments) < 2:
        return []
    spans = [moments[start:stop] for start, stop in _cuts(len(moments))]
    found = [_spark("Requests per second", [_rate(span, _requests) for span in spans], _per_second)]
    slow = [max((moment.p95 for moment in span if moment.p95 is not None), default=None) for span in spans]
    found.append(_spark("Slow 5 % (p95)", slow, units.show_duration))
    if any(moment.failed for moment in moments):
        failed = [_rate(span, lambda moment: moment.failed) for span in spans]
        found.append(_spark("Failed per second", failed, _per_second))
    return [spark for spark in found if spark]


def _cuts(count: int) -> list[tuple[int, int]]:
    """Divide moments among the blocks, as evenly as can be."""
    width = min(count, WIDTH)
    ends = [round(number * count / width) for number in range(width + 1)]
    return list(pairwise(ends))


def _requests(moment: Moment) -> int:
    return moment.requests


def _rate(span: Sequence[Moment], count: Callable[[Moment], int]) -> float:
    seconds = sum(moment.seconds for moment in span)
    return sum(map(count, span)) / seconds if seconds else 0.0


def _per_second(value: float) -> str:
    return f"{units.cut(value, 1)}/s"


def _spark(title: str, values: Sequence[float | None], show: Callable[[float], str]) -> Spark | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    top = max(known)
    line = "".join(NOTHING if value is None else BLOCKS[_height(value, top)] for value in values)
    return Spark(title, line, show(min(known)), show(top))


def _height(value: float, top: float) -> int:
    """Return which block a value is: heights start at 0, so that twice as much is twice as high."""
    return min(int(value / top * len(BLOCKS)), len(BLOCKS) - 1) if top else 0
