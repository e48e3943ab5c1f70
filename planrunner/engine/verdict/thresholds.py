"""From judged thresholds to what a result says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planrunner import result
from planrunner.engine.verdict.limits import Limit
from planrunner.metrics.series import Metric
from planrunner.metrics.threshold.judge import Judgement
from planrunner.metrics.threshold.rule import Number, Reference, Rule, unit_of, written


def told(
    verdicts: Sequence[tuple[Limit, Judgement]],
    metrics: Mapping[str, Metric],
    aborted: tuple[Limit, Judgement] | None = None,
) -> Iterator[result.Threshold]:
    """Yield each threshold with its verdict; `aborted` is the one that stopped the run, and what it said."""
    broken, said = aborted or (None, None)
    for limit, last in verdicts:
        # What stopped the run stays broken, whatever came in while it ended.
        judgement = said if said and limit is broken else last
        rule = limit.rule
        yield result.Threshold(
            metric=limit.metric,
            expression=limit.text,
            aggregate=rule.aggregate,
            operator=rule.operator,
            limit=rule.limit.value if isinstance(rule.limit, Number) else judgement.limit,
            measured=judgement.measured,
            contains=rule.unit,
            samples=judgement.samples,
            verdict=judgement.verdict,
            reason=judgement.reason,
            censored=judgement.censored,
            aborted=limit is broken,
            file=limit.place.file,
            line=limit.place.line,
            column=limit.place.column,
            few=bool(result.few((rule.aggregate,), judgement.samples)),
            over=rule.over,
            at=judgement.at,
            limit_text="" if isinstance(rule.limit, Number) else written(rule.limit),
            terms=tuple(_terms(rule, judgement, metrics)),
        )


def _terms(rule: Rule, judgement: Judgement, metrics: Mapping[str, Metric]) -> Iterator[result.Term]:
    """Yield what a limit refers to, each in its unit."""
    for source, value in judgement.terms:
        unit = rule.unit
        if isinstance(source, Reference):
            unit = unit_of(source.aggregate, metrics[source.selector.metric])
        yield result.Term(str(source), value, unit)
