"""Tables of limits, plans and problems, whose lines are links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from planrunner.github.job import Wrong
from planrunner.github.writing.links import Links, linked
from planrunner.reports import wording
from planrunner.reports.entries import Entry
from planrunner.reports.index import EMOJI
from planrunner.reports.markdown import MARKS
from planrunner.reports.markup import code, prose, table
from planrunner.reports.wording import clip
from planrunner.result import Threshold

MOST_LIMITS = 50
MOST_PROBLEMS = 30
LONGEST = 300  # characters of what is wrong


def limits(thresholds: Sequence[Threshold], links: Links) -> Iterator[str]:
    """Write limits with what was measured and a link to the line of the plan."""
    if not thresholds:
        return
    rows = (
        (MARKS[one.verdict], _asked(one), _measured(one), plan_line(one.file, one.line, links))
        for one in thresholds[:MOST_LIMITS]
    )
    yield from table(("", "Limit", "Measured", "Plan"), rows)
    yield from more(len(thresholds) - MOST_LIMITS, "limits")


def _asked(limit: Threshold) -> str:
    """Say what a limit asks for in words, and as it stands in the plan."""
    written = code(f"{limit.metric} {limit.expression}")
    meaning = wording.meaning(limit)
    return f"{prose(meaning)}<br>{written}" if meaning else written


def _measured(limit: Threshold) -> str:
    if limit.verdict == "no data":
        return f"no data: {code(limit.reason)}" if limit.reason else "no data"
    told = wording.measured(limit)
    gap = prose(wording.difference(limit))
    bold = f"**{told}**" if limit.verdict == "failed" else told
    return (f"{bold} ({gap})" if gap else bold) + (", stopped the run" if limit.aborted else "")


def plan_line(file: str, line: int, links: Links) -> str:
    """Link a line of a plan; its name is quoted, since anybody may have given it."""
    url = links.line(file, line)
    return linked(f"line {line}" if line else "plan", url) if url else code(wording.place(file, line))


def plans(entries: Iterable[Entry], links: Links) -> Iterator[str]:
    """Write a row for each of several plans."""
    rows = (
        (
            f"{EMOJI[one.state]} {linked(code(clip(one.file, 80)), links.line(one.file, 0))}",
            prose(one.verdict),
            one.requests,
            one.slow,
        )
        for one in entries
    )
    yield from table(("Plan", "Verdict", "Requests", "Slow 5 % (p95)"), rows)


def problems(found: Sequence[Wrong], links: Links) -> Iterator[str]:
    """List what is wrong with plans, each with its line."""
    for one in found[:MOST_PROBLEMS]:
        mark = "⚠️" if one.severity == "warning" else "❌"
        place = f"{_place(one, links)}: " if one.file else ""
        hint = f" ({code(one.hint)})" if one.hint else ""
        yield f"- {mark} {place}{code(one.message, LONGEST)}{hint}"
    if found:
        yield ""
    yield from more(len(found) - MOST_PROBLEMS, "problems")


def _place(one: Wrong, links: Links) -> str:
    return linked(code(wording.place(one.file, one.line)), links.line(one.file, one.line))


def more(count: int, what: str) -> Iterator[str]:
    """Say that there are more than are shown."""
    if count > 0:
        yield from (f"And {count:,} more {what}.", "")
