"""The load of a scenario: in a sentence, as lines over time, and how much work it adds up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, inf

from msgspec import Struct

from planrunner.engine.program import rows
from planrunner.engine.program.build import ScenarioProgram
from planrunner.explain.amounts import Amount
from planrunner.explain.lines import Line, Point, line
from planrunner.explain.words import count, figure, listed, time
from planrunner.pacing.curve import Curve, Ramp
from planrunner.pacing.executors import (
    Arrivals,
    Opened,
    Quota,
    RateSearch,
    Schedule,
    Searched,
    Shard,
    Users,
    VusSearch,
)

WAIT = 1.0  # seconds for the target's answers in one iteration: what to reckon with when nobody knows


class Scale(Struct, frozen=True):
    """How much one scenario does, as far as that is known before it runs."""

    scenario: ScenarioProgram
    requests: Amount  # of one iteration
    thinking: Amount  # of one iteration, in seconds
    first: Amount  # requests of `vu_setup`

    @property
    def exact(self) -> bool:
        """Whether the number of iterations is the plan's, and neither the target's business nor chance."""
        return rows.iterations(self.scenario) is not None

    @property
    def by_chance(self) -> bool:
        """Whether iterations begin by chance, so that the plan knows their number about."""
        schedule = self.scenario.work.schedule
        return isinstance(schedule, Arrivals) and schedule.poisson

    @property
    def iteration(self) -> float:
        """How long an iteration takes if the target's answers take WAIT; seconds."""
        return max(self.thinking.typical + WAIT, self.scenario.work.min_iteration_duration)

    @property
    def iterations(self) -> int:
        """How many iterations there are; of a closed loop about, if each takes `iteration` seconds."""
        schedule = self.scenario.work.schedule
        match schedule:
            case Arrivals():
                return schedule.curve.count
            case Quota():
                return schedule.total
            case RateSearch(trials):
                return trials.load
            case VusSearch(trials):
                return ceil(trials.load / self.iteration)
        return sum(
            ceil(round((end - begin) / self.iteration, 6))
            for _, spans in schedule.users(Shard())
            for begin, end in spans
        )

    @property
    def vus(self) -> Line:
        """The VUs over time; nothing where arrivals decide how many are busy."""
        schedule = self.scenario.work.schedule
        return line(level(schedule), self.scenario.start_after) if not isinstance(schedule, Opened) else ()

    @property
    def begun(self) -> Line:
        """The iterations begun per second over time, where the plan decides it."""
        schedule = self.scenario.work.schedule
        if not isinstance(schedule, Opened):
            return ()
        curve = schedule.curve if isinstance(schedule, Arrivals) else schedule.trials.curve
        return line(curve, self.scenario.start_after)

    @property
    def sent(self) -> Line:
        """The requests per second over time, where the plan decides it."""
        each = self.requests.typical
        return tuple(Point(at, value * each) for at, value in self.begun)


def level(schedule: Users | Quota | VusSearch) -> Curve:
    """Return the VUs over time; those of a quota are gone as soon as it is done.

    Those of a search are as many as there can be, when every level holds.
    """
    if isinstance(schedule, Users):
        return schedule.curve
    if isinstance(schedule, VusSearch):
        return schedule.trials.curve
    return Curve((Ramp(schedule.seconds, schedule.max_vus, schedule.max_vus),))


def sentence(scenario: ScenarioProgram) -> str:
    """Say a load in a sentence, with k6's name for its executor."""
    work = scenario.work
    return f"{SENTENCES[work.executor](work.schedule)} ({work.executor})"


def _shared(schedule: Schedule) -> str:
    assert isinstance(schedule, Quota)
    number, until = count(schedule.iterations, "iteration"), f"none begins after {time(schedule.seconds)}"
    if schedule.max_vus == 1:
        return f"1 VU takes {number}; {until}"
    return f"{count(schedule.max_vus, 'VU')} share {number}: whoever is free takes the next one; {until}"


def _each(schedule: Schedule) -> str:
    assert isinstance(schedule, Quota)
    if schedule.max_vus == schedule.iterations == 1:
        return "1 VU takes the steps once"
    who = "1 VU takes" if schedule.max_vus == 1 else f"{count(schedule.max_vus, 'VU')} take"
    often = "once" if schedule.iterations == 1 else count(schedule.iterations, "time")
    return f"{who} the steps {often} each; none begins after {time(schedule.seconds)}"


