"""What was measured in each scenario and each group, added up from a result's series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from planrunner.metrics.hidden import Hidden, hides
from planrunner.metrics.selector import Selector, Tag
from planrunner.metrics.series import Counter, samples
from planrunner.metrics.series import Metric as Kind
from planrunner.metrics.threshold.judge import measure
from planrunner.result.percentiles import few
from planrunner.result.plan import ScenarioInfo
from planrunner.result.result import Result
from planrunner.result.selection import UnknownError, select
from planrunner.result.series import Series
from planrunner.result.totals import Metric

Place: TypeAlias = tuple[str, str]  # scenario and group; either may be empty


@dataclass(frozen=True, slots=True)
class Held:
    """How often checks of one name held."""

    name: str
    passes: int
    fails: int


@dataclass(frozen=True, slots=True)
class Section:
    """A scenario, or one group of it: what belongs to inner groups is theirs alone, as in k6."""

    scenario: str  # empty: none, as in setup
    group: str  # `::outer::inner`; empty: the whole scenario
    metrics: tuple[Metric, ...]
    checks: tuple[Held, ...]
    unknown: tuple[str, ...]  # metrics whose series are kept as a sum


def sections(result: Result, *, scenarios: bool = True) -> Iterator[Section]:
    """Yield each scenario with its groups behind it, first the groups that belong to none.

    Without `scenarios`, groups alone.
    """
    kinds = {metric.name: Kind(metric.type, metric.contains) for metric in result.metrics}
    places = _places(result)
    missing = {scenario: _missing(result, scenario) for scenario in {place[0] for place in places}}
    for place in places:
        if scenarios or place[1]:
            yield _section(result, place, kinds, missing[place[0]])


def _places(result: Result) -> list[Place]:
    order = {scenario.name: number for number, scenario in enumerate(result.scenarios)}
    found = set[Place]()
    for one in result.series:
        scenario, group = one.tags.get("scenario", ""), one.tags.get("group", "")
        known = "scenario" not in one.lost
        found |= {(scenario, part) for part in ("", group) if known and (scenario or part)}
    return sorted(found, key=lambda place: (order.get(place[0], -1), place))


def _missing(result: Result, scenario: str) -> Hidden:
    """Find out how many iterations of a scenario left no times; of the run, where that is not known."""
    own = [one for one in result.scenarios if one.name == scenario]
    try:
        return _lost(result, own, (Tag("scenario", (scenario,)),))
    except UnknownError:
        return _lost(result, result.scenarios, ())


def _lost(result: Result, scenarios: Sequence[ScenarioInfo], tags: tuple[Tag, ...]) -> Hidden:
    dropped = ["dropped_iterations"] if any(one.arrives for one in scenarios) else []
    fates = ("iterations", "interrupted_iterations", *dropped)
    known = [select(result, Selector(fate, tags)) for fate in fates]
    ran, *lost = [int(sink.value) if isinstance(sink, Counter) else 0 for sink in known]
    return Hidden(sum(lost), ran)


def _section(result: Result, place: Place, kinds: Mapping[str, Kind], missing: Hidden) -> Section:
    names = ("scenario", "group") if place[1] else ("scenario",)
    tags = tuple(Tag(name, (value,)) for name, value in zip(names, place, strict=False))
    mine = tuple(one for one in result.series if _may_be(one, tags))
    narrow, found, unknown = replace(result, series=mine), list[Metric](), list[str]()
    for name in sorted({name for one in mine for name in one.parts()} & kinds.keys()):
        try:
            found.append(_metric(narrow, Selector(name, tags), kinds, missing))
        except UnknownError:
            unknown.append(name)
    checks = () if "checks" in unknown else tuple(_checks(result, mine))
    return Section(*place, tuple(found), checks, tuple(unknown))


def _may_be(one: Series, tags: Sequence[Tag]) -> bool:
    """Whether a series belongs to a section, or is a sum of which a part may."""
    return all(tag.name in one.lost or one.tags.get(tag.name, "") in tag.values for tag in tags)


def _metric(result: Result, picked: Selector, kinds: Mapping[str, Kind], missing: Hidden) -> Metric:
    sink = select(result, picked)
    assert sink is not None  # of a metric that one of the series has
    kind, trend = kinds[picked.metric], kinds[picked.metric].kind == "trend"
    values = sink.values(result.span)
    if trend:
        values |= {name: measure(name, sink, result.span) for name in result.summary.stats}
    bounds = missing.bounds(values) if hides(picked.metric, kinds) else ()
    unsure = few(values, samples(sink)) if trend else ()
    return Metric(picked.metric, kind.kind, kind.contains, "", values, bounds, unsure)


def _checks(result: Result, mine: Sequence[Series]) -> Iterator[Held]:
    """Yield checks in the order of the plan."""
    for name in dict.fromkeys(check.name for check in result.checks):
        held = [
            one.rates["checks"] for one in mine if one.tags.get("check") == name and "checks" in one.rates
        ]
        if held:
            yield Held(name, sum(rate.passes for rate in held), sum(rate.fails for rate in held))
