"""The phases of a load that follows a curve: when it warms up, rises, holds and falls, and at what level."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from planrunner.pacing.curve import Curve
from planrunner.pacing.executors import Arrivals, Schedule, Users

Name: TypeAlias = Literal["warm-up", "ramp-up", "hold", "ramp-down"]


class Phase(Struct, frozen=True):
    """A straight part of the load, in seconds since the scenario began."""

    name: Name
    begin: float
    end: float
    first: float  # the level at its beginning
    last: float  # and at its end

    def until(self, moment: float) -> Phase:
        """Return what there is of it up to a moment within it."""
        share = (moment - self.begin) / (self.end - self.begin)
        return replace(self, end=moment, last=self.first + share * (self.last - self.first))

    def since(self, moment: float) -> Phase:
        """Return what there is of it from a moment within it on."""
        return replace(self, begin=moment, first=self.until(moment).last)

    @property
    def slope(self) -> float:
        """Change per second."""
        return (self.last - self.first) / (self.end - self.begin)


def phases(schedule: Schedule, warm_up: float = 0.0) -> tuple[Phase, ...]:
    """Return the phases of a schedule; none where time does not say how much load there is."""
    if not isinstance(schedule, Users | Arrivals):
        return ()
    joined: list[Phase] = []
    for phase in _parted(schedule.curve, warm_up):
        before = joined[-1] if joined else None
        if before and before.name == phase.name and (phase.name == "warm-up" or _straight(before, phase)):
            joined[-1] = replace(before, end=phase.end, last=phase.last)
        else:
            joined.append(phase)
    return tuple(joined)


def _parted(curve: Curve, warm_up: float) -> Iterator[Phase]:
    """Yield the ramps that take time, that in which the warm-up ends in two parts."""
    began = 0.0
    for ramp in curve.ramps:
        whole = Phase(_name(ramp.slope), began, began + ramp.seconds, ramp.low, ramp.high)
        began = whole.end
        if whole.begin < warm_up < whole.end:
            yield replace(whole.until(warm_up), name="warm-up")
            yield whole.since(warm_up)
        elif ramp.seconds:
            yield replace(whole, name="warm-up") if whole.begin < warm_up else whole


def _name(slope: float) -> Name:
    if not slope:
        return "hold"
    return "ramp-up" if slope > 0 else "ramp-down"


def _straight(before: Phase, after: Phase) -> bool:
    """Whether one phase goes on as the other began, so that nobody would tell them apart."""
    return isclose(before.last, after.first) and isclose(before.slope, after.slope, abs_tol=1e-9)
