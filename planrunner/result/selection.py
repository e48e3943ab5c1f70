"""What a selector picks of a result: as exact as during the run, whatever is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planrunner.metrics.selector import Selector, selector
from planrunner.metrics.series import Key, Sink
from planrunner.metrics.threshold.judge import measurable, measure
from planrunner.result.result import Result
from planrunner.result.series import Part, Series, read


class UnknownError(ValueError):
    """The result cannot tell: what is asked about was left out of it, or is damaged."""


def select(result: Result, picked: str | Selector) -> Sink | None:
    """Add up the series that a selector picks; None when there are none.

    Raises ValueError when the selector cannot be read, and UnknownError.
    """
    wanted = selector(picked) if isinstance(picked, str) else picked
    total: Sink | None = None
    for one, part in _parts(result, wanted.metric):
        if _picks(wanted, one):
            sink = _read(wanted.metric, part)
            if total is None:
                total = sink
            else:
                total.merge(sink)  # type: ignore[arg-type]  # a metric has one kind of sink
    return total


def values(result: Result, picked: str | Selector) -> dict[str, float]:
    """Return the numbers of what a selector picks, as `Metric.values` has them; none without samples."""
    total = select(result, picked)
    return total.values(result.span) if total else {}


def stat(result: Result, picked: str, aggregate: str) -> float | None:
    """Return one number of what a selector picks, for example `p(99.9)`; None where it was not measured.

    Raises ValueError for a selector that cannot be read, and for an aggregate that no metric of its type has.
    """
    wanted = selector(picked)
    if not PERCENTILE.fullmatch(aggregate) and aggregate not in AGGREGATES:
        raise ValueError(f"unknown aggregate {aggregate!r}: write one of {', '.join(AGGREGATES)} or p(95)")
    if not result.series:  # made by hand, or by something else: what it has
        return result.value(wanted.metric, aggregate, wanted.inside)
    try:
        total = select(result, wanted)
        return measure(aggregate, total, result.span) if total and measurable(total) else None
    except UnknownError:
        return None
    except KeyError:
        raise ValueError(f"{picked} has no {aggregate}") from None


AGGREGATES = ("avg", "min", "med", "max", "count", "sum", "rate", "value", "passes", "fails")
PERCENTILE = re.compile(r"p\((100(?:\.0*)?|\d{1,2}(?:\.\d+)?)\)")


def by_tags(result: Result, metric: str, names: tuple[str, ...]) -> dict[tuple[str, ...], Sink]:
    """Add up the series of a metric by the values of some tags.

    Series of which one of the tags is not known, or which are damaged, are left out.
    """
    found: dict[tuple[str, ...], Sink] = {}
    for one, part in _parts(result, metric):
        if set(names) & set(one.lost):
            continue
        try:
            sink = _read(metric, part)
        except UnknownError:
            continue
        values = tuple(one.tags.get(name, "") for name in names)
        if values in found:
            found[values].merge(sink)  # type: ignore[arg-type]  # a metric has one kind of sink
        else:
            found[values] = sink
    return found


def _parts(result: Result, metric: str) -> Iterator[tuple[Series, Part]]:
    for one in result.series:
        part = one.parts().get(metric)
        if part is not None:
            yield one, part


def _picks(wanted: Selector, one: Series) -> bool:
    """Whether a series is picked; of a sum, some tags are not known."""
    known = tuple(tag for tag in wanted.tags if tag.name not in one.lost)
    if not Selector(wanted.metric, known).picks(Key(wanted.metric, tuple(one.tags.items()))):
        return False
    for tag in wanted.tags:
        if tag.name in one.lost:
            raise UnknownError(
                f"{one.folded} series of {wanted.metric} are kept as their sum, so that the file is not too "
                f"large: which of them have this {tag.name} is not known"
            )
    return True


def _read(metric: str, part: Part) -> Sink:
    try:
        return read(part)
    except ValueError as error:
        raise UnknownError(f"a distribution of {metric} {error}: the file is damaged") from None
