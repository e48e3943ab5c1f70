"""The executors: from settings to a schedule, and the schedule's share of each worker."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count, takewhile
from math import ceil, floor
from typing import Literal, TypeAlias, TypeVar, cast, get_args

from msgspec import Struct

from planrunner.pacing.chance import fewest, poisson
from planrunner.pacing.curve import Curve, Ramp, through
from planrunner.pacing.levels import LEAST, Course, Trials
from planrunner.pacing.search import Search
from planrunner.pacing.turns import Turns

N = TypeVar("N", int, float)

Arrival: TypeAlias = Literal["even", "poisson"]
"""How arrivals come: at equal intervals, or by chance."""

Sought: TypeAlias = Literal["rate", "vus"]
"""What a search looks for."""

HOLD = 30.0  # seconds for each level of a search
WITHIN = 0.1  # how close a search comes, as a share of the level that holds
FINEST = 0.01  # closer than that no two runs agree


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
        return self.curve.due(_areas(shard.of(self.max_vus), self.max_vus, seed if self.poisson else None))

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


def _areas(users: range, among: int, seed: str | None) -> Iterator[tuple[int, float]]:
    """Yield number and area of the arrivals that come to some of the users, without an end.

    Those by chance every worker draws all, so that they are the same whatever its share.
    """
    if not users:
        return iter(())
    if seed is not None:
        return (one for one in poisson(seed) if one[0] % among in users)
    return ((turn + user, float(turn + user)) for turn in count(0, among) for user in users)


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


class RateSearch(Struct, frozen=True):
    """Open load whose rate is announced level by level (find-rate)."""

    trials: Trials
    max_vus: int
    pre_allocated_vus: int
    poisson: bool = False  # arrivals come by chance

    @property
    def seconds(self) -> float:
        """How long arrivals may be due at most."""
        return self.trials.seconds

    def course(self, shard: Shard, seed: str = "") -> Course:
        """Return the worker's arrivals, whose moments the levels decide; shared as those of a fixed rate."""
        return Course(_areas(shard.of(self.max_vus), self.max_vus, seed if self.poisson else None))


class VusSearch(Struct, frozen=True):
    """Closed load whose number of users is announced level by level (find-vus)."""

    trials: Trials

    @property
    def seconds(self) -> float:
        """How long users may begin iterations at most."""
        return self.trials.seconds

    @property
    def max_vus(self) -> int:
        """How many users there are at most."""
        return floor(self.trials.search.high)


Schedule: TypeAlias = Users | Arrivals | Quota | RateSearch | VusSearch

Searched: TypeAlias = RateSearch | VusSearch
"""Schedules whose levels are found while they run."""

Opened: TypeAlias = Arrivals | RateSearch
"""Schedules that begin iterations when they are due, whoever is free."""


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
    find: Sought | None = None
    low: float | None = None  # `from`: a whole number of VUs, or a rate
    high: float | None = None  # `to`
    hold: float | None = None
    within: float | None = None
    graceful_stop: float = 30.0


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


def find_rate(given: Settings) -> RateSearch:
    """The highest rate that the target bears, between `from` and `to`; each level lasts `hold`."""
    trials = _trials(given, whole=False)
    return RateSearch(trials, *_pool(given, trials.search.high), poisson=given.arrival == "poisson")


def find_vus(given: Settings) -> VusSearch:
    """The highest number of looping VUs that the target bears, between `from` and `to`."""
    return VusSearch(_trials(given, whole=True))


def _trials(given: Settings, *, whole: bool) -> Trials:
    low, high = (_bound(key, value, whole=whole) for key, value in (("from", given.low), ("to", given.high)))
    if low >= high:
        raise BadLoadError("to", "to must be more than from", "the search goes up, from `from` to `to`")
    hold = _time("hold", given.hold, HOLD)
    if hold < LEAST:
        raise BadLoadError("hold", "hold must be at least 2s", "one second to settle, one to be judged")
    within = WITHIN if given.within is None else given.within
    if not FINEST <= within <= 1:
        raise BadLoadError("within", "within must be from 1% to 100%", "10% is usual")
    return Trials(Search(low, high, within, whole), hold, given.graceful_stop)


def _bound(key: str, value: float | None, *, whole: bool) -> float:
    """Check an end of a search; a rate is a float, a number of VUs an int."""
    example = {"from": "1" if whole else "10/s", "to": "100" if whole else "1000/s"}[key]
    if value is None:
        raise BadLoadError(key, f"{key} is missing", f"add {key}, for example {key}: {example}")
    if whole != isinstance(value, int):
        what = "find: vus needs a whole number of VUs" if whole else "find: rate needs a rate"
        raise BadLoadError(key, what, f"write {key}: {example}")
    return float(_count(key, value, None))


def _arrivals(given: Settings, curve: Curve) -> Arrivals:
    """Fill in the VUs of a rate."""
    return Arrivals(curve, *_pool(given, curve.peak), poisson=given.arrival == "poisson")


def _pool(given: Settings, peak: float) -> tuple[int, int]:
    """Return most and ready VUs: each key stands in for the other, the peak rate times 1 s for both."""
    usual = max(1, ceil(peak))
    largest = _count("max_vus", _either(given.max_vus, given.pre_allocated_vus), usual)
    ready = _count("pre_allocated_vus", _either(given.pre_allocated_vus, given.max_vus), usual)
    if ready > largest:
        raise BadLoadError(
            "max_vus", f"max_vus {largest} is less than pre_allocated_vus {ready}", "raise max_vus"
        )
    return int(largest), int(ready)


def read_sought(value: object) -> Sought:
    """Read what a search looks for; ValueError for anything else."""
    if value in get_args(Sought):
        return cast(Sought, value)
    raise ValueError("write rate or vus")


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
