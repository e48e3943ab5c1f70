"""Runs beside each other: a list for terminals, and a page that draws where each plan's numbers are going."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.pages import pages
from planrunner.reports.trends import Point, trend
from planrunner.reports.wording import MARKS, Outcome, clip
from planrunner.result import Result

MOST_PLANS = 50  # on the page
MOST_RUNS = 100  # of each plan on the page, the newest
DASH = "–"  # noqa: RUF001 - a dash: not measured
HEAD = ("when (UTC)", "plan", "verdict", "p95", "failed", "requests/s", "commit")


@dataclass(frozen=True, slots=True)
class Run:
    """What is told of one run beside others."""

    plan: str
    file: str
    when: str
    outcome: Outcome
    verdict: str
    p95: float | None
    failed: float | None
    rate: float | None
    commit: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Write it as a row of a table, without its mark."""
        return (
            self.when,
            self.plan or self.file,
            self.outcome,
            shown(self.p95, units.show_duration),
            shown(self.failed, wording.show_share),
            shown(self.rate, per_second),
            self.commit,
        )


def run(result: Result) -> Run:
    """Gather what is told of a run; what the plan or the target said is harmless and short."""
    ci = result.environment.ci
    return Run(
        clip(result.plan.name, 60),
        clip(result.plan.file, 60),
        clip(result.started[:16].replace("T", " ")),
        wording.outcome(result),
        clip(wording.verdict(result), 240),
        result.value("http_req_duration", "p(95)"),
        result.value("http_req_failed", "rate"),
        result.value("http_reqs", "rate"),
        clip(ci.commit[:12]) if ci else "",
    )


def shown(value: float | None, show: Callable[[float], str]) -> str:
    """Write a number, or that it was not measured."""
    return DASH if value is None else show(value)


def per_second(value: float) -> str:
    """Write a rate with as many digits as matter in a list."""
    return f"{units.cut(value, 2)}/s"


def history_lines(runs: Sequence[Run]) -> list[str]:
    """Write the runs as a table, in their order."""
    rows = [HEAD, *(one.cells for one in runs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    marks = [" ", *(MARKS[one.outcome] for one in runs)]
    return [
        f"  {mark} {'  '.join(f'{cell:<{width}}' for cell, width in zip(row, widths, strict=True))}".rstrip()
        for mark, row in zip(marks, rows, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Course:
    """The runs of one plan."""

    name: str
    file: str
    runs: tuple[Run, ...]


def courses(runs: Iterable[Run]) -> list[Course]:
    """Put together the runs of each plan; a plan is its name and its file."""
    found: dict[tuple[str, str], list[Run]] = {}
    for one in runs:
        found.setdefault((one.plan, one.file), []).append(one)
    return [Course(name, file, tuple(its[-MOST_RUNS:])) for (name, file), its in found.items()]


TRENDS: tuple[tuple[str, Callable[[Run], float | None], Callable[[float], str]], ...] = (
    ("Slow 5 % (p95)", lambda one: one.p95, units.show_duration),
    ("Failed requests", lambda one: one.failed, wording.show_share),
    ("Requests per second", lambda one: one.rate, per_second),
)
"""What is drawn of each plan: the title, which number, and how it is written."""


def history_html(runs: Sequence[Run]) -> str:
    """Render the page: no script, no request; foreign text is escaped."""
    found = courses(runs)
    return (
        _environment()
        .get_template("history.html")
        .render(courses=found[:MOST_PLANS], more=max(len(found) - MOST_PLANS, 0), head=HEAD, count=len(runs))
    )


def _trends(course: Course) -> list[tuple[str, Markup]]:
    return [
        (
            title,
            Markup(  # noqa: S704 - what is text in it is escaped
                trend(title, [Point(number(one), one.when, one.outcome) for one in course.runs], show)
            ),
        )
        for title, number, show in TRENDS
    ]


@cache
def _environment() -> Environment:
    return pages({"trends": _trends, "mark": MARKS.__getitem__, "zip": zip})
