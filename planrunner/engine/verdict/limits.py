"""The thresholds of a plan, compiled: names that do not exist are found before the first request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from planrunner import units
from planrunner.engine.program.build import Program
from planrunner.errors import Place, Problems, suggestion
from planrunner.metrics.selector import Selector, Tag, selector
from planrunner.metrics.series import TAGS, Metric
from planrunner.metrics.threshold.parse import parse
from planrunner.metrics.threshold.rule import Number, Rule
from planrunner.pacing.executors import Opened
from planrunner.plan.model import Plan, Threshold
from planrunner.values.expressions import compile_setting
from planrunner.values.names import Names
from planrunner.values.settings import resolve

EACH = ("*",)

NO_TAGS: Mapping[str, str] = {
    "vu": "each VU would be a series of its own; give scenarios or steps tags to tell them apart",
    "iter": "each iteration would be a series of its own; ask about all of them, with a percentile",
}
"""k6's tags that cannot be asked for, there neither, and why."""


class Limit(Struct, frozen=True):
    """A threshold, ready to be judged."""

    metric: str  # as written
    text: str  # the expression as written
    selector: Selector
    rule: Rule
    place: Place
    abort_on_fail: bool
    delay: float  # seconds
    min_samples: int


class Known(Struct, frozen=True):
    """Values that tags of the plan can have; others may turn up during the run."""

    values: Mapping[str, frozenset[str]]
    requests: frozenset[str]  # what requests are called; `name` has other values too
    tags: frozenset[str]  # all that samples can have
    metrics: Mapping[str, Metric]


def known(plan: Plan, program: Program) -> Known:
    """Collect the metrics, tags and tag values that are known before the run."""
    return Known(
        {
            "endpoint": frozenset(plan.endpoints),
            "scenario": frozenset(plan.scenarios),
            "check": frozenset(question.name for question in program.asked),
            "group": program.groups,
        },
        program.requests,
        program.tags.union(TAGS),
        program.metrics,
    )


def open_load(program: Program) -> frozenset[str]:
    """Name the scenarios whose iterations begin when they are due, whoever is free."""
    return frozenset(s.name for s in program.scenarios if isinstance(s.work.schedule, Opened))


def compile_limits(plan: Plan, names: Names, tags: Known, problems: Problems) -> list[Limit]:
    """Compile the thresholds; names that do not exist are problems before the first request."""
    each = [part for threshold in plan.thresholds for part in _each(threshold, tags)]
    made = [_limit(threshold, names, tags, problems) for threshold in each]
    return [limit for limit in made if limit]


def _each(threshold: Threshold, tags: Known, begin: int = 0) -> Iterator[Threshold]:
    """Make one threshold for each endpoint of `{endpoint:*}`, and so for scenarios, groups and checks."""
    try:
        picked = selector(threshold.metric)
    except ValueError:  # which is said when it is compiled
        yield threshold
        return
    for number, tag in [*enumerate(picked.tags)][begin:]:
        values = tags.values.get(tag.name)
        if tag.values == EACH and tag.wanted and values:
            for value in sorted(values):
                one = (*picked.tags[:number], Tag(tag.name, (value,)), *picked.tags[number + 1 :])
                part = replace(threshold, metric=str(replace(picked, tags=one)))
                yield from _each(part, tags, number + 1)
            return
    yield threshold


def _limit(threshold: Threshold, names: Names, tags: Known, problems: Problems) -> Limit | None:
    names = Names(names.variables, runtime=False)
    before = problems.errors
    picked, metric = _asked(threshold, tags, problems)
    text = compile_setting(threshold.expression, names, problems)
    delay = threshold.delay_abort_eval
    after = resolve(delay, names, units.duration, problems) if delay else 0.0
    least = resolve(threshold.min_samples, names, units.whole, problems) if threshold.min_samples else 0
    if problems.errors > before or not metric or not text.constant or after is None or least is None:
        return None
    expression = str(text.value)
    try:
        rule = parse(expression, metric, lambda other: _fitting(other, tags, threshold.place, problems))
    except ValueError as error:
        problems.add(f"{expression!r} is no threshold for {picked.metric}", threshold.place, str(error))
        return None
    if problems.errors > before:
        return None
    _warn_of_shares(rule, expression, threshold.place, problems)
    place, stops = threshold.place, threshold.abort_on_fail
    return Limit(threshold.metric, expression, picked, rule, place, stops, after, least)


def _warn_of_shares(rule: Rule, text: str, place: Place, problems: Problems) -> None:
    """Warn of `rate < 5`, which is 500 %."""
    if rule.unit == "share" and isinstance(rule.limit, Number):
        limit = rule.limit.value
        if limit > 1 or (limit == 1 and rule.operator in {"<", "<="}):
            problems.warn(f"{text!r}: 1 is everything already", place, f"did you mean {limit:g}%?")


def _asked(threshold: Threshold, tags: Known, problems: Problems) -> tuple[Selector, Metric | None]:
    """Read what a threshold is about; without a metric where that does not exist."""
    place = threshold.metric_place
    try:
        picked = selector(threshold.metric)
    except ValueError as error:
        problems.add(f"{threshold.metric!r} names no metric", place, str(error))
        return Selector(""), None
    return picked, _fitting(picked, tags, place, problems)


def _fitting(picked: Selector, tags: Known, place: Place, problems: Problems) -> Metric | None:
    """Hold a selector against what the plan has; returns its metric where that exists."""
    if picked.metric not in tags.metrics:
        problems.unknown("metric", picked.metric, tags.metrics, place)
        return None
    for tag in picked.tags:
        _look_at(tag, tags, place, problems)
    return tags.metrics[picked.metric]


def _look_at(tag: Tag, tags: Known, place: Place, problems: Problems) -> None:
    if tag.name not in tags.tags:
        if tag.name in NO_TAGS:
            problems.add(f"{tag.name!r} is no tag that can be asked for", place, NO_TAGS[tag.name])
        else:
            problems.unknown("tag", tag.name, tags.tags, place)
        return
    for value in tag.exact if tag.wanted else ():
        if tag.name == "name" and value not in tags.requests:
            hint = suggestion(value, tags.requests)
            problems.warn(f"no request of this plan is called {value!r}", place, hint)
        elif value not in tags.values.get(tag.name, frozenset({value})):
            hint = suggestion(value, tags.values[tag.name]) or f"the plan has no {tag.name}"
            problems.add(f"there is no {tag.name} {value!r} in this plan", place, hint)
