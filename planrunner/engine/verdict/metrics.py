"""From the totals of a run to the metrics of its result, whole and in parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from planrunner import result
from planrunner.engine.verdict.frame import Frame
from planrunner.engine.verdict.limits import Limit
from planrunner.metrics.hidden import hidden
from planrunner.metrics.selector import Selector, Tag
from planrunner.metrics.series import Counter, samples
from planrunner.metrics.tally import Totals
from planrunner.metrics.threshold.judge import measure

EXPECTED = "expected_response:true"


def metrics(limits: Sequence[Limit], totals: Totals, seconds: float, frame: Frame) -> Iterator[result.Metric]:
    """Yield each metric, then the parts of it that k6 always shows or that a threshold asks about.

    Of a mixed run, `dropped_iterations` has a part for each scenario that dropped arrivals.
    """
    arriving = frame.arriving
    asked = _asked(limits)
    for name in totals.names():
        parts = {Selector(name): ""}
        if name == "http_req_duration":
            parts[Selector(name, (Tag("expected_response", ("true",)),))] = EXPECTED
        parts |= {
            picked: text for picked, text in asked.items() if picked.metric == name and picked not in parts
        }
        if 0 < len(arriving) < len(frame.scenes) and name == "dropped_iterations":
            parts |= {_dropped(scenario): f"scenario:{scenario}" for scenario in _droppers(totals, arriving)}
        for picked, text in parts.items():
            stats = frame.summary.stats if totals.metrics[name].kind == "trend" else ()
            asked_for = _aggregates(limits, picked, stats)
            yield from _metric(picked, text, asked_for, totals, seconds, arriving)


def _asked(limits: Sequence[Limit]) -> dict[Selector, str]:
    """Find the parts that thresholds ask about or refer to, as they are written there."""
    own = {limit.selector: limit.metric.partition("{")[2].strip().removesuffix("}") for limit in limits}
    others = {one.selector: one.selector.inside for limit in limits for one in limit.rule.references}
    return others | own


def _dropped(scenario: str) -> Selector:
    return Selector("dropped_iterations", (Tag("scenario", (scenario,)),))


def _droppers(totals: Totals, arriving: Collection[str]) -> Iterator[str]:
    for (scenario,), sink in totals.group("dropped_iterations", ("scenario",)).items():
        if scenario in arriving and isinstance(sink, Counter) and sink.value:
            yield scenario


def _metric(
    picked: Selector,
    text: str,
    aggregates: Iterable[str],
    totals: Totals,
    seconds: float,
    arriving: Collection[str],
) -> Iterator[result.Metric]:
    sink = totals.select(picked)
    if sink is None:
        return
    kind = totals.metrics[picked.metric]
    values = sink.values(seconds)
    values |= {one: measure(one, sink, seconds) for one in aggregates if one not in values}
    unknown = hidden(totals, picked, arriving).bounds(values)
    few = result.few(values, samples(sink)) if kind.kind == "trend" else ()
    yield result.Metric(picked.metric, kind.kind, kind.contains, text, values, unknown, few)


def _aggregates(limits: Sequence[Limit], picked: Selector, stats: Collection[str]) -> Iterator[str]:
    """Yield what is shown of a part, and what thresholds ask of it."""
    yield from stats
    for limit in limits:
        if limit.selector == picked:
            yield limit.rule.aggregate
        yield from (one.aggregate for one in limit.rule.references if one.selector == picked)
