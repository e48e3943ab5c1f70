"""The thresholds of a plan in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planrunner import units
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.thresholds import told
from planrunner.explain.words import count, time
from planrunner.metrics.threshold.judge import Judgement
from planrunner.metrics.threshold.rule import Number, Rule, written
from planrunner.plan.model import FailOn
from planrunner.reports.wording import OPERATORS, meaning, show
from planrunner.result import Threshold

AGGREGATES: Mapping[str, str] = {
    "avg": "the average of {metric}",
    "count": "the count of {metric}",
    "max": "the highest of {metric}",
    "med": "the median of {metric}",
    "min": "the lowest of {metric}",
    "p": "{percent} % of {metric}",
    "rate": "{metric} per second",
    "share": "the share of {metric}",
    "sum": "the sum of {metric}",
    "value": "the last value of {metric}",
}
"""What a limit is about, for metrics that have no words of their own."""


FAILING: Mapping[str, str] = {
    "checks": "any check that fails fails the run",
    "errors": "any request that fails, and any step that cannot be carried out, fails the run",
    "untrusted": "numbers that cannot be trusted, since this machine is the limit, fail the run",
    "regression": "to be clearly worse than what it is compared with (--baseline, --versus) fails the run",
}
"""What else may fail a run."""


def limits(known: Sequence[Limit]) -> Iterator[str]:
    """Yield a line for each threshold: as written, and what that means."""
    for limit in known:
        yield f"- {limit.metric}: {limit.text}"
        yield f"    {in_words(limit)}{_manner(limit)}"


def failing(fail_on: Sequence[FailOn], *, broken: bool) -> Iterator[str]:
    """Say what fails a run where that is not thresholds alone; `broken`: whether there are any to break."""
    if broken and "thresholds" not in fail_on:
        yield "- a broken threshold is shown, and does not fail the run (fail_on)"
    yield from (f"- {FAILING[name]} (fail_on)" for name in fail_on if name in FAILING)


def in_words(limit: Limit) -> str:
    """Say what a limit asks for."""
    return meaning(_unjudged(limit)) or _plainly(limit)


def _plainly(limit: Limit) -> str:
    rule = limit.rule
    kind, _, percent = rule.aggregate.partition("(")
    about = AGGREGATES["share" if rule.unit == "share" else kind]
    subject = about.format(metric=limit.metric, percent=percent.rstrip(")"))
    span = f", in any {time(rule.over)}" if rule.over else ""
    return f"{subject} must be {OPERATORS[rule.operator]} {_value(rule)}{span}"


def _value(rule: Rule) -> str:
    if not isinstance(rule.limit, Number):
        return written(rule.limit)
    if rule.unit == "share":
        return f"{units.show_number(rule.limit.value * 100)}%"
    return show(rule.limit.value, rule.unit)


def _manner(limit: Limit) -> str:
    """Say what is special about it."""
    parts = []
    if limit.rule.over:
        parts.append("; that is judged each second, and one such time that breaks it fails the run")
    if limit.rule.wants_baseline:
        parts.append("; baseline is the same number of an earlier result, given with --baseline")
    if limit.min_samples:
        where = " in each of them" if limit.rule.over else ""
        parts.append(f"; there must be {count(limit.min_samples, 'sample')} or more{where}")
    if limit.abort_on_fail:
        later = f", from {time(limit.delay)} on" if limit.delay else ""
        parts.append(f"; as soon as it is broken the run ends{later}")
    return "".join(parts)


def _unjudged(limit: Limit) -> Threshold:
    """Make what reports know of a threshold, before anything was measured."""
    (threshold,) = told([(limit, Judgement("no data", None, 0))], {})
    return threshold
