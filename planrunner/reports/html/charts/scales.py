"""From values to pixels, with ticks at numbers that people count in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from planrunner import units

INTERVALS = 4  # between grid lines; the same left and right, so that one grid serves both axes
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
MOST_TIME_TICKS = 9
TIME_STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3600 * hours for hours in (1, 2, 4, 12, 24)),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values, 0 to high, to pixels, start to end, with a tick each step."""

    high: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what lies beyond is drawn at the edge."""
        return self.start + (self.end - self.start) * min(value, self.high) / self.high

    @property
    def ticks(self) -> list[float]:
        """The values that get a tick."""
        return [self.step * i for i in range(math.floor(self.high / self.step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Logarithmic:
    """From values, low to high, both above 0, to pixels; each power of ten takes the same room."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what lies beyond is drawn at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (self.end - self.start) * math.log(inside / self.low) / math.log(
            self.high / self.low
        )

    @property
    def ticks(self) -> list[float]:
        """The values that get a tick: 1, 2 and 5 of each power of ten, or the powers alone on a long axis."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        heads = (1, 2, 5) if len(powers) < 7 else (1,)
        marks = (head * 10.0**power for power in powers for head in heads)
        return [mark for mark in marks if self.low * (1 - 1e-9) <= mark <= self.high * (1 + 1e-9)]


def nice(value: float, *, whole: bool = False) -> float:
    """Round up to a step that people count in, a whole one where only whole numbers make sense."""
    if whole and value < 10:
        return float(math.ceil(value))
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in STEPS if power * step >= value * (1 - 1e-9))


def time_scale(seconds: float, start: float, end: float) -> Scale:
    """Make the time axis, with ticks where a clock would have them."""
    seconds = seconds or 1.0
    fitting = (step for step in TIME_STEPS if seconds / step <= MOST_TIME_TICKS)
    return Scale(seconds, next(fitting, nice(seconds / MOST_TIME_TICKS)), start, end)


def value_scale(high: float, start: float, end: float, *, whole: bool = False) -> Scale:
    """Make an axis of four nice intervals."""
    step = nice((high or 1.0) / INTERVALS, whole=whole)
    return Scale(step * INTERVALS, step, start, end)


def clock(seconds: float) -> str:
    """Write a time as on a clock face: 2m, not 2m0s."""
    text = units.show_duration(seconds)
    text = text.removesuffix("0s") if text.endswith("m0s") else text
    return text.removesuffix("0m") if text.endswith("h0m") else text
