"""What a job did, in Markdown: for its summary, and for a pull request, where there is less room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner import __version__
from planrunner.github.job import Job
from planrunner.github.writing import tables
from planrunner.github.writing.links import Links, linked
from planrunner.reports import wording
from planrunner.reports.entries import Entry, heading, worst
from planrunner.reports.index import EMOJI
from planrunner.reports.markdown import LEAST_FIRST, folded, headline, parts, prose
from planrunner.reports.markdown import heading as verdict
from planrunner.reports.parts import Part, fitted, part
from planrunner.result import Result, Threshold

MOST_COMMENT = 60_000  # characters: GitHub takes 65,536
LEAST_ROOM = 1_500  # characters; less is not worth unfolding
ABOVE = frozenset({"", "limits that hold", "comparison"})  # parts that are not folded away, or told otherwise


def page(job: Job, entries: Sequence[Entry], links: Links, most: int = MOST_COMMENT, at: str = "") -> str:
    """Write the page; `at` is the time of day, where it is to be told."""
    head = [*_head(job, entries, links)]
    foot = _foot(links, at)
    room = most - sum(len(line) + 1 for line in (*head, *foot))
    ran = [entry.result for entry in entries if entry.result]
    folds = [line for result in ran for line in _details(result, room // len(ran), several=len(ran) > 1)]
    return "\n".join([*head, *folds, *foot]) + "\n"


def _head(job: Job, entries: Sequence[Entry], links: Links) -> Iterator[str]:
    """Write what everybody reads: the verdict, what is broken, and what is wrong."""
    results = [entry.result for entry in entries if entry.result]
    if not results:
        yield from (_ended(job), "")
    elif len(entries) == 1:
        yield from _one(results[0], links)
    else:
        yield from (f"### {EMOJI[worst(entries)]} {heading(entries)}", "")
        yield from tables.plans(entries, links)
        broken = [limit for result in results for limit in _broken(result)]
        yield from tables.limits(broken, links)
    yield from tables.problems(job.problems, links)


def _ended(job: Job) -> str:
    """Say how a job ended of which there is no result."""
    count = len(job.plans)
    plans = "the plan is" if count == 1 else f"{count} plans are"
    match job.outcome:
        case "passed":
            return f"### ✅ {plans[0].upper()}{plans[1:]} valid"
        case "invalid":
            wrong = len(job.errors)
            problems = "1 problem" if wrong == 1 else f"{wrong} problems"
            return f"### ❌ Load test not run: {problems}, and no request was sent"
        case _:
            return f"### ❌ Load test not run: planrunner ended with exit code {job.exit_code}"


def _one(result: Result, links: Links) -> Iterator[str]:
    yield from (verdict(result), "", headline(result), "")
    for shown in parts(result):
        if shown.name == "comparison":
            yield from shown.lines
    yield from tables.limits(_broken(result), links)
    held = [limit for limit in result.thresholds if limit.verdict == "passed"]
    if held:
        what = "limit holds" if len(held) == 1 else "limits hold"
        yield from folded(f"{len(held)} {what}", tables.limits(held, links))


def _broken(result: Result) -> list[Threshold]:
    return [limit for limit in wording.ranked(result.thresholds) if limit.verdict != "passed"]


def _details(result: Result, room: int, *, several: bool) -> Iterator[str]:
    """Fold away what was measured, as far as there is room."""
    if room < LEAST_ROOM:
        return
    shown: list[Part] = [one for one in parts(result) if one.name not in ABOVE]
    title = f"{prose(result.plan.name)}: requests, checks and errors" if several else _title(result)
    head = part("", [headline(result), ""] if several else [])
    text = fitted([head, *shown], room - len(title) - 100, LEAST_FIRST)
    yield from folded(title, [text])


def _title(result: Result) -> str:
    """Say what there is to unfold."""
    counts = ((len(result.requests), "request"), (len(result.errors), "kind of error"))
    told = [
        f"{count} {what}" if count == 1 else f"{count} {_plural(what)}" for count, what in counts if count
    ]
    return f"What was measured: {' and '.join(told)}" if told else "What was measured"


def _plural(what: str) -> str:
    return "kinds of errors" if what == "kind of error" else f"{what}s"


def _foot(links: Links, at: str) -> list[str]:
    facts = [
        linked("the full report", links.report) if links.report else "",
        linked("all files", links.artifact) if links.artifact else "",
        linked("the job", links.job) if links.job else "",
        f"planrunner {__version__}",
        f"commit `{links.commit[:7]}`" if links.commit else "",
        at,
    ]
    return ["", " · ".join(fact for fact in facts if fact), ""]
