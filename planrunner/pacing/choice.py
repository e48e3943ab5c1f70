"""Which executor the keys of a load mean, and how it is called in the header of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from planrunner.pacing.executors import (
    Arrivals,
    BadLoadError,
    Quota,
    RateSearch,
    Schedule,
    Settings,
    Users,
    VusSearch,
    constant_arrival_rate,
    constant_vus,
    find_rate,
    find_vus,
    per_vu_iterations,
    ramping_arrival_rate,
    ramping_vus,
    shared_iterations,
)
from planrunner.pacing.levels import Trials
from planrunner.units import show_duration, show_number


class Executor(Struct, frozen=True):
    """One way to say how much load there is: its keys, its schedule, its line in the header."""

    keys: frozenset[str]
    schedule: Callable[[Settings], Schedule]
    describe: Callable[[Settings, Schedule], str]


def _quota_line(_: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, Quota)
    how = "for each of" if schedule.each else "shared among"
    limit = show_duration(schedule.seconds)
    return f"{schedule.iterations} iterations {how} {schedule.max_vus} VUs (max_duration: {limit})"


def _users_line(given: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, Users)
    time = show_duration(schedule.seconds)
    if given.stages is None:
        return f"{schedule.max_vus} looping VUs for {time}"
    return f"up to {schedule.max_vus} looping VUs for {time} over {len(given.stages)} stages"


def _arrivals_line(given: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, Arrivals)
    rate = f"{show_number(schedule.curve.peak)} iterations/s{' (poisson)' if schedule.poisson else ''}"
    time = show_duration(schedule.seconds)
    if given.stages is None:
        return f"{rate} for {time} ({_pool(schedule)})"
    return f"up to {rate} for {time} over {len(given.stages)} stages ({_pool(schedule)})"


def _pool(schedule: Arrivals | RateSearch) -> str:
    if schedule.pre_allocated_vus == schedule.max_vus:
        return f"max_vus: {schedule.max_vus}"
    return f"max_vus: {schedule.pre_allocated_vus}-{schedule.max_vus}"


def _rate_search_line(_: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, RateSearch)
    what = f"iterations/s{' (poisson)' if schedule.poisson else ''}"
    return f"{_search(schedule.trials, what)} ({_pool(schedule)})"


def _vus_search_line(_: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, VusSearch)
    return _search(schedule.trials, "looping VUs")


def _search(trials: Trials, what: str) -> str:
    low, high = show_number(trials.search.low), show_number(trials.search.high)
    levels = f"at most {trials.most} levels of {show_duration(trials.hold)}"
    return f"search from {low} to {high} {what}, {levels}"


COMMON = frozenset({"graceful_stop", "graceful_ramp_down", "min_iteration_duration"})
"""Keys that stand beside those of any executor."""

_ITERATIONS = frozenset({"vus", "iterations", "max_duration"})
_PER_VU = frozenset({"vus", "iterations_per_vu", "max_duration"})
_POOL = frozenset({"arrival", "max_vus", "pre_allocated_vus"})
_SEARCH = frozenset({"find", "from", "to", "hold", "within"})

EXECUTORS: Mapping[str, Executor] = {
    "shared-iterations": Executor(_ITERATIONS, shared_iterations, _quota_line),
    "per-vu-iterations": Executor(_PER_VU, per_vu_iterations, _quota_line),
    "constant-vus": Executor(frozenset({"vus", "duration"}), constant_vus, _users_line),
    "ramping-vus": Executor(frozenset({"stages", "start_vus"}), ramping_vus, _users_line),
    "constant-arrival-rate": Executor(
        frozenset({"rate", "duration"}) | _POOL, constant_arrival_rate, _arrivals_line
    ),
    "ramping-arrival-rate": Executor(
        frozenset({"stages", "start_rate"}) | _POOL, ramping_arrival_rate, _arrivals_line
    ),
    "find-rate": Executor(_SEARCH | _POOL, find_rate, _rate_search_line),
    "find-vus": Executor(_SEARCH, find_vus, _vus_search_line),
}
"""k6's executors, and the two that search; which one a load is, its keys say (`choose`)."""


_MEANT: Mapping[tuple[str, str], str] = {
    ("shared-iterations", "duration"): "a limit in time is max_duration",
    ("per-vu-iterations", "duration"): "a limit in time is max_duration",
    ("constant-arrival-rate", "vus"): "the VUs of a rate are max_vus",
    ("ramping-arrival-rate", "vus"): "the VUs of a rate are max_vus",
    ("ramping-vus", "vus"): "stages begin at start_vus",
    ("ramping-vus", "max_vus"): "for a rate, write the targets as 10/s",
    ("ramping-vus", "pre_allocated_vus"): "for a rate, write the targets as 10/s",
    ("ramping-vus", "start_rate"): "for a rate, write the targets as 10/s",
    ("ramping-vus", "arrival"): "for a rate, write the targets as 10/s",
    ("constant-vus", "arrival"): "arrivals need a rate, like rate: 10/s",
    ("find-rate", "duration"): "each level lasts `hold`",
    ("find-vus", "duration"): "each level lasts `hold`",
    ("find-rate", "rate"): "the search begins at `from` and ends at `to`",
    ("find-rate", "start_rate"): "the search begins at `from` and ends at `to`",
    ("find-vus", "vus"): "the search begins at `from` and ends at `to`",
    ("find-vus", "start_vus"): "the search begins at `from` and ends at `to`",
    ("find-vus", "max_vus"): "there are never more VUs than `to`",
    ("find-rate", "stages"): "the search makes its levels itself",
    ("find-vus", "stages"): "the search makes its levels itself",
}
"""What was probably meant by a key that does not go with an executor."""


def choose(keys: frozenset[str], *, rates: bool) -> str:
    """Name the executor that these keys of a `load` mean; `rates`: targets, or what is sought, are rates.

    Raises BadLoadError when the keys mean none, or when one does not go with the others.
    """
    name = _meant(keys - COMMON, rates=rates)
    allowed = EXECUTORS[name].keys | COMMON
    for key in sorted(keys - allowed):
        hint = _MEANT.get((name, key)) or f"{name} takes: {_list(allowed)}"
        raise BadLoadError(key, f"{key} does not go with {_list(keys & EXECUTORS[name].keys)}", hint)
    return name


def _meant(keys: frozenset[str], *, rates: bool) -> str:
    if "find" in keys:
        return "find-rate" if rates else "find-vus"
    if "stages" in keys:
        return "ramping-arrival-rate" if rates else "ramping-vus"
    for key, name in (
        ("rate", "constant-arrival-rate"),
        ("iterations", "shared-iterations"),
        ("iterations_per_vu", "per-vu-iterations"),
        ("duration", "constant-vus"),
    ):
        if key in keys:
            return name
    if not keys:
        return "per-vu-iterations"
    first = min(keys)
    raise BadLoadError(
        first,
        f"{_list(keys)} alone does not say how much load there is",
        "add duration, iterations, iterations_per_vu, rate, stages or find",
    )


def _list(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))
