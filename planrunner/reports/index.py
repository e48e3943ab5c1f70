"""The index of several plans: a table for job summaries and one for browsers, with links to the reports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment

from planrunner import units
from planrunner.reports.entries import SIGNS, Entry, heading, worst
from planrunner.reports.markdown import MARKS
from planrunner.reports.markup import code
from planrunner.reports.pages import pages
from planrunner.reports.wording import clip

EMOJI = {**MARKS, "not run": "⏭️"}


def index_md(entries: Sequence[Entry]) -> str:
    """Write the index for a job summary; the links lead to the reports of each plan."""
    cells = (
        (f"{EMOJI[entry.state]} {_linked(entry)}", _cell(entry.verdict), entry.requests, entry.slow)
        for entry in entries
    )
    head = (
        f"### {EMOJI[worst(entries)]} {heading(entries)}",
        "",
        "| Plan | Verdict | Requests | Slow 5 % (p95) |",
        "|---|---|---|---|",
    )
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in cells), ""])


def _linked(entry: Entry) -> str:
    name = _cell(entry.name) or code(entry.slug)
    return f"[{name}]({entry.slug}/report.md)" if entry.result else name


def _cell(text: str) -> str:
    return code(text).replace("|", "\\|")


def index_html(entries: Sequence[Entry]) -> str:
    """Render the index as one page without scripts; foreign text is escaped."""
    page = _environment().get_template("index.html")
    return page.render(
        entries=entries, heading=heading(entries), state=worst(entries), started=_started(entries)
    )


def _started(entries: Sequence[Entry]) -> str:
    return next((entry.result.started for entry in entries if entry.result), "")


@cache
def _environment() -> Environment:
    return pages({"clip": clip, "sign": SIGNS.__getitem__, "duration": units.show_duration})
