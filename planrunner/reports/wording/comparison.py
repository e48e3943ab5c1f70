"""How a run compares with another one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from planrunner import units
from planrunner.reports.wording.numbers import clip, show_share
from planrunner.result import Change, Comparison, Difference, Measure, Side
from planrunner.result.comparison import BETTER, WORSE

MEASURE_NAMES: Mapping[Measure, str] = {
    "p(50)": "typical (median)",
    "p(95)": "slow 5 % (p95)",
    "p(99)": "slow 1 % (p99)",
    "failed": "failed",
    "rate": "per second",
}
TAKES: Mapping[Measure, str] = {
    "p(50)": "the typical time of",
    "p(95)": "the slowest 5 % of",
    "p(99)": "the slowest 1 % of",
    "failed": "failures of",
    "rate": "the rate of",
}
MINUS = "\N{MINUS SIGN}"
LARGE = 10  # times as much: from there on a factor says more than a percentage
SHORT = 12  # letters of a commit
DECIDING: tuple[Measure, ...] = ("p(95)", "p(50)", "failed", "rate")
"""What is told first, where several numbers changed."""

CONFIDENCE = "likely: in 95 of 100 comparisons the true change lies there"


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of the table of changes."""

    request: str  # empty: all requests together
    name: str
    base: str
    head: str
    change: str
    likely: str
    verdict: Difference


def compared(found: Comparison) -> str:
    """Say in a sentence how the head compares with the base."""
    against = f"compared with {found.base.name}"
    if found.verdict == "not comparable":
        return f"{against}: not comparable: {'; '.join(found.reasons)}"
    told = _most(found)
    if found.verdict == "not enough data":
        return f"{against}: not enough data{_so(told)}"
    if found.verdict == "no clear change" and told and likely(told):
        who = told.request or "all requests"
        return f"{against}: no clear change: {TAKES[told.measure]} {who} could be {likely(told)}"
    return f"{against}: {found.verdict}{_so(told)}{'' if found.sound else ', for information only'}"


def reservations(found: Comparison) -> tuple[str, ...]:
    """Say why a comparison does not carry a verdict, where it could be made."""
    return () if found.verdict == "not comparable" or found.sound else found.reasons


def compared_rows(found: Comparison) -> list[Compared]:
    """Write all changes as rows, in the order of the result."""
    return [_row(change) for change in found.changes]


def compared_requests(found: Comparison) -> list[tuple[str, list[Compared]]]:
    """Write the changes of each request that has a clear one; all requests together come first."""
    groups = groupby(found.changes, key=lambda change: (change.request, change.method))
    kept = ((name, [*rows]) for (name, _), rows in groups)
    return [
        (name, [_row(change) for change in rows])
        for name, rows in kept
        if not name or any(change.verdict in (*WORSE, *BETTER) for change in rows)
    ]


def unchanged(found: Comparison) -> str:
    """Say how many requests have no clear change; empty when there are none."""
    total = len({(change.request, change.method) for change in found.changes if change.request})
    count = total - sum(bool(name) for name, _ in compared_requests(found)) + found.more
    if not count:
        return ""
    what = "not comparable" if found.verdict == "not comparable" else "without a clear change"
    return f"{count} request{'' if count == 1 else 's'} {what}"


def change_of(change: Change) -> str:
    """Write a change: `+19 %`, `+0.4 points`, `12 times as much`; empty when there is none to tell."""
    return "" if change.change is None else _amount(change.measure, change.change)


def likely(change: Change) -> str:
    """Write the range in which a change lies: `+11 … +27 %`; empty when it is not known."""
    if change.low is None or change.high is None:
        return ""
    unit = " points" if change.measure == "failed" else " %"
    ends = [_number(change.measure, end) for end in (change.low, change.high)]
    return f"{ends[0]} … {ends[1]}{unit}"


def sided(side: Side, how: str) -> str:
    """Say what one side was."""
    what = "window" if how == "side by side" else "run"
    count = f"{side.runs} {what}{'' if side.runs == 1 else 's'}"
    commit = [f"commit {side.commit[:SHORT]}"] if side.commit else []
    when = [] if how == "side by side" else [f"from {_moment(side.started)}"]
    told = [f"{side.name} ({side.target})" if side.target else side.name, count, *when, *commit]
    return ", ".join(clip(one) for one in (*told, f"planrunner {side.planrunner}"))


def _moment(started: str) -> str:
    return started.replace("T", " ").replace("+00:00", " UTC")


def _row(change: Change) -> Compared:
    return Compared(
        change.request,
        MEASURE_NAMES[change.measure],
        _value(change.measure, change.base),
        _value(change.measure, change.head),
        change_of(change),
        likely(change),
        change.verdict,
    )


def _value(measure: Measure, value: float | None) -> str:
    if value is None:
        return "not measured"
    if measure == "failed":
        return show_share(value)
    if measure == "rate":
        return f"{value:,.0f}/s" if value >= LARGE**2 else f"{value:.3g}/s"
    return units.show_duration(value)


def _amount(measure: Measure, change: float) -> str:
    if measure == "failed":
        return f"{_number(measure, change)} points"
    return f"{change + 1:.0f} times as much" if change >= LARGE else f"{_number(measure, change)} %"


def _number(measure: Measure, change: float) -> str:
    """Write percent or points with their sign, and a decimal where the number is small."""
    percent = change * 100
    digits = 1 if (abs(percent) < LARGE and measure == "failed") or abs(percent) < 1 else 0
    text = f"{abs(percent):.{digits}f}"
    sign = "" if not float(text) else "+" if percent > 0 else MINUS
    return f"{sign}{text}"


def _most(found: Comparison) -> Change | None:
    """Find the change that says most: of what the verdict says, all requests together go before one."""
    order = {measure: rank for rank, measure in enumerate(DECIDING)}
    told = [change for change in found.changes if change.measure in order]
    alike = [change for change in told if change.verdict == found.verdict]
    if found.verdict in (*WORSE, *BETTER):
        return min(alike, key=lambda c: (bool(c.request), order[c.measure]), default=None)
    return next((change for change in told if change.measure == "p(95)" and not change.request), None)


def _so(change: Change | None) -> str:
    """Say what changed by how much, and how sure that is."""
    if change is None or not change_of(change):
        return ""
    who = change.request or "all requests"
    where = f" (likely {likely(change)})" if likely(change) else ""
    return f": {TAKES[change.measure]} {who} {change_of(change)}{where}"
