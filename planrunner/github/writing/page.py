"""What a job did, in Markdown: for its summary, and for a pull request, where there is less room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner import __version__
from planrunner.github.job import Job
from planrunner.github.writing import tables
from planrunner.github.writing.links import Links, linked
from planrunner.reports import wording
from planrunner.reports.compared import comparison
from planrunner.reports.entries import Entry, heading, worst
from planrunner.reports.index import EMOJI
from planrunner.reports.markdown import LEAST_FIRST, headline, parts
from planrunner.reports.markdown import heading as verdict
from planrunner.reports.markup import folded
from planrunner.reports.parts import Part, fitted, part
from planrunner.result import Result, Threshold

MOST_COMMENT = 60_000  # characters: GitHub takes 65,536
LEAST_ROOM = 1_500  # characters; less is not worth unfolding
ABOVE = frozenset({"", "the comparison", "limits that hold"})  # parts that are told in another form
LEFT_OUT = (
    "what was measured",
    "limits that hold",
    "the comparison",
)  # in this order, where there is not room for all


def page(job: Job, entries: Sequence[Entry], links: Links, most: int = MOST_COMMENT, at: str = "") -> str:
    """Write the page in at most so many characters; `at` is the time of day, where it is to be told."""
    results = [entry.result for entry in entries if entry.result]
    head = part("", _head(job, entries, links))
    broken = part(
        "", tables.limits([limit for one in results for limit in _limits(one) if _bad(limit)], links)
    )
    wrong = part("", tables.problems(job.problems, links))
    held = part("limits that hold", _held(results[0], links) if len(entries) == len(results) == 1 else ())
    foot = part("", _foot(links, at))
    changed = part("the comparison", (line for one in results for line in comparison(one.comparison)))
    room = most - sum(
        len(line) + 1 for one in (head, broken, changed, wrong, held, foot) for line in one.lines
    )
    told = [line for entry in entries for line in _details(entry, room // len(results or entries or [0]))]
    return fitted([head, broken, changed, wrong, held, part("what was measured", told), foot], most, LEFT_OUT)


def _head(job: Job, entries: Sequence[Entry], links: Links) -> Iterator[str]:
    """Write what everybody reads: the verdict."""
    results = [entry.result for entry in entries if entry.result]
    if not results:
        yield from (_ended(job), "")
    elif len(entries) > 1:
        yield from (f"### {EMOJI[worst(entries)]} {heading(entries)}", "")
        yield from tables.plans(entries, links)
    else:
        yield from (verdict(results[0]), "", headline(results[0]), "")


def _limits(result: Result) -> list[Threshold]:
    return wording.ranked(result.thresholds)


def _bad(limit: Threshold) -> bool:
    return limit.verdict != "passed"


def _held(result: Result, links: Links) -> Iterator[str]:
    held = [limit for limit in result.thresholds if not _bad(limit)]
    if held:
        what = "limit holds" if len(held) == 1 else "limits hold"
        yield from folded(f"{len(held)} {what}", tables.limits(held, links))


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


def _details(entry: Entry, room: int) -> Iterator[str]:
    """Fold away what was measured, as far as there is room.

    The title stands in HTML, where quotes of Markdown mean nothing: of several plans it is the folder's name,
    which holds nothing but letters and digits.
    """
    if entry.result is None or room < LEAST_ROOM:
        return
    shown: list[Part] = [one for one in parts(entry.result) if one.name not in ABOVE]
    title = f"{entry.slug}: what was measured" if entry.slug else _title(entry.result)
    head = part("", [headline(entry.result), ""] if entry.slug else [])
    yield from folded(title, [fitted([head, *shown], room - len(title) - 100, LEAST_FIRST)])


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
