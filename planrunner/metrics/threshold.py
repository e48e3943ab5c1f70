"""Thresholds: k6's expressions over a sink, with units, and what they say of it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner import units
from planrunner.metrics.hidden import NOTHING, Hidden
from planrunner.metrics.series import Contains, Counter, Kind, Metric, Sink, Trend, samples

Verdict: TypeAlias = Literal["passed", "failed", "no data"]
Unit: TypeAlias = Literal["default", "time", "data", "share", "rate"]

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}

AGGREGATES: Mapping[Kind, tuple[str, ...]] = {
    "counter": ("count", "rate"),
    "gauge": ("value",),
    "rate": ("rate",),
    "trend": ("avg", "min", "med", "max", "p(N)"),
}
"""What may be asked of each kind of metric (k6: metrics/thresholds_parser.go)."""

_EXPRESSION = re.compile(r"\s*(\w+(?:\(\s*[\d.]+\s*\))?)\s*(===|==|!=|<=|>=|<|>)\s*(\S+)\s*")
_WINDOW = re.compile(r"\s+over(?:\s.*)?$")
_PERCENTILE = re.compile(r"p\(\s*(\d+(?:\.\d+)?)\s*\)")


class Rule(Struct, frozen=True):
    """A threshold's expression, read: `p(95) < 500ms`; the limit in seconds, bytes or as a plain number."""

    aggregate: str
    operator: str
    limit: float
    unit: Unit

    def measure(self, sink: Sink, seconds: float) -> float:
        """Return what the aggregate is; `seconds` is how long has been measured."""
        found = _PERCENTILE.fullmatch(self.aggregate)
        if found and isinstance(sink, Trend):
            return sink.histogram.quantile(float(found[1]) / 100)
        return sink.values(seconds)[self.aggregate]

    def holds(self, measured: float) -> bool:
        """Whether a measured value is within the limit."""
        return OPERATORS[self.operator](measured, self.limit)


class Judgement(Struct, frozen=True):
    """What a rule says of a sink."""

    verdict: Verdict
    measured: float | None
    samples: int
    reason: str = ""
    censored: bool = False  # the measured value is only known to be at least so much


def parse(text: str, metric: Metric) -> Rule:
    """Read an expression over a metric; ValueError says what is wrong and what may be written.

    k6's grammar as it is: a bare number is milliseconds where the metric is a time; beyond it units
    (`500ms`, `1%`, `64KiB`, `90/s`).
    """
    found = _EXPRESSION.fullmatch(text)
    if not found and _EXPRESSION.fullmatch(_WINDOW.sub("", text)):
        raise ValueError("`over` is not in this version; a threshold judges the whole run")
    if not found:
        raise ValueError("write it as `p(95) < 500ms`: what, an operator (< <= > >= == !=), a limit")
    aggregate = re.sub(r"\s", "", found[1])
    _check(aggregate, metric.kind)
    unit = _unit(aggregate, metric)
    return Rule(aggregate, found[2], _LIMITS[unit](found[3]), unit)


def judge(
    rule: Rule, sink: Sink | None, seconds: float, min_samples: int = 0, hidden: Hidden = NOTHING
) -> Judgement:
    """Judge a sink by a rule; without samples, or with fewer than `min_samples`, there is no data.

    A percentile whose place is among what is `hidden` is judged as measured, and the judgement says so.
    """
    seen = samples(sink) if sink else 0
    if sink is None or (not seen and not isinstance(sink, Counter)):  # a counter of 0 says: it never happened
        return Judgement("no data", None, 0, "no samples")
    measured = rule.measure(sink, seconds)
    if seen < min_samples:
        return Judgement("no data", measured, seen, f"{seen} samples, fewer than min_samples {min_samples}")
    verdict: Verdict = "passed" if rule.holds(measured) else "failed"
    if not hidden.bound(rule.aggregate):
        return Judgement(verdict, measured, seen)
    return Judgement(verdict, measured, seen, missing(hidden.share), censored=True)


def missing(share: float) -> str:
    """Say why a value is only known to be at least so much."""
    text = units.cut(100 * share, 0 if share >= 0.1 else 1)
    return f"{'less than 0.1' if text == '0' else text} % of the iterations were dropped or interrupted"


def _check(aggregate: str, kind: Kind) -> None:
    percentile = _PERCENTILE.fullmatch(aggregate)
    if percentile and kind == "trend" and float(percentile[1]) <= 100:
        return
    short = re.fullmatch(r"p(\d+)", aggregate)
    if short and kind == "trend":
        raise ValueError(f"did you mean p({short[1]})?")
    if aggregate not in AGGREGATES[kind]:
        raise ValueError(f"{aggregate!r} cannot be asked of a {kind}; one of: {', '.join(AGGREGATES[kind])}")


def _unit(aggregate: str, metric: Metric) -> Unit:
    if metric.kind == "rate":
        return "share"
    if metric.kind == "counter" and aggregate == "rate":
        return "rate"
    contains: Contains = metric.contains
    return contains


def _plain(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None


def _time(text: str) -> float:
    return float(text) / 1000 if re.fullmatch(r"\d+(\.\d+)?", text) else units.duration(text)


def _data(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else units.size(text)


def _rate(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else units.rate(text)


_LIMITS: Mapping[Unit, Callable[[str], float]] = {
    "default": _plain,
    "time": _time,
    "data": _data,
    "share": units.share,
    "rate": _rate,
}
