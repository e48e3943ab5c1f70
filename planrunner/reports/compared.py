"""A comparison for job summaries and pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from planrunner.reports import wording
from planrunner.reports.markup import code, prose, table
from planrunner.reports.wording import Compared
from planrunner.result import Comparison, Difference
from planrunner.result.comparison import BETTER, WORSE

MOST_REQUESTS = 10


def comparison_markdown(found: Comparison) -> str:
    """Write a comparison alone."""
    return "\n".join(comparison(found))


def comparison(found: Comparison | None) -> Iterator[str]:
    """Write what changed in a sentence and a table of all requests; those that clearly changed are named."""
    if found is None:
        return
    yield from (f"#### {mark(found.verdict)} {prose(_sentence(wording.compared(found)))}", "")
    for told in wording.reservations(found):
        yield from (f"{prose(_sentence(told))}.", "")
    groups = wording.compared_requests(found)
    if groups and not groups[0][0]:
        yield from _rows(groups[0][1])
    clear = [group for group in groups if group[0]]
    for name, rows in clear[:MOST_REQUESTS]:
        changed = [row for row in rows if row.verdict in (*WORSE, *BETTER)]
        told = "; ".join(f"{row.name} {row.base} → {row.head} ({row.change})" for row in changed)
        yield f"- {mark(changed[0].verdict)} {code(name)}: {told}"
    if len(clear) > MOST_REQUESTS:
        yield f"- and {len(clear) - MOST_REQUESTS} more requests"
    yield from [""] * bool(clear)
    if rest := wording.unchanged(found):
        yield from (f"{rest}.", "")


def mark(verdict: Difference) -> str:
    """Return the sign of a verdict."""
    if verdict in WORSE:
        return "❌"
    return "✅" if verdict in BETTER else "\N{HEAVY MINUS SIGN}" if verdict == "no clear change" else "❔"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rows(rows: list[Compared]) -> Iterator[str]:
    """Write a table, no wider than a phone: what was and what is stand in one cell."""
    cells = [(row.name, f"{row.base} → {row.head}", row.change, row.likely) for row in rows]
    yield from table(("All requests", "Base → head", "Change", "Likely"), cells)
