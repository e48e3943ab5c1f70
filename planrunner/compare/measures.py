"""The numbers that are compared: in which scale, what more of them is called, and when it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp, expm1, log
from statistics import fmean

from msgspec import Struct

from planrunner.compare.estimate import Estimate
from planrunner.result import needed
from planrunner.result.comparison import Difference, Effect, Measure

LEAST = 1e-9  # what is less is nothing that anybody measures, and zero has no logarithm
FEWEST_REQUESTS = 20
"""In each run or window, for the share that failed."""


class Scale(Struct, frozen=True):
    """How values are turned into numbers whose differences mean the same everywhere, and back."""

    to: Callable[[float], float]
    value: Callable[[float], float]  # of a number
    change: Callable[[float], float]  # of a difference of numbers

    def numbers(self, values: Sequence[float]) -> list[float]:
        """Turn values into numbers."""
        return [self.to(value) for value in values]

    def middle(self, values: Sequence[float]) -> float | None:
        """Return the value in the middle of some; None of none."""
        return self.value(fmean(self.numbers(values))) if values else None


def _same(value: float) -> float:
    return value


RATIO = Scale(lambda value: log(max(value, LEAST)), exp, expm1)
"""Twice as much is as far as half as much: a busy machine makes short and long times longer alike."""

POINTS = Scale(_same, _same, _same)


class Kind(Struct, frozen=True):
    """What is to know of a measure."""

    scale: Scale
    more: Difference
    less: Difference
    samples: Callable[[Measure], int]  # that it takes in each run or window
    matters: Callable[[float, float, float, Effect], bool]  # change, base, head: whether it is worth a word


def _slow(change: float, base: float, head: float, effect: Effect) -> bool:
    return abs(change) >= effect.change and abs(head - base) >= effect.difference


def _often(change: float, _base: float, _head: float, effect: Effect) -> bool:
    return abs(change) >= effect.points


def _much(change: float, _base: float, _head: float, effect: Effect) -> bool:
    return abs(change) >= effect.change


TIME = Kind(RATIO, "slower", "faster", needed, _slow)
KINDS: Mapping[Measure, Kind] = {
    "p(50)": TIME,
    "p(95)": TIME,
    "p(99)": TIME,
    "failed": Kind(POINTS, "more failures", "fewer failures", lambda _: FEWEST_REQUESTS, _often),
    "rate": Kind(RATIO, "faster", "slower", lambda _: 1, _much),
}


def named(measure: Measure, base: float, head: float, estimate: Estimate, effect: Effect) -> Difference:
    """Say what a change is: only one whose whole range lies on one side, and that is worth a word, is one."""
    kind = KINDS[measure]
    if not kind.matters(kind.scale.change(estimate.middle), base, head, effect):
        return "no clear change"
    if estimate.low > 0:
        return kind.more
    return kind.less if estimate.high < 0 else "no clear change"
