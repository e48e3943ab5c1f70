"""The six executors of k6: from settings to a schedule, and the schedule's share of each worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count, takewhile
from math import ceil, floor
from typing import Literal, TypeAlias, TypeVar, cast, get_args

from msgspec import Struct

from planrunner.pacing.chance import fewest, poisson
from planrunner.pacing.curve import Curve, Ramp, through
from planrunner.pacing.turns import Turns
from planrunner.units import show_duration, show_number

N = TypeVar("N", int, float)

Arrival: TypeAlias = Literal["even", "poisson"]
"""How arrivals come: at equal intervals, or by chance."""


class Shard(Struct, frozen=True):
    """Worker `index` of `count`: it has the users whose number is `index` modulo `count`."""

    index: int = 0
    count: int = 1

    def of(self, total: int) -> range:
        """Return this worker's numbers below `total`."""
        return range(self.index, total, self.count)


class Users(Struct, frozen=True):
    """Closed load: each user loops while the curve is above it (constant-vus, ramping-vus)."""

    curve: Curve

    @property
    def seconds(self) -> float:
        """How long users may begin iterations."""
        return self.curve.seconds

    @property
    def max_vus(self) -> int:
        """How many users there are at most."""
        return floor(self.curve.peak)

    def users(self, shard: Shard) -> Iterator[tuple[int, list[tuple[float, float]]]]:
        """Yield each of the worker's users with its spans (seconds from, to)."""
        for user in shard.of(self.max_vus):
            spans = list(self.curve.spans(user))
            if spans:
                yield user, spans


class Arrivals(Struct, frozen=True):
    """Open load: iterations are due at moments, whoever is free (the two arrival-rate executors)."""

    curve: Curve
    max_vus: int
    pre_allocated_vus: int
    poisson: bool = False  # they come by chance

    @property
    def seconds(self) -> float:
        """How long arrivals may be due."""
        return self.curve.seconds

    @property
    def fewest(self) -> int:
        """How many arrivals there are at least."""
        return fewest(self.curve.area) if self.poisson else self.curve.count

    def due(self, shard: Shard, seed: str = "") -> Iterator[tuple[int, float]]:
        """Yield number and due time of each of the worker's arrivals; `seed` decides those by chance.

        A worker has as large a share of the arrivals as it has of the VUs: of three VUs and two workers, the
        first has two of three arrivals.
        """
        users = shard.of(self.max_vus)
        if not users:
            return iter(())
        if self.poisson:  # each worker draws them all, so that they are the same whatever its share
            return self.curve.due(one for one in poisson(seed) if one[0] % self.max_vus in users)
        return self.curve.arrivals(turn + user for turn in count(0, self.max_vus) for user in users)

    def between(self, begin: float, end: float, shard: Shard, seed: str = "") -> int:
        """Return how many of the worker's arrivals are due from a moment on and before another (seconds)."""
        if begin >= end:
            return 0
        if self.poisson:
            coming = takewhile(lambda one: one[1] < end, self.due(shard, seed))
            return sum(due >= begin for _, due in coming)
        share = partial(Turns, among=self.max_vus, users=shard.of(self.max_vus))
        first, last = (len(share(self.curve.before(moment))) for moment in (begin, end))
        return last - first


class Quota(Struct, frozen=True):
    """A number of iterations, shared by the users or for each of them (the two iteration executors)."""

    max_vus: int
    iterations: int
    each: bool  # for each user
    seconds: float  # no iteration begins later

    @property
    def total(self) -> int:
        """How many iterations there are in all."""
        return self.iterations * (self.max_vus if self.each else 1)

    def numbers(self, shard: Shard) -> Iterator[int]:
        """Yield the worker's iterations of a shared quota, by number; the length hint says how many are left.

        A worker has as large a share of them as it has of the VUs, as with arrivals.
        """
        return iter(Turns(self.iterations, self.max_vus, shard.of(self.max_vus)))


Schedule: TypeAlias = Users | Arrivals | Quota


