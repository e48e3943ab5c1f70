"""The result that limits may refer to as `baseline`."""

from __future__ import annotations

from msgspec import Struct

from planrunner.metrics.selector import Selector, selector
from planrunner.metrics.threshold.rule import NoDataError
from planrunner.result import Metric, Result

NEEDED = "no baseline was given; give one with --baseline"
"""Why a threshold is skipped that refers to one."""


class Baselines(Struct, frozen=True):
    """What an earlier run has measured."""

    result: Result

    def value(self, picked: Selector, aggregate: str) -> float:
        """Find what the same metric, selector and aggregate was; NoDataError says what is not there."""
        metric = self._metric(picked)
        if metric is None:
            raise NoDataError(f"the baseline has no {picked}")
        found = _value(metric, aggregate)
        if found is None:
            raise NoDataError(f"the baseline has no {aggregate} of {picked}")
        return found

    def _metric(self, picked: Selector) -> Metric | None:
        """Find a metric as it was asked for then; the order of tags makes no difference."""
        for metric in self.result.metrics:
            if metric.name == picked.metric and _same(metric.selector, picked):
                return metric
        return None


def _same(text: str, picked: Selector) -> bool:
    try:
        read = selector(f"{picked.metric}{{{text}}}")
    except ValueError:  # of another version
        return False
    return frozenset(read.tags) == frozenset(picked.tags)


def _value(metric: Metric, aggregate: str) -> float | None:
    values = metric.values
    if aggregate in values:
        return values[aggregate]
    if aggregate == "sum" and values.keys() >= {"avg", "count"}:
        return values["avg"] * values["count"]
    if aggregate == "count" and values.keys() >= {"passes", "fails"}:
        return values["passes"] + values["fails"]
    return None
