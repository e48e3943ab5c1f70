"""How the run compares with another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner.reports import wording
from planrunner.reports.terminal.paint import Paint
from planrunner.reports.wording import Compared, clip
from planrunner.result import Comparison, Difference
from planrunner.result.comparison import BETTER, WORSE

HEAD = ("", "base", "head", "change", "likely")


def comparison(found: Comparison | None, paint: Paint) -> Iterator[str]:
    """Write what changed: of all requests, and of each that clearly did; then in a sentence."""
    if found is None:
        return
    yield from (f"  █ COMPARED WITH {clip(found.base.name)}", "")
    groups = wording.compared_requests(found)
    rows = [row for _, each in groups for row in each]
    widths = [max(map(len, column)) for column in zip(HEAD, *map(_cells, rows), strict=True)]
    if rows:
        yield paint("dim", f"      {_aligned(HEAD, widths)}")
    for name, each in groups:
        yield f"    {clip(name) or 'all requests'}"
        for row in each:
            yield f"      {_aligned(_cells(row), widths)}{_verdict(row.verdict, paint)}"
    if rest := wording.unchanged(found):
        yield f"    {paint('dim', rest)}"
    yield from ("", f"    {paint(tone(found.verdict), clip(wording.compared(found), 400))}")
    yield from (f"    {paint('dim', clip(told, 400))}" for told in wording.reservations(found))
    yield ""


def tone(verdict: Difference) -> str:
    """Return the colour of a verdict."""
    if verdict in WORSE:
        return "red"
    return "green" if verdict in BETTER else "dim" if verdict == "no clear change" else "yellow"


def _cells(row: Compared) -> tuple[str, ...]:
    return row.name, row.base, row.head, row.change, row.likely


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([name.strip().ljust(widths[0]), *numbers]).rstrip()


def _verdict(verdict: Difference, paint: Paint) -> str:
    return f"  {paint(tone(verdict), verdict)}" if verdict in (*WORSE, *BETTER) else ""
