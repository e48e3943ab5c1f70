"""What a search for the capacity found, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from planrunner import units
from planrunner.reports.wording.limits import measured
from planrunner.reports.wording.numbers import clip, show_share
from planrunner.result import Capacity, CapacityLevel


def amount(find: Literal["rate", "vus"], level: float) -> str:
    """Write a level: `850/s`, `40 VUs`."""
    if find == "rate":
        return units.show_rate(level)
    return "1 VU" if level == 1 else f"{units.show_number(level)} VUs"


def capacity(found: Capacity) -> str:
    """Say in one sentence where the capacity lies, and why it is not known better."""
    return "; ".join(_parts(found))


def _parts(found: Capacity) -> Iterator[str]:
    if found.good:
        top = ", the highest level it was to try" if found.ended == "top" else ""
        yield f"holds {_with_time(found, found.good)}{top}"
    if found.bad:
        already = "" if found.good else " already"
        yield f"breaks at {amount(found.find, found.bad.level)}{already}: {why(found.bad)}"
    last = found.levels[-1] if found.levels else None
    match found.ended:
        case "generator" | "no data" if last:
            unmade = ", where the load could not be made" if found.ended == "generator" else ""
            yield f"no verdict at {amount(found.find, last.level)}{unmade}: {clip(last.reason, 200)}"
        case "interrupted":
            yield f"the search is not complete{f': {clip(found.reason)}' if found.reason else ''}"


def _with_time(found: Capacity, level: CapacityLevel) -> str:
    told = amount(found.find, level.level)
    return f"{told} (p(95) {units.show_duration(level.p95)})" if level.p95 is not None else told


def why(level: CapacityLevel) -> str:
    """Say what a level broke, or why nobody can tell."""
    if not level.broken:
        return clip(level.reason, 200)
    first = level.broken[0]
    more = f" and {len(level.broken) - 1} more" if len(level.broken) > 1 else ""
    return f"{clip(first.metric)} {clip(first.expression)} measured {measured(first)}{more}"


HOW = {"good": "held", "bad": "broke", "inconclusive": "not judged"}
"""How a level went."""


def level_line(find: Literal["rate", "vus"], level: CapacityLevel) -> str:
    """Say how one level went: `level 850/s held: p(95) 212ms, 0.00% failed`."""
    told = f"level {amount(find, level.level)} {HOW[level.verdict]}: "
    if level.verdict != "good":
        return told + why(level)
    p95 = units.show_duration(level.p95) if level.p95 is not None else "-"
    return f"{told}p(95) {p95}, {show_share(level.failed)} failed"


VERDICTS: Mapping[str, str] = {"good": "passed", "bad": "failed", "inconclusive": "no data"}
"""The verdict on a threshold whose mark a level has."""

HEAD = ("level", "iterations", "p(50)", "p(95)", "p(99)", "failed", "verdict")
"""What a table of levels says of each."""


def level_rows(found: Capacity) -> list[tuple[CapacityLevel, tuple[str, ...]]]:
    """Return the levels in their order, each with its cells; the last one may be long."""
    return [(one, _cells(found.find, one)) for one in sorted(found.levels, key=lambda one: one.level)]


def _cells(find: Literal["rate", "vus"], level: CapacityLevel) -> tuple[str, ...]:
    times = (level.p50, level.p95, level.p99)
    said = HOW[level.verdict]
    return (
        amount(find, level.level),
        f"{units.cut(level.rate, 1)}/s",
        *("-" if seconds is None else units.show_duration(seconds) for seconds in times),
        show_share(level.failed),
        said if level.verdict == "good" else f"{said}: {why(level)}",
    )


def judged_at(found: Capacity) -> str:
    """Say which level the thresholds of the run are about; empty when none was tried."""
    if not found.levels:
        return ""
    level = found.low if found.last_good is None else found.last_good
    return f"The thresholds are judged at {amount(found.find, level)}; the totals are those of all levels."
