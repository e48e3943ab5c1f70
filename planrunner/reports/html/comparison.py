"""How the run compares with another one: words, and a drawing of how sure each change is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.html.charts.ranges import reach, strip, whole
from planrunner.reports.wording import Compared
from planrunner.result import Change, Comparison, Result
from planrunner.result.comparison import BETTER, WORSE, Measure

STRIPPED: tuple[Measure, ...] = ("p(50)", "p(95)")
"""Of which each run or window is drawn."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, its drawing, and how its verdict is painted."""

    told: Compared
    tone: str
    drawn: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one request; of all of them together it has no name."""

    name: str
    method: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """What the page says of a comparison."""

    told: str
    tone: str
    reservations: tuple[str, ...]
    clear: tuple[Group, ...]  # all requests together, and those that clearly changed
    others: tuple[Group, ...]
    strips: tuple[tuple[str, Markup], ...]  # what each run or window measured
    each: str  # run or window
    base: str
    head: str


def comparison(result: Result, most: int) -> Compare | None:
    """Say how the run compares, with at most so many requests; None of a run that was not compared."""
    found = result.comparison
    if found is None:
        return None
    groups = _groups(found, most)
    return Compare(
        wording.compared(found),
        tone(found.verdict),
        wording.reservations(found),
        tuple(group for group in groups if not group.name or _clear(group)),
        tuple(group for group in groups if group.name and not _clear(group)),
        tuple(_strips(found)),
        "window" if found.how == "side by side" else "run",
        wording.sided(found.base, found.how),
        wording.sided(found.head, found.how),
    )


def deltas(result: Result) -> dict[str, tuple[str, str]]:
    """Return how the numbers at the top changed, by measure, and how that is painted."""
    found = result.comparison
    if found is None or found.verdict == "not comparable":
        return {}
    return {
        change.measure: (wording.change_of(change), tone(change.verdict))
        for change in found.overall
        if change.change is not None
    }


def tone(verdict: str) -> str:
    """Return how a verdict is painted."""
    if verdict in WORSE:
        return "failed"
    return "passed" if verdict in BETTER else "no-data" if verdict != "no clear change" else "dim"


def _groups(found: Comparison, most: int) -> list[Group]:
    far = whole([end for change in found.changes for end in (change.low, change.high) if end is not None])
    rows: dict[tuple[str, str], list[Row]] = {}
    for change, told in zip(found.changes, wording.compared_rows(found), strict=True):
        place = change.request, change.method
        rows.setdefault(place, []).append(Row(told, tone(change.verdict), _drawn(change, far)))
    return [Group(*place, tuple(each)) for place, each in list(rows.items())[: most + 1]]


def _drawn(change: Change, far: float) -> Markup:
    if change.change is None or change.low is None or change.high is None:
        return Markup()
    return Markup(reach(change.low, change.change, change.high, far, tone(change.verdict)))  # noqa: S704 - numbers only


def _clear(group: Group) -> bool:
    return any(row.told.verdict in (*WORSE, *BETTER) for row in group.rows)


def _stripped(change: Change) -> str:
    """Say what a strip shows, whose axis has no numbers."""
    values = (*change.bases, *change.heads)
    ends = " to ".join(units.show_duration(end) for end in (min(values), max(values))) if values else ""
    return f"{wording.MEASURE_NAMES[change.measure]}, {ends}"


def _strips(found: Comparison) -> Sequence[tuple[str, Markup]]:
    drawn = [
        (_stripped(change), strip(change.bases, change.heads))
        for change in found.overall
        if change.measure in STRIPPED
    ]
    return [(name, Markup(svg)) for name, svg in drawn if svg]  # noqa: S704 - numbers only
