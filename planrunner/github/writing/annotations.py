"""Annotations: what GitHub shows at lines of a plan, in the job and in the pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from planrunner.github.commands import command
from planrunner.github.job import Job
from planrunner.github.writing.links import in_repository
from planrunner.reports import wording
from planrunner.reports.entries import Entry
from planrunner.reports.wording import clip
from planrunner.result import Check, Result, Threshold

MOST = 10  # of a step and of each kind, that GitHub shows
LONGEST = 300  # characters


class Annotation(Struct, frozen=True):
    """A message at a line, which it is about."""

    kind: str  # error, warning or notice
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    width: int = 0


def annotated(job: Job, entries: Sequence[Entry], wanted: str) -> list[str]:
    """Write them as commands, what is worst first; where there are too many, the last says how many more."""
    found = [] if wanted == "none" else [*_all(job, entries)]
    if wanted == "failures":
        found = [one for one in found if one.kind == "error"]
    found.sort(key=lambda one: ("error", "warning", "notice").index(one.kind))
    shown, rest = (found, 0) if len(found) <= MOST else (found[: MOST - 1], len(found) - MOST + 1)
    lines = [_command(one, job.folder) for one in shown]
    if rest:
        lines.append(command(found[MOST - 1].kind, f"and {rest} more: see the summary", title="planrunner"))
    return lines


def _command(one: Annotation, folder: str) -> str:
    file = in_repository(folder, one.file) if one.file else ""
    end = one.column + one.width if one.width and one.column else 0
    where = {"file": file, "line": one.line, "col": one.column, "endColumn": end} if file else {}
    message = clip(one.message, LONGEST)
    if one.file and not file:  # GitHub cannot show it there
        message = f"{wording.place(one.file, one.line)}: {message}"
    return command(one.kind, message, **where, title=one.title)


def _all(job: Job, entries: Sequence[Entry]) -> Iterator[Annotation]:
    if job.outcome == "error" and not any(entry.result for entry in entries):
        told = f"planrunner ended with exit code {job.exit_code}; the log says why"
        yield Annotation("error", "load test", told)
    for one in job.problems:
        message = f"{one.message} ({one.hint})" if one.hint else one.message
        title = "load test: a mistake in the plan" if one.file else "load test"
        yield Annotation(one.severity, title, message, one.file, one.line, one.column, one.width)
    for entry in entries:
        if entry.result:
            yield from _of(entry.result, entry)


def _of(result: Result, entry: Entry) -> Iterator[Annotation]:
    broken = [limit for limit in wording.ranked(result.thresholds) if limit.verdict != "passed"]
    yield from map(_limit, broken)
    if result.exit_code and not broken:
        yield Annotation("error", "load test failed", entry.verdict, entry.file)
    yield from (_check(check) for check in result.checks if check.fails)
    for one in result.skipped:
        yield Annotation("notice", "a limit was skipped", one.reason, one.file, one.line)


def _limit(limit: Threshold) -> Annotation:
    """Say what was measured in the place of what was asked for."""
    asked = wording.meaning(limit) or f"{limit.metric} must be {limit.expression}"
    gap = wording.difference(limit)
    message = f"{asked}; measured {wording.measured(limit)}" + (f" ({gap})" if gap else "")
    if limit.verdict == "no data":
        message = f"{asked}; {wording.measured(limit)}"
    title = f"{clip(limit.metric, 60)} {clip(limit.expression, 60)}"
    return Annotation("error", title, message, limit.file, limit.line, limit.column)


def _check(check: Check) -> Annotation:
    total = check.passes + check.fails
    first = f": {check.samples[0].complaint}" if check.samples else ""
    message = f"{check.fails:,} of {total:,} failed{first}"
    return Annotation("warning", f"check {clip(check.name, 60)}", message, check.file, check.line)
