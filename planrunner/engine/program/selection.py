"""What is left of a plan when only some of its scenarios run (`--scenario`), and which thresholds are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from planrunner.engine.actions.beside import Meter
from planrunner.engine.program.build import Given, build
from planrunner.engine.program.walk import every, whole
from planrunner.errors import Problems, UsageError, suggestion
from planrunner.metrics.selector import Selector, Tag, fits, selector
from planrunner.metrics.series import Metric
from planrunner.metrics.tally import Tally
from planrunner.metrics.threshold.parse import parse
from planrunner.plan import model
from planrunner.plan.model import Plan, Scenario, Step, Threshold
from planrunner.values.expressions import compile_setting
from planrunner.values.mask import Mask
from planrunner.values.names import Names


def select(plan: Plan, names: Sequence[str]) -> Plan:
    """Leave out the other scenarios, and the endpoints and flows that then nobody uses.

    Those may need values that only the other scenarios save, so they cannot be checked. UsageError for a
    name that the plan does not have; a plan in which something was wrong stays as it is.
    """
    if plan.damaged or not names:
        return plan
    for name in names:
        if name not in plan.scenarios:
            hint = suggestion(name, plan.scenarios)
            raise UsageError(f"--scenario: there is no scenario {name!r} in {plan.file}: {hint}")
    kept = replace(plan, scenarios={name: plan.scenarios[name] for name in plan.scenarios if name in names})
    does = [step.does for step in _steps(kept)]
    flows = {one.name for one in does if isinstance(one, model.Flow)}
    endpoints = {one.endpoint for one in does if isinstance(one, model.Send)}
    return replace(
        kept,
        flows={name: steps for name, steps in plan.flows.items() if name in flows},
        endpoints={name: endpoint for name, endpoint in plan.endpoints.items() if name in endpoints},
    )


def unmeasured(plan: Plan, kept: Plan, given: Given) -> tuple[Threshold, ...]:
    """Return the thresholds that only the scenarios which were left out could have given samples."""
    if not plan.thresholds or kept.scenarios.keys() == plan.scenarios.keys():
        return ()
    before, now = _seen(plan, given), _seen(kept, given)
    return tuple(
        threshold
        for threshold in plan.thresholds
        if before.may_feed(threshold, before) and not now.may_feed(threshold, before)
    )


class _Seen(Struct, frozen=True):
    """What samples of a plan's steps can look like, as far as the plan tells it."""

    metrics: frozenset[str]  # that only some steps give samples of
    tags: Mapping[str, frozenset[str]]  # the values that a tag can have; "" where a sample may lack it
    known: Mapping[str, Metric]  # all metrics
    names: Names  # the variables

    def may_feed(self, threshold: Threshold, everything: _Seen) -> bool:
        """Whether a threshold, and what its limit refers to, can have samples.

        `everything` knows which metrics and tags are told apart.
        """
        return all(self._may_feed(picked, everything) for picked in self._asked(threshold))

    def _asked(self, threshold: Threshold) -> tuple[Selector, ...]:
        """Return what a threshold asks about; what is wrong with it is said when it is compiled."""
        try:
            picked = selector(threshold.metric)
        except ValueError:
            return ()
        text = compile_setting(threshold.expression, self.names, Problems())
        try:
            rule = parse(str(text.value), self.known[picked.metric])
        except (ValueError, KeyError):
            return (picked,)
        return picked, *(one.selector for one in rule.references)

    def _may_feed(self, picked: Selector, everything: _Seen) -> bool:
        if picked.metric in everything.metrics - self.metrics:
            return False
        return all(
            any(_fits(tag, value) for value in self.tags.get(tag.name, ()))
            for tag in picked.tags
            if tag.name in everything.tags
        )


def _fits(tag: Tag, value: str) -> bool:
    return "${" in value or fits((tag,))(((tag.name, value),))


def _seen(plan: Plan, given: Given) -> _Seen:
    """Compile a plan for what it can measure; what is wrong with it is said when it is checked."""
    meter = Meter(Tally(), Mask(()), lambda: 0.0)
    program = build(plan, given, meter, Problems())
    checks = {asked.name for asked in program.asked}
    recorded = {
        record.metric for step, scenario in _placed(plan) for record in _records(plan, step, scenario)
    }
    tags: dict[str, set[str]] = {
        "scenario": {*plan.scenarios, *([""] if plan.setup or plan.teardown else [])},
        "endpoint": {"", *plan.endpoints},
        "check": checks | {""},
        "group": {"", *program.groups},
        "name": {"", *program.requests},
    }
    for name, value in _own_tags(plan, given):
        tags.setdefault(name, {""}).add(value)
    built_in = {"checks": checks, "group_duration": program.groups}
    metrics = recorded | {metric for metric, held in built_in.items() if held}
    return _Seen(
        frozenset(metrics),
        {name: frozenset(values) for name, values in tags.items()},
        program.metrics,
        Names(given.variables, runtime=False),
    )


def _own_tags(plan: Plan, given: Given) -> Iterator[tuple[str, str]]:
    """Yield the plan's own tags with their values as written."""
    yield from given.tags.items()
    sources = [plan.tags, *(scenario.tags for scenario in plan.scenarios.values())]
    for step, scenario in _placed(plan):
        sources.append(step.tags)
        if isinstance(step.does, model.Send):
            sources.append(whole(plan, step.does, scenario.http if scenario else None).tags)
    for tags in sources:
        yield from ((name, setting.text) for name, setting in tags.items() if setting)


def _records(plan: Plan, step: Step, scenario: Scenario | None) -> Sequence[model.Record]:
    if isinstance(step.does, model.Send):
        return whole(plan, step.does, scenario.http if scenario else None).records or ()
    return step.records


def _steps(plan: Plan) -> Iterator[Step]:
    """Yield every step that is taken, at any depth."""
    for step, _ in _placed(plan):
        yield step
    yield from every(tuple(probe.step for probe in plan.preflight), plan.flows)


def _placed(plan: Plan) -> Iterator[tuple[Step, Scenario | None]]:
    """Yield every step that is measured, with the scenario it belongs to."""
    for step in every((*plan.setup, *plan.teardown), plan.flows):
        yield step, None
    for scenario in plan.scenarios.values():
        for step in every((*scenario.vu_setup, *scenario.steps), plan.flows):
            yield step, scenario