def _constant(schedule: Schedule) -> str:
    who = "1 VU repeats" if schedule.max_vus == 1 else f"{count(schedule.max_vus, 'VU')} repeat"
    return f"{who} the steps for {time(schedule.seconds)}"


def _ramping(schedule: Schedule) -> str:
    assert isinstance(schedule, Users)
    return f"VUs repeat the steps for {time(schedule.seconds)}; their number {course(schedule.curve, figure)}"


def _rate(schedule: Schedule) -> str:
    assert isinstance(schedule, Arrivals)
    return (
        f"{rate(schedule.curve.peak)} begin{chance(schedule)} for {time(schedule.seconds)}, "
        "however fast the target answers; "
        f"{pool(schedule)}"
    )


def _ramping_rate(schedule: Schedule) -> str:
    assert isinstance(schedule, Arrivals)
    path = course(schedule.curve, lambda value: f"{figure(value)}/s")
    return (
        f"iterations begin{chance(schedule)} for {time(schedule.seconds)}, however fast the target answers; "
        f"their rate {path}; {pool(schedule)}"
    )


def _rate_search(schedule: Schedule) -> str:
    assert isinstance(schedule, RateSearch)
    search = schedule.trials.search
    return (
        f"looks for the highest rate that the thresholds allow, from {rate(search.low)} to "
        f"{rate(search.high)}{chance(schedule)}: {_trials(schedule)}; {pool(schedule)}"
    )


def _vus_search(schedule: Schedule) -> str:
    assert isinstance(schedule, VusSearch)
    search = schedule.trials.search
    return (
        "looks for the highest number of looping VUs that the thresholds allow, "
        f"from {figure(search.low)} to {figure(search.high)}: {_trials(schedule)}"
    )


def _trials(schedule: Searched) -> str:
    """Say how a search goes on."""
    trials = schedule.trials
    return (
        f"levels of {time(trials.hold)}, each twice the one before until one breaks a threshold, then "
        f"between the two until they are {figure(100 * trials.search.within)} % apart; at most "
        f"{count(trials.most, 'level')}; after one that breaks nothing begins until its iterations are over, "
        f"at most {time(trials.pause)}"
    )


SENTENCES: Mapping[str, Callable[[Schedule], str]] = {
    "shared-iterations": _shared,
    "per-vu-iterations": _each,
    "constant-vus": _constant,
    "ramping-vus": _ramping,
    "constant-arrival-rate": _rate,
    "ramping-arrival-rate": _ramping_rate,
    "find-rate": _rate_search,
    "find-vus": _vus_search,
}
"""What each executor does."""


def chance(schedule: Opened) -> str:
    """Say that arrivals come by chance, if they do."""
    return " by chance (poisson)" if schedule.poisson else ""


def rate(value: float) -> str:
    """Write a rate of iterations, with the unit that makes it a number people know."""
    if value >= 1:
        return f"{count(value, 'iteration')} a second"
    unit, times = ("minute", 60) if value * 60 >= 1 else ("hour", 3600)
    return f"{count(round(value * times, 6), 'iteration')} {'a' if unit == 'minute' else 'an'} {unit}"


def pool(schedule: Opened) -> str:
    """Say who takes the iterations of an arrival rate."""
    if schedule.max_vus == 1:
        return "1 VU takes them, and what finds it busy is dropped"
    return f"at most {count(schedule.max_vus, 'VU')} take them, and what finds none free is dropped"


def course(curve: Curve, show: Callable[[float], str]) -> str:
    """Say how a curve goes: `rises from 1 to 20 in 1m, stays at 20 for 2m and falls to 0 in 30s`."""
    parts, last = [], inf
    for ramp in curve.ramps:
        began = f"from {show(ramp.low)} " if last == inf else ""
        last = ramp.high
        if ramp.low == ramp.high:
            parts.append(f"stays at {show(ramp.high)} for {time(ramp.seconds)}")
            continue
        word = "jumps" if not ramp.seconds else "rises" if ramp.high > ramp.low else "falls"
        long = f" in {time(ramp.seconds)}" if ramp.seconds else ""
        parts.append(f"{word} {began}to {show(ramp.high)}{long}")
    return listed(parts)
