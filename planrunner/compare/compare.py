"""Results of two sides in, a comparison out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from planrunner.compare.alike import Aspect, differences
from planrunner.compare.judge import Sides, changes, verdict
from planrunner.compare.observe import observe
from planrunner.result import Result
from planrunner.result.comparison import BETTER, EFFECT, WORSE, Change, Comparison, Effect, Side

ENOUGH = 5
"""Runs of each side that carry a verdict."""

HISTORY = 8
"""Runs of the base that carry a verdict on a single new one."""

PAIRS = 6
"""Pairs of windows that carry one."""

MOST_REQUESTS = 200
"""Requests whose changes are kept."""

FEW = (
    f"so few runs scatter by chance: {ENOUGH} of each side carry a verdict, or {HISTORY} of the base for one "
    "of the head, or --versus, which measures both side by side"
)


def compare(
    base: Sequence[Result],
    head: Sequence[Result],
    names: tuple[str, str],
    effect: Effect = EFFECT,
    despite: Collection[Aspect] = (),
) -> Comparison:
    """Hold runs against earlier ones of the same plan; both sides have at least one."""
    reasons = [*_reasons(base, head, despite)]
    few = not carried(len(base), len(head))
    arriving = all(scene.arrives for result in (*base, *head) for scene in result.scenarios)
    sides = Sides(
        [*map(observe, base)], [*map(observe, head)], side_by_side=False, arriving=arriving, effect=effect
    )
    found, more = shortened(changes(sides))
    if reasons:
        found = tuple(replace(change, verdict="not comparable") for change in found)
    return Comparison(
        how="apart",
        base=side(base, names[0]),
        head=side(head, names[1]),
        verdict="not comparable" if reasons else verdict(found, sides),
        sound=not reasons and not few,
        reasons=tuple(reasons or ([FEW] if few else [])),
        changes=found,
        effect=effect,
        more=more,
    )


def shortened(found: Sequence[Change]) -> tuple[tuple[Change, ...], int]:
    """Keep the changes of so many requests as a result has room for, and say how many there are no more.

    All requests together stay, and those that clearly changed go before the others.
    """
    groups = [[*rows] for _, rows in groupby(found, key=lambda change: (change.request, change.method))]
    first = sorted(groups, key=lambda rows: (bool(rows[0].request), not _clear(rows)))
    kept = first[: MOST_REQUESTS + 1]
    return tuple(change for rows in kept for change in rows), len(first) - len(kept)


def _clear(rows: Sequence[Change]) -> bool:
    return any(change.verdict in (*WORSE, *BETTER) for change in rows)


def carried(base: int, head: int) -> bool:
    """Whether so many runs of each side carry a verdict."""
    return min(base, head) >= ENOUGH or base >= HISTORY


def side(results: Sequence[Result], name: str) -> Side:
    """Describe one side."""
    first = results[0]
    commit = first.environment.ci.commit if first.environment.ci else ""
    return Side(name, first.target, first.started, first.planrunner, len(results), commit)


def _reasons(base: Sequence[Result], head: Sequence[Result], despite: Collection[Aspect]) -> Iterator[str]:
    """Say what keeps the sides from being compared, each thing once."""
    said = dict.fromkeys(told for one in (*base[1:], *head) for told in differences(base[0], one, despite))
    yield from said
