"""What a rule says of what was measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner import units
from planrunner.metrics.hidden import NOTHING, Hidden
from planrunner.metrics.series import Counter, Rate, Sink, Trend, samples
from planrunner.metrics.threshold.rule import NoDataError, Rule, Source, finite

Verdict: TypeAlias = Literal["passed", "failed", "no data"]

_PERCENTILE = re.compile(r"p\((\d+(?:\.\d+)?)\)")


class Judgement(Struct, frozen=True):
    """What a rule says of a sink."""

    verdict: Verdict
    measured: float | None
    samples: int
    reason: str = ""
    censored: bool = False  # the measured value is only known to be at least so much
    limit: float | None = None  # what the limit came to; None where it could not be computed
    terms: tuple[tuple[Source, float], ...] = ()  # what the limit refers to, and what that came to
    at: float | None = None  # when the judged window ended; None: it is the whole run

    @property
    def excess(self) -> float:
        """How far beyond its limit the measured value lies, whichever side that is."""
        assert self.measured is not None
        assert self.limit is not None
        return self.measured - self.limit


def measure(aggregate: str, sink: Sink, seconds: float) -> float:
    """Return what an aggregate is; `seconds` is how long has been measured."""
    if isinstance(sink, Trend):
        found = _PERCENTILE.fullmatch(aggregate)
        if found:
            return sink.histogram.quantile(float(found[1]) / 100)
        if aggregate == "sum":
            return sink.histogram.sum
    if isinstance(sink, Rate) and aggregate == "count":
        return float(sink.passes + sink.fails)
    return sink.values(seconds)[aggregate]


def judge(
    rule: Rule,
    sink: Sink | None,
    seconds: float,
    min_samples: int = 0,
    hidden: Hidden = NOTHING,
    of: Callable[[Source], float] | None = None,
) -> Judgement:
    """Judge a sink by a rule; without samples, or with fewer than `min_samples`, there is no data.

    A percentile whose place is among what is `hidden` is judged as measured, and the judgement says so. `of`
    says what the sources of the limit come to; NoDataError from it is no data either.
    """
    seen = samples(sink) if sink else 0
    if not sink or not measurable(sink):
        return Judgement("no data", None, 0, "no samples")
    measured = measure(rule.aggregate, sink, seconds)
    if seen < min_samples:
        return Judgement("no data", measured, seen, f"{seen} samples, fewer than min_samples {min_samples}")
    terms: dict[Source, float] = {}

    def told(source: Source) -> float:
        assert of
        return terms.setdefault(source, of(source))

    try:
        limit = finite(rule.limit, told)
    except NoDataError as error:
        return Judgement("no data", measured, seen, str(error))
    verdict: Verdict = "passed" if rule.holds(measured, limit) else "failed"
    bound = hidden.bound(rule.aggregate)
    return Judgement(
        verdict,
        measured,
        seen,
        missing(hidden.share) if bound else "",
        bound,
        limit,
        tuple(terms.items()),
    )


def measurable(sink: Sink) -> bool:
    """Whether a sink has samples; a counter of 0 says: it never happened."""
    return isinstance(sink, Counter) or samples(sink) > 0


def worse(rule: Rule, one: Judgement, other: Judgement) -> bool:
    """Whether the first of two judged windows is the worse one: broken, or nearer to it."""
    if one.verdict != other.verdict:
        return one.verdict == "failed"
    return _badness(rule, one) > _badness(rule, other)


def _badness(rule: Rule, judged: Judgement) -> float:
    """Return how far a value is on the wrong side of its limit; the less, the better."""
    match rule.operator:
        case "<" | "<=":
            return judged.excess
        case ">" | ">=":
            return -judged.excess
        case "!=":
            return -abs(judged.excess)
        case _:
            return abs(judged.excess)


def missing(share: float) -> str:
    """Say why a value is only known to be at least so much."""
    text = units.cut(100 * share, 0 if share >= 0.1 else 1)
    return f"{'less than 0.1' if text == '0' else text} % of the iterations were dropped or interrupted"
