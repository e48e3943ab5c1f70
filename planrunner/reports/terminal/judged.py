"""What was judged: the levels of a search, and thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from planrunner.reports import wording
from planrunner.reports.terminal.paint import TONES, Paint
from planrunner.reports.wording import MARKS, clip
from planrunner.result import Capacity, Result, Threshold


def capacity(found: Capacity | None, paint: Paint) -> Iterator[str]:
    """Write a line for each level that a search tried."""
    if found is None or not found.levels:
        return
    yield from ("  █ CAPACITY", "")
    rows = wording.level_rows(found)
    widths = [
        max(map(len, column)) for column in zip(wording.HEAD, *(cells for _, cells in rows), strict=True)
    ]
    yield paint("dim", f"      {_aligned(wording.HEAD, widths)}")
    for level, cells in rows:
        verdict = wording.VERDICTS[level.verdict]
        yield f"    {paint(TONES[verdict], MARKS[verdict])} {_aligned(cells, widths)}"
    yield from ("", f"    {wording.judged_at(found)}", "")


def _aligned(cells: Iterable[str], widths: Iterable[int]) -> str:
    """Write the cells of a row, the numbers to the right, what is said to the left."""
    *numbers, said = cells
    return "  ".join([*(f"{cell:>{width}}" for cell, width in zip(numbers, widths, strict=False)), said])


def thresholds(result: Result, paint: Paint) -> Iterator[str]:
    """Write each threshold, then what is wrong with the plan line it stands on."""
    if not (result.thresholds or result.skipped):
        return
    yield from ("  █ THRESHOLDS", "")
    for metric, limits in groupby(result.thresholds, key=lambda t: t.metric):
        yield f"    {clip(metric)}"
        for limit in limits:
            yield f"    {_limit(limit, paint)}"
        yield ""
    complaints = [_complaint(t, paint) for t in result.thresholds if t.verdict != "passed"]
    yield from complaints
    for one in result.skipped:
        name = f"{clip(one.metric)} {clip(one.expression)}"
        where = paint("dim", wording.place(one.file, one.line))
        yield f"    {where}  {name}: skipped, {clip(one.reason)}"
    if complaints or result.skipped:
        yield ""


def _limit(limit: Threshold, paint: Paint) -> str:
    mark = paint(TONES[limit.verdict], MARKS[limit.verdict])
    told = wording.measured(limit)
    if limit.verdict == "no data":
        return f"{mark} '{clip(limit.expression)}' {told}"
    notes = [clip(limit.reason)] * limit.censored + wording.notes(limit)
    why = f" ({'; '.join(notes)})" if notes else ""
    return f"{mark} '{clip(limit.expression)}' {wording.equation(clip(limit.aggregate), told)}{why}"


def _complaint(limit: Threshold, paint: Paint) -> str:
    where = paint("dim", wording.place(limit.file, limit.line))
    name = f"{clip(limit.metric)} {clip(limit.expression)}"
    told = wording.measured(limit)
    if limit.verdict == "no data":
        return f"    {where}  {name}: {paint('yellow', told)}"
    stopped = ", stopped the run" if limit.aborted else ""
    return f"    {where}  {name}: measured {paint('red', told)}, {wording.difference(limit)}{stopped}"
