"""The record of a run's vitals: how they were spread over its seconds, in little room however long it is."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from planrunner.metrics.vitals import MEASURES, Vitals
from planrunner.result import Pulse

PULSES = 300  # at least, on a long run; when there are twice as many, each two of them become one
SHIFT = 44  # of a double's bits: leaves 256 steps for each power of two, so levels are met within 0.4 %


class Spread(Struct):
    """How one measure was spread over the seconds."""

    seconds: int = 0
    most: float = 0.0
    total: float = 0.0
    _weighted: float = 0.0
    _steps: dict[int, int] = field(default_factory=dict)  # seconds by value

    def add(self, value: float, seconds: int = 1) -> None:
        """Add what was measured of some seconds, or once."""
        self.seconds += seconds
        self.most = max(self.most, value)
        self.total += value
        self._weighted += value * seconds
        number = step(value)
        self._steps[number] = self._steps.get(number, 0) + seconds

    @property
    def mean(self) -> float:
        """The average over the seconds."""
        return self._weighted / self.seconds if self.seconds else 0.0

    def reached(self, level: float) -> int:
        """Count the seconds in which it was at a level or above."""
        least = step(level)
        return sum(seconds for number, seconds in self._steps.items() if number >= least)


def step(value: float) -> int:
    """Return the step that a value, from 0, is in."""
    return int(struct.unpack("q", struct.pack("d", max(0.0, value)))[0]) >> SHIFT


NOTHING = Spread()


class History(Struct):
    """All that was measured of one process."""

    process: int
    seconds: float = 0.0
    spreads: dict[str, Spread] = field(default_factory=dict)
    lags: Spread = field(default_factory=Spread)  # of each time that its event loop should have woken up

    def add(self, vitals: Vitals) -> None:
        """Take in a second."""
        self.seconds += vitals.seconds
        for name in MEASURES:
            value = getattr(vitals, name)
            if value is not None:
                self.spreads.setdefault(name, Spread()).add(value, max(1, round(vitals.seconds)))
        for lag in vitals.lags:
            self.lags.add(lag)

    def of(self, name: str) -> Spread:
        """Return how a measure was spread; nothing where it was not told."""
        return self.spreads.get(name, NOTHING)

    def most(self, name: str) -> float | None:
        """Return the largest value of a measure, None where it was not told."""
        return self.spreads[name].most if name in self.spreads else None

    def mean(self, name: str) -> float | None:
        """Return the average of a measure, None where it was not told."""
        return self.spreads[name].mean if name in self.spreads else None


class Record(Struct):
    """The histories of all processes, and what is worth drawing.

    What they felt before `begin` is drawn, but not judged: it was warm-up, of which nothing counts.
    """

    begin: float = 0.0  # seconds since the run began
    processes: dict[int, History] = field(default_factory=dict)
    pulses: list[Pulse] = field(default_factory=list)
    _width: int = 1  # snapshots that make a pulse
    _held: list[Pulse] = field(default_factory=list)  # those of the newest one

    def add(self, vitals: Sequence[Vitals]) -> None:
        """Take in what the processes felt in one second."""
        for each in vitals:
            history = self.processes.setdefault(each.process, History(each.process))
            if each.at - each.seconds / 2 >= self.begin:
                history.add(each)
        if vitals:
            self._held.append(together([pulse(each) for each in vitals]))
        if len(self._held) == self._width:
            self.pulses.append(together(self._held))
            self._held = []
        if len(self.pulses) == 2 * PULSES:
            pairs = zip(self.pulses[::2], self.pulses[1::2], strict=True)
            self.pulses = [together(pair) for pair in pairs]
            self._width *= 2

    def course(self) -> tuple[Pulse, ...]:
        """Return the pulses, the newest counted in."""
        return (*self.pulses, together(self._held)) if self._held else tuple(self.pulses)


def pulse(vitals: Vitals) -> Pulse:
    """Pick what is worth drawing."""
    began = vitals.at - vitals.seconds
    return Pulse(began, vitals.seconds, vitals.cpu, vitals.loop_lag, vitals.generator_lag)


def together(pulses: Sequence[Pulse]) -> Pulse:
    """Make one pulse of several: the largest of each."""
    began, end = min(p.at for p in pulses), max(p.at + p.seconds for p in pulses)
    cpu, lag = (largest(getattr(p, name) for p in pulses) for name in ("cpu", "generator_lag"))
    return Pulse(began, end - began, cpu, max(p.loop_lag for p in pulses), lag)


def largest(values: Iterable[float | None]) -> float | None:
    """Return the largest of the values that are known."""
    return max((value for value in values if value is not None), default=None)
