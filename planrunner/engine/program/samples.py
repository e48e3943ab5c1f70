"""Samples for the plan's own metrics: from a value of the plan to the tally."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from planrunner.engine.actions.beside import Meter
from planrunner.metrics.series import Contains, Metric
from planrunner.plan.model import CustomMetric
from planrunner.values.data import is_number, shown
from planrunner.values.expressions import EvaluationError

Add: TypeAlias = Callable[[Any], None]

UNITS: Mapping[str, tuple[Contains, float]] = {
    "none": ("default", 1.0),
    "ms": ("time", 1e-3),
    "bytes": ("data", 1.0),
}
"""What a unit of the plan means, and by what its samples are multiplied: inside, times are seconds."""


def metric_of(custom: CustomMetric) -> Metric:
    """Return what a metric of the plan measures, in the terms of the built-in ones."""
    return Metric(custom.kind, UNITS[custom.unit][0])


def sampler(custom: CustomMetric, meter: Meter, tags: Mapping[str, str]) -> Add:
    """Make the function that adds a sample; it raises EvaluationError for what is none."""
    add = KINDS[custom.kind](custom, meter, tags)

    def checked(value: Any) -> None:
        if type(value) is not bool and not is_number(value):
            raise EvaluationError(f"a sample of {custom.name!r} is a number, not {shown(value, 40)}")
        add(value)

    return checked


def _trend(custom: CustomMetric, meter: Meter, tags: Mapping[str, str]) -> Add:
    rows, factor = meter.tally.rows((custom.name,), tags), UNITS[custom.unit][1]
    return lambda value: rows.add((value * factor,))


def _counter(custom: CustomMetric, meter: Meter, tags: Mapping[str, str]) -> Add:
    count, factor = meter.tally.count(custom.name, tags), UNITS[custom.unit][1]
    return count.add if factor == 1 else lambda value: count.add(value * factor)


def _gauge(custom: CustomMetric, meter: Meter, tags: Mapping[str, str]) -> Add:
    newest, factor = meter.tally.newest(custom.name, tags), UNITS[custom.unit][1]
    return lambda value: newest.set(value * factor, meter.elapsed())


def _rate(custom: CustomMetric, meter: Meter, tags: Mapping[str, str]) -> Add:
    outcomes = meter.tally.outcomes(tags, custom.name)

    def add(value: float) -> None:
        if value:  # as k6: every sample that is not zero counts as true
            outcomes.passes += 1
        else:
            outcomes.fails += 1

    return add


KINDS: Mapping[str, Callable[[CustomMetric, Meter, Mapping[str, str]], Add]] = {
    "counter": _counter,
    "gauge": _gauge,
    "rate": _rate,
    "trend": _trend,
}
"""The kinds of metrics, which are k6's."""
