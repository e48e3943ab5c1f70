"""The thresholds of a plan in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planrunner import units
from planrunner.engine.verdict.judge import Limit
from planrunner.explain.words import count, time
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
    "value": "the last value of {metric}",
}
"""What a limit is about, for metrics that have no words of their own."""


def limits(known: Sequence[Limit]) -> Iterator[str]:
    """Yield a line for each threshold: as written, and what that means."""
    for limit in known:
        yield f"- {limit.metric}: {limit.text}"
        yield f"    {in_words(limit)}{_manner(limit)}"


def in_words(limit: Limit) -> str:
    """Say what a limit asks for."""
    return meaning(_unjudged(limit)) or _plainly(limit)


def _plainly(limit: Limit) -> str:
    rule = limit.rule
    kind, _, percent = rule.aggregate.partition("(")
    about = AGGREGATES["share" if rule.unit == "share" else kind]
    value = f"{units.show_number(rule.limit * 100)}%" if rule.unit == "share" else show(rule.limit, rule.unit)
    subject = about.format(metric=limit.metric, percent=percent.rstrip(")"))
    return f"{subject} must be {OPERATORS[rule.operator]} {value}"


def _manner(limit: Limit) -> str:
    """Say what is special about it."""
    parts = []
    if limit.min_samples:
        parts.append(f"; there must be {count(limit.min_samples, 'sample')} or more")
    if limit.abort_on_fail:
        later = f", from {time(limit.delay)} on" if limit.delay else ""
        parts.append(f"; as soon as it is broken the run ends{later}")
    return "".join(parts)


def _unjudged(limit: Limit) -> Threshold:
    """Make what reports know of a threshold, before anything was measured."""
    return Threshold(
        metric=limit.metric,
        expression=limit.text,
        aggregate=limit.rule.aggregate,
        operator=limit.rule.operator,
        limit=limit.rule.limit,
        measured=None,
        contains=limit.rule.unit,
        samples=0,
        verdict="no data",
        reason="",
        aborted=False,
        file=limit.place.file,
        line=limit.place.line,
        column=limit.place.column,
    )
