"""The result that limits may refer to as `baseline`."""

from __future__ import annotations

from msgspec import Struct, field

from planrunner.compare.compare import compare
from planrunner.engine.verdict.outcomes import without_outcomes
from planrunner.metrics.selector import Selector, selector
from planrunner.metrics.series import Counter, Sink
from planrunner.metrics.threshold.judge import measurable, measure
from planrunner.metrics.threshold.rule import NoDataError
from planrunner.result import Comparison, Effect, Metric, Result, UnknownError, select
from planrunner.result.comparison import EFFECT

NEEDED = "no baseline was given; give one with --baseline"
"""Why a threshold is skipped that refers to one."""


class Baselines(Struct, frozen=True):
    """What an earlier run has measured."""

    result: Result
    others: tuple[Result, ...] = ()  # runs before it: how much runs of the same plan differ
    name: str = "the baseline"
    effect: Effect = EFFECT
    found: dict[tuple[Selector, str], float | NoDataError] = field(default_factory=dict)
    """What was asked before: a threshold asks each second, and adding series up takes a while."""

    def value(self, picked: Selector, aggregate: str) -> float:
        """Find what the same metric, selector and aggregate was; NoDataError says what is not there."""
        known = (picked, aggregate)
        if known not in self.found:
            self.found[known] = self._asked(picked, aggregate)
        value = self.found[known]
        if isinstance(value, NoDataError):
            raise value
        return value

    def against(self, head: Result) -> Comparison:
        """Hold a run that has ended against what is there."""
        return compare((*self.others, self.result), (head,), (self.name, "this run"), self.effect)

    def _asked(self, picked: Selector, aggregate: str) -> float | NoDataError:
        """Ask the totals of the result, which every file has, then its series."""
        metric = self._metric(picked)
        value = _value(metric, aggregate) if metric else None
        if value is not None:
            return value
        try:
            sink = self._sink(picked)
            if sink is None or not measurable(sink):
                lacks = f"{aggregate} of {picked}" if metric else str(picked)
                return NoDataError(f"the baseline has no {lacks}")
            return measure(aggregate, sink, self.result.span)
        except UnknownError as error:
            return NoDataError(f"the baseline cannot tell: {error}")
        except KeyError:  # the metric is of another kind now
            return NoDataError(f"the baseline has no {aggregate} of {picked}")

    def _metric(self, picked: Selector) -> Metric | None:
        """Find a metric as it was asked for then; the order of tags makes no difference."""
        for metric in self.result.metrics:
            if metric.name == picked.metric and _same(metric.selector, picked):
                return metric
        return None

    def _sink(self, picked: Selector) -> Sink | None:
        """Add up the series; where requests were counted and none had this outcome, their number is 0."""
        found = select(self.result, picked)
        if found is None and isinstance(select(self.result, without_outcomes(picked)), Counter):
            return Counter(0)
        return found


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
