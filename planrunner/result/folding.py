"""Series that are kept as their sum: their numbers stay exact, only which is whose is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from planrunner.metrics.series import Sink
from planrunner.result.omitted import noted
from planrunner.result.result import Result
from planrunner.result.series import Distribution, Part, Series, Share, Total, grouped, read, written


def fold(result: Result, which: Callable[[str, Part], bool], kept: int, by: Sequence[str] = ()) -> Result:
    """Keep of some metrics only the series with the most samples, and of the others sums.

    A sum is of series that have the same values of the tags in `by`.
    """
    series, sums, left_out = list(result.series), list[Series](), result.left_out
    for metric, places in sorted(_found(series, which).items()):
        count = 0
        for rare in _rare(metric, places, series, kept, by):
            sums.append(_sum(metric, [series[at] for at in rare]))
            count += sum(series[at].folded == 1 for at in rare)
            for at in rare:
                series[at] = _without(metric, series[at])
        left_out = noted(left_out, f"series of {metric}", count, "kept as their sum")
    rest = (one for one in series if one.parts())
    return replace(result, series=(*rest, *sums), left_out=left_out)


def _found(series: Sequence[Series], which: Callable[[str, Part], bool]) -> dict[str, list[int]]:
    """Find the series of each metric, by their places."""
    found: dict[str, list[int]] = {}
    for at, one in enumerate(series):
        for metric, part in one.parts().items():
            if which(metric, part):
                found.setdefault(metric, []).append(at)
    return found


def _rare(
    metric: str, places: Sequence[int], series: Sequence[Series], kept: int, by: Sequence[str]
) -> Iterator[Sequence[int]]:
    """Yield those that become one; what is a sum already takes in more."""
    ranked = sorted(places, key=lambda at: (series[at].folded > 1, -_weight(series[at].parts()[metric])))
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for at in ranked[kept:]:
        one = series[at]
        values = tuple(None if name in one.lost else one.tags.get(name, "") for name in by)
        groups.setdefault(values, []).append(at)
    return (group for group in groups.values() if len(group) > 1)


def _sum(metric: str, parts: Sequence[Series]) -> Series:
    names = {name for one in parts for name in (*one.tags, *one.lost)}
    shared = {
        name: value for name, value in parts[0].tags.items() if all(o.tags.get(name) == value for o in parts)
    }
    total = written(added([read(one.parts()[metric]) for one in parts]))
    assert total is not None  # what has no values is no series
    made = grouped(shared, {metric: total})
    return replace(made, folded=sum(one.folded for one in parts), lost=tuple(sorted(names - shared.keys())))


def _without(metric: str, one: Series) -> Series:
    parts = {name: part for name, part in one.parts().items() if name != metric}
    return replace(grouped(one.tags, parts), folded=one.folded, lost=one.lost)


def added(sinks: Sequence[Sink]) -> Sink:
    """Add series of one metric up in the first of them."""
    total, *others = sinks
    for other in others:
        total.merge(other)  # type: ignore[arg-type]  # a metric has one kind of sink
    return total


def _weight(part: Part) -> int:
    match part:
        case Distribution():
            return part.count
        case Total():
            return part.samples
        case Share():
            return part.passes + part.fails
    return 1
