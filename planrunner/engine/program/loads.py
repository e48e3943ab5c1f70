"""From a scenario's `load` to an executor: values resolved, read by unit, and put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner import units
from planrunner.errors import Problems
from planrunner.pacing.choice import EXECUTORS, choose
from planrunner.pacing.executors import (
    Arrival,
    BadLoadError,
    Schedule,
    Settings,
    Sought,
    read_arrival,
    read_sought,
)
from planrunner.plan.model import Load
from planrunner.units import show_duration
from planrunner.values.names import Names
from planrunner.values.settings import resolve

Value: TypeAlias = float | Arrival | Sought


def bound(value: object) -> float:
    """Read an end of a search: a rate, or a whole number of VUs; ValueError for anything else."""
    return units.rate(value) if _is_rate(value) else units.whole(value)


def _is_rate(value: object) -> bool:
    return isinstance(value, str) and "/" in value


READERS: Mapping[str, Callable[[object], Value]] = {
    "vus": units.whole,
    "iterations": units.whole,
    "iterations_per_vu": units.whole,
    "duration": units.duration,
    "max_duration": units.duration,
    "start_vus": units.whole,
    "start_rate": units.rate,
    "rate": units.rate,
    "max_vus": units.whole,
    "pre_allocated_vus": units.whole,
    "arrival": read_arrival,
    "find": read_sought,
    "from": bound,
    "to": bound,
    "hold": units.duration,
    "within": units.share,
    "graceful_stop": units.duration,
    "graceful_ramp_down": units.duration,
    "min_iteration_duration": units.duration,
}
"""How the value of each key of a `load` is read; `stages` are read apart."""

FIELDS = {"from": "low", "to": "high"}
"""Keys that have another name in the settings, for Python knows theirs as words of its own, or as vague."""

GRACE = 30.0  # seconds for graceful_stop and graceful_ramp_down, k6's defaults


class Work(Struct, frozen=True):
    """A load, understood; times in seconds."""

    executor: str
    schedule: Schedule
    description: str
    graceful_stop: float
    graceful_ramp_down: float
    min_iteration_duration: float


def understand(load: Load, names: Names, problems: Problems) -> Work | None:
    """Work out what a load means; None when it means nothing, and `problems` says why."""
    before = problems.errors
    read: dict[str, Any] = {
        key: resolve(setting, names, READERS[key], problems) for key, setting in load.settings.items()
    }
    stages = _stages(load, names, problems)
    if load.damaged or problems.errors > before or None in read.values():  # a value that nobody gave
        return None
    if load.stages is not None and stages is None:
        return None
    keys = frozenset(load.settings) | ({"stages"} if stages is not None else frozenset())
    try:
        name = choose(keys, rates=read.get("find") == "rate" or bool(stages and stages.rates))
        rest = {key: read.pop(key, usual) for key, usual in _COMMON.items()}
        known = {FIELDS.get(key, key): value for key, value in read.items()}
        legs = stages.legs if stages else None
        settings = Settings(**known, stages=legs, graceful_stop=rest["graceful_stop"])
        schedule = EXECUTORS[name].schedule(settings)
    except BadLoadError as error:
        problems.add(error.message, load.keys.get(error.key, load.place), error.hint)
        return None
    return Work(name, schedule, _describe(name, settings, schedule, rest["graceful_stop"]), **rest)


_COMMON = {"graceful_stop": GRACE, "graceful_ramp_down": GRACE, "min_iteration_duration": 0.0}


def _describe(name: str, settings: Settings, schedule: Schedule, grace: float) -> str:
    line = EXECUTORS[name].describe(settings, schedule)
    stop = f"graceful_stop: {show_duration(grace)}"
    return f"{line[:-1]}, {stop})" if line.endswith(")") else f"{line} ({stop})"


class _Stages(Struct, frozen=True):
    legs: tuple[tuple[float, float], ...]
    rates: bool


def _stages(load: Load, names: Names, problems: Problems) -> _Stages | None:
    if load.stages is None:
        return None
    rates = [resolve(stage.target, names, _is_rate, problems) for stage in load.stages]
    reader = units.rate if any(rates) else units.whole
    if any(rates) and not all(rates):
        stage = load.stages[rates.index(False)]
        problems.add(
            f"some stages have a rate as target, this one has {stage.target.text!r}, a number of VUs",
            stage.target.place,
            "write all as 50/s",
        )
        return None
    legs = [
        (
            resolve(stage.duration, names, units.duration, problems),
            resolve(stage.target, names, reader, problems),
        )
        for stage in load.stages
    ]
    whole = tuple((seconds, target) for seconds, target in legs if seconds is not None and target is not None)
    return _Stages(whole, any(rates)) if len(whole) == len(legs) else None
