"""The judge: a plan's thresholds, compiled, and what they say of the totals."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from planrunner import units
from planrunner.engine.program.build import Program
from planrunner.errors import Place, Problems, suggestion
from planrunner.metrics.hidden import hidden
from planrunner.metrics.series import TAGS, Counter, Metric, Selector, Sink, selector
from planrunner.metrics.tally import Totals
from planrunner.metrics.threshold import Judgement, Rule, judge, parse
from planrunner.pacing.executors import Opened
from planrunner.plan.model import Plan, Threshold
from planrunner.values.expressions import compile_setting
from planrunner.values.names import Names
from planrunner.values.settings import resolve

OUTCOMES = frozenset({"error", "error_code", "expected_response", "proto", "status", "tls_version"})
"""Tags that tell how a request went: that none went so is a measurement, and not a lack of one."""

_EACH = re.compile(r"[{,]\s*(\w+)\s*:\s*(\*)\s*(?=[,}])")


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
    open_load: frozenset[str]  # scenarios with arrivals

    def judge(self, totals: Totals, seconds: float) -> Judgement:
        """Judge what has been measured in `seconds`."""
        unknown = hidden(totals, self.selector, self.open_load)
        return judge(self.rule, self._measured(totals), seconds, self.min_samples, unknown)

    def _measured(self, totals: Totals) -> Sink | None:
        """Select the samples; where requests were counted and none had this outcome, their number is 0."""
        found = totals.select(self.selector)
        if found is None and totals.metrics[self.selector.metric].kind == "counter":
            rest = tuple(tag for tag in self.selector.tags if tag[0] not in OUTCOMES)
            if totals.select(Selector(self.selector.metric, rest)) is not None:
                return Counter(0)
        return found


class Known(Struct, frozen=True):
    """Values that tags of the plan can have; others may turn up during the run."""

    values: Mapping[str, frozenset[str]]
    requests: frozenset[str]  # what requests are called; `name` has other values too
    tags: frozenset[str]  # all that samples can have
    metrics: Mapping[str, Metric]
    open_load: frozenset[str]  # scenarios with arrivals


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
        open_load(program),
    )


def open_load(program: Program) -> frozenset[str]:
    """Name the scenarios whose iterations begin when they are due, whoever is free."""
    return frozenset(s.name for s in program.scenarios if isinstance(s.work.schedule, Opened))


def compile_limits(plan: Plan, names: Names, tags: Known, problems: Problems) -> list[Limit]:
    """Compile the thresholds; names that do not exist are problems before the first request."""
    each = [part for threshold in plan.thresholds for part in _each(threshold, tags)]
    made = [_limit(threshold, names, tags, problems) for threshold in each]
    return [limit for limit in made if limit]


def _each(threshold: Threshold, tags: Known) -> list[Threshold]:
    """Make one threshold for each endpoint of `{endpoint:*}`, and so for scenarios and checks."""
    found = _EACH.search(threshold.metric)
    values = tags.values.get(found[1]) if found else None
    if not found or not values:
        return [threshold]
    head, tail = threshold.metric[: found.start(2)], threshold.metric[found.end(2) :]
    return [
        part
        for value in sorted(values)
        for part in _each(replace(threshold, metric=f"{head}{_quoted(value)}{tail}"), tags)
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if {",", "*", "'"} & set(value) else value


def _limit(threshold: Threshold, names: Names, tags: Known, problems: Problems) -> Limit | None:
    names = Names(names.variables, runtime=False)
    before = problems.errors
    picked = _selector(threshold, tags, problems)
    text = compile_setting(threshold.expression, names, problems)
    delay = threshold.delay_abort_eval
    after = resolve(delay, names, units.duration, problems) if delay else 0.0
    least = resolve(threshold.min_samples, names, units.whole, problems) if threshold.min_samples else 0
    if problems.errors > before or picked is None or not text.constant or after is None or least is None:
        return None
    try:
        rule = parse(str(text.value), tags.metrics[picked.metric])
    except ValueError as error:
        problems.add(f"{str(text.value)!r} is no threshold for {picked.metric}", threshold.place, str(error))
        return None
    if rule.unit == "share" and (rule.limit > 1 or (rule.limit == 1 and rule.operator in {"<", "<="})):
        hint = f"did you mean {rule.limit:g}%?"
        problems.warn(f"{str(text.value)!r}: 1 is everything already", threshold.place, hint)
    return Limit(
        threshold.metric,
        str(text.value),
        picked,
        rule,
        threshold.place,
        threshold.abort_on_fail,
        after,
        least,
        tags.open_load,
    )


def _selector(threshold: Threshold, tags: Known, problems: Problems) -> Selector | None:
    place = threshold.metric_place
    try:
        picked = selector(threshold.metric)
    except ValueError as error:
        problems.add(f"{threshold.metric!r} names no metric", place, str(error))
        return None
    if picked.metric not in tags.metrics:
        problems.unknown("metric", picked.metric, tags.metrics, place)
        return None
    for name, value, wanted in picked.tags:
        if name not in tags.tags:
            problems.unknown("tag", name, tags.tags, place)
        elif name == "name" and wanted and "*" not in value and value not in tags.requests:
            hint = suggestion(value, tags.requests)
            problems.warn(f"no request of this plan is called {value!r}", place, hint)
        elif wanted and "*" not in value and value not in tags.values.get(name, frozenset({value})):
            hint = suggestion(value, tags.values[name]) or f"the plan has no {name}"
            problems.add(f"there is no {name} {value!r} in this plan", place, hint)
    return picked