class BadLoadError(ValueError):
    """Settings that make no load: which key, what is wrong with it, and what to do."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key, self.message, self.hint = key, message, hint


class Settings(Struct, frozen=True):
    """The keys of a `load`, read: times in seconds, rates per second; None where a key is absent."""

    vus: int | None = None
    iterations: int | None = None
    iterations_per_vu: int | None = None
    duration: float | None = None
    max_duration: float | None = None
    start_vus: int | None = None
    start_rate: float | None = None
    rate: float | None = None
    max_vus: int | None = None
    pre_allocated_vus: int | None = None
    arrival: Arrival | None = None
    stages: tuple[tuple[float, float], ...] | None = None


class Executor(Struct, frozen=True):
    """One way to say how much load there is: its keys, its schedule, its line in the header."""

    keys: frozenset[str]
    schedule: Callable[[Settings], Schedule]
    describe: Callable[[Settings, Schedule], str]


def shared_iterations(given: Settings) -> Quota:
    """`iterations` in all, taken by whichever of the `vus` is free."""
    vus, iterations = _count("vus", given.vus, 1), _count("iterations", given.iterations, 1)
    if iterations < vus:
        raise BadLoadError(
            "iterations",
            f"{iterations} iterations cannot be shared by {vus} VUs",
            f"give at least {vus} iterations, or lower vus",
        )
    return Quota(vus, iterations, each=False, seconds=_time("max_duration", given.max_duration, 600.0))


def per_vu_iterations(given: Settings) -> Quota:
    """`iterations_per_vu` for each of the `vus`; without any key, one iteration of one VU."""
    vus, iterations = _count("vus", given.vus, 1), _count("iterations_per_vu", given.iterations_per_vu, 1)
    return Quota(vus, iterations, each=True, seconds=_time("max_duration", given.max_duration, 600.0))


def constant_vus(given: Settings) -> Users:
    """`vus` that loop for `duration`."""
    vus, seconds = _count("vus", given.vus, 1), _time("duration", given.duration, None)
    return Users(Curve((Ramp(seconds, vus, vus),)))


def ramping_vus(given: Settings) -> Users:
    """A number of VUs that follows the `stages`, from `start_vus` (1 as in k6)."""
    curve = through(1 if given.start_vus is None else given.start_vus, given.stages or ())
    _some("stages", curve, "no stage has a VU")
    return Users(curve)


def constant_arrival_rate(given: Settings) -> Arrivals:
    """`rate` iterations a second for `duration`."""
    rate = _count("rate", given.rate, None)
    seconds = _time("duration", given.duration, None)
    return _arrivals(given, Curve((Ramp(seconds, rate, rate),)))


def ramping_arrival_rate(given: Settings) -> Arrivals:
    """A rate that follows the `stages`, from `start_rate` (0/s as in k6)."""
    curve = through(given.start_rate or 0.0, given.stages or ())
    _some("stages", curve, "no stage has a rate")
    return _arrivals(given, curve)


def _arrivals(given: Settings, curve: Curve) -> Arrivals:
    """Fill in the VUs: each of the two keys stands in for the other, the peak rate times 1 s for both."""
    usual = max(1, ceil(curve.peak))
    largest = _count("max_vus", _either(given.max_vus, given.pre_allocated_vus), usual)
    ready = _count("pre_allocated_vus", _either(given.pre_allocated_vus, given.max_vus), usual)
    if ready > largest:
        raise BadLoadError(
            "max_vus", f"max_vus {largest} is less than pre_allocated_vus {ready}", "raise max_vus"
        )
    return Arrivals(curve, int(largest), int(ready), poisson=given.arrival == "poisson")


def read_arrival(value: object) -> Arrival:
    """Read how arrivals come; ValueError for anything else."""
    if value in get_args(Arrival):
        return cast(Arrival, value)
    raise ValueError("write even or poisson")


def _either(first: int | None, second: int | None) -> int | None:
    return second if first is None else first


def _count(key: str, given: N | None, usual: N | None) -> N:
    value = usual if given is None else given
    if value is None:
        raise BadLoadError(key, f"{key} is missing", f"add {key}")
    if value <= 0:
        raise BadLoadError(key, f"{key} must be more than 0")
    return value


def _time(key: str, given: float | None, usual: float | None) -> float:
    if given is None and usual is None:
        raise BadLoadError(key, f"{key} is missing", f"add {key}, for example 30s")
    return _count(key, given, usual)


def _some(key: str, curve: Curve, complaint: str) -> None:
    if curve.peak <= 0:
        raise BadLoadError(key, complaint, "raise a target above 0")
    if curve.seconds <= 0:
        raise BadLoadError(key, "the stages take no time", "give a stage a duration above 0s")


def _quota_line(_: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, Quota)
    how = "for each of" if schedule.each else "shared among"
    limit = show_duration(schedule.seconds)
    return f"{schedule.iterations} iterations {how} {schedule.max_vus} VUs (max_duration: {limit})"


def _users_line(given: Settings, schedule: Schedule) -> str:
    time = show_duration(schedule.seconds)
    if given.stages is None:
        return f"{schedule.max_vus} looping VUs for {time}"
    return f"up to {schedule.max_vus} looping VUs for {time} over {len(given.stages)} stages"


def _arrivals_line(given: Settings, schedule: Schedule) -> str:
    assert isinstance(schedule, Arrivals)
    vus = f"max_vus: {schedule.pre_allocated_vus}-{schedule.max_vus}"
    if schedule.pre_allocated_vus == schedule.max_vus:
        vus = f"max_vus: {schedule.max_vus}"
    rate = f"{show_number(schedule.curve.peak)} iterations/s{' (poisson)' if schedule.poisson else ''}"
    time = show_duration(schedule.seconds)
    if given.stages is None:
        return f"{rate} for {time} ({vus})"
    return f"up to {rate} for {time} over {len(given.stages)} stages ({vus})"


COMMON = frozenset({"graceful_stop", "graceful_ramp_down", "min_iteration_duration"})
"""Keys that stand beside those of any executor."""

_ITERATIONS = frozenset({"vus", "iterations", "max_duration"})
_PER_VU = frozenset({"vus", "iterations_per_vu", "max_duration"})
_POOL = frozenset({"arrival", "max_vus", "pre_allocated_vus"})

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
}
"""k6's executors; which one a load is, its keys say (`choose`)."""


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
}
"""What was probably meant by a key that does not go with an executor."""


def choose(keys: frozenset[str], *, rates: bool) -> str:
    """Name the executor that these keys of a `load` mean; `rates`: the stages' targets are rates.

    Raises BadLoadError when the keys mean none, or when one does not go with the others.
    """
    name = _meant(keys - COMMON, rates=rates)
    allowed = EXECUTORS[name].keys | COMMON
    for key in sorted(keys - allowed):
        hint = _MEANT.get((name, key)) or f"{name} takes: {_list(allowed)}"
        raise BadLoadError(key, f"{key} does not go with {_list(keys & EXECUTORS[name].keys)}", hint)
    return name


def _meant(keys: frozenset[str], *, rates: bool) -> str:
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
        "add duration, iterations, iterations_per_vu, rate or stages",
    )


def _list(keys: frozenset[str]) -> str:
    return ", ".join(sorted(keys))
