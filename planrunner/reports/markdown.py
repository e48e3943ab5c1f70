"""The report for job summaries and pull requests: GitHub's Markdown, narrow enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Literal

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.compared import comparison
from planrunner.reports.markup import code, folded, prose, table
from planrunner.reports.parts import MOST, Part, fitted, part
from planrunner.reports.sparks import sparks
from planrunner.result import Capacity, Check, Error, Lost, Request, Result, Skipped, Threshold

MARKS = {
    "passed": "✅",
    "failed": "❌",
    "no data": "❔",
    "interrupted": "⚠️",
    "unjudged": "⚠️",
}
MOST_ROWS = 20  # of checks or errors; a job summary is read, not searched
MOST_REQUESTS = 50
SAMPLES = 2


LEAST_FIRST = (
    "where it ran",
    "what was left out of the result",
    "outputs",
    "checks that held",
    "limits that hold",
    "how the generator was",
    "lost agents",
    "the course",
    "requests",
    "errors",
    "the comparison",
    "failed checks",
    "skipped thresholds",
    "warm-ups",
    "levels of the search",
)
"""Parts, in the order in which they are left out where there is not room for all."""


def markdown(result: Result, most: int = MOST) -> str:
    """Write the report, in at most so many characters.

    What the plan or the target said stands in code spans, which GitHub leaves alone.
    """
    return fitted(parts(result), most, LEAST_FIRST)


def parts(result: Result) -> list[Part]:
    """List the parts in their order; the head and the limits that are broken have no name."""
    limits = wording.ranked(result.thresholds)
    checks = [c for c in result.checks if not c.fails]
    return [
        part("", [heading(result), "", headline(result), ""]),
        part("levels of the search", _capacity(result.capacity)),
        part("", _limits([t for t in limits if t.verdict != "passed"])),
        part("skipped thresholds", _skipped(result.skipped)),
        part("the comparison", comparison(result.comparison)),
        part("the course", _course(result)),
        part("requests", chain(_requests(result.requests), _marks(result))),
        part("warm-ups", _warm_ups(result)),
        part("failed checks", _failed_checks([c for c in result.checks if c.fails])),
        part("errors", _errors(wording.frequent(result.errors))),
        part("lost agents", _losses(result.lost)),
        part("how the generator was", _trust(result)),
        part("limits that hold", _limits_that_hold([t for t in limits if t.verdict == "passed"])),
        part("checks that held", _checks_that_held(checks)),
        part("what was left out of the result", _left_out(result)),
        part("outputs", _outputs(result)),
        part("where it ran", _environment(result)),
    ]


def heading(result: Result) -> str:
    """Say the verdict as a heading."""
    return f"### {MARKS[wording.outcome(result)]} Load test {prose(wording.verdict(result))}"


def headline(result: Result) -> str:
    """Say in a line what was run."""
    facts = [
        code(result.plan.name),
        code(result.target),
        units.show_duration(result.duration),
        _most_vus(result),
        _volume(result),
    ]
    return " · ".join(fact for fact in facts if fact)


def _most_vus(result: Result) -> str:
    most = result.value("vus", "max")
    return "" if most is None else f"{most:.0f} VUs"


def _volume(result: Result) -> str:
    count, failed = result.value("http_reqs", "count"), result.value("http_req_failed", "rate")
    if count is None:
        return ""
    return f"{count:,.0f} requests" + ("" if failed is None else f", {wording.show_share(failed)} failed")


def _capacity(found: Capacity | None) -> Iterator[str]:
    if found is None or not found.levels:
        return
    rows = [
        (
            f"{MARKS[wording.VERDICTS[level.verdict]]} {name}",
            p95,
            failed,
            said if level.verdict == "good" else code(said),
        )
        for level, (name, _, _, p95, _, failed, said) in wording.level_rows(found)
    ]
    yield from table(("Level", "p(95)", "Failed", "Verdict"), rows)
    yield from (prose(wording.judged_at(found)), "")


def _limits(limits: list[Threshold]) -> Iterator[str]:
    if limits:
        rows = [
            (
                f"{MARKS[t.verdict]} {code(f'{t.metric} {t.expression}')}",
                *_measured(t),
                _place(t.file, t.line),
            )
            for t in limits
        ]
        yield from table(("Limit", "Measured", "Headroom", "Plan line"), rows)


def _measured(limit: Threshold) -> tuple[str, str]:
    if limit.verdict == "no data":
        return "no data", code(limit.reason)
    told = f"**{wording.measured(limit)}**" if limit.verdict == "failed" else wording.measured(limit)
    return told, prose(wording.difference(limit)) + (", stopped the run" if limit.aborted else "")


def _place(file: str, line: int) -> str:
    return code(wording.place(file, line))


def _requests(requests: tuple[Request, ...]) -> Iterator[str]:
    if requests:
        rows = [
            (code(r.name), _counts(r), _time(r, "med"), _time(r, "p95"))
            for r in sorted(requests, key=lambda r: -r.failed)[:MOST_REQUESTS]
        ]
        yield from table(("Request", "Sent", "Typical (median)", "Slow 5 % (p95)"), rows)
        yield from _more(len(requests) - MOST_REQUESTS, "requests")


def _counts(request: Request) -> str:
    failed = f", **{request.failed:,} failed**" if request.failed else ""
    return f"{request.count:,}{failed}"


def _time(request: Request, name: Literal["med", "p95"]) -> str:
    seconds = request.med if name == "med" else request.p95
    if seconds is None:
        return "not known" if request.replies else "no reply"
    return wording.marked(
        units.show_duration(seconds), censored=name in request.censored, few=name in request.few
    )


def _marks(result: Result) -> Iterator[str]:
    few = (name for one in result.requests for name in ("med", "p95") if name in one.few)
    for why in wording.doubtful(result, few):
        yield from (prose(why), "")


def _warm_ups(result: Result) -> Iterator[str]:
    for told in wording.warm_ups(result):
        yield from (f"{code(told)}", "")


def _failed_checks(checks: list[Check]) -> Iterator[str]:
    if not checks:
        return
    yield from ("#### Failed checks", "")
    for check in checks[:MOST_ROWS]:
        counts = f"{check.fails:,} of {check.passes + check.fails:,} failed"
        yield f"- {code(check.name)} at {code(check.step)}: {counts} ({_place(check.file, check.line)})"
        for sample in check.samples[:SAMPLES]:
            yield f"  - after {units.show_duration(sample.at)}: {code(sample.complaint)}"
            yield from (f"    - {code(line)}" for line in wording.exchanged(sample))
    yield ""
    yield from _more(len(checks) - MOST_ROWS, "failed checks")


def _errors(errors: list[Error]) -> Iterator[str]:
    if not errors:
        return
    yield from ("#### Errors", "")
    for error in errors[:MOST_ROWS]:
        codes = f"code {error.code}" + (f", status {error.status}" if error.status else "")
        yield f"- {error.count:,} times {code(wording.told(error))} at {code(error.request)} ({codes})"
        if first := wording.seen(error):
            yield f"  - {code(first)}"
        if error.fix:
            yield f"  - What helps: {code(error.fix)}"
    yield ""
    yield from _more(len(errors) - MOST_ROWS, "kinds of errors")


def _skipped(skipped: tuple[Skipped, ...]) -> Iterator[str]:
    if skipped:
        rows = (
            f"- {code(f'{one.metric} {one.expression}')}: {code(one.reason)} ({_place(one.file, one.line)})"
            for one in skipped
        )
        yield from ("#### Skipped thresholds", "", *rows, "")


def _losses(losses: tuple[Lost, ...]) -> Iterator[str]:
    if losses:
        rows = (f"- {code(lost.name)} {code(lost.reason)} {wording.lost_when(lost)}" for lost in losses)
        yield from ("#### Lost agents", "", *rows, "")


def _trust(result: Result) -> Iterator[str]:
    """Write what was found of the generator; what was measured is folded away."""
    answer = wording.trust(result)
    if not answer:
        return
    health = result.health
    if health.findings:
        yield from (f"#### Can I trust this? {answer[0].upper()}{answer[1:]}", "")
        for finding in health.findings:
            mark = MARKS["failed" if finding.trust == "untrusted" else "interrupted"]
            yield f"- {mark} {code(wording.found(finding))}"
            yield f"  - What helps: {code(finding.fix)}"
        yield ""
    several = len(health.processes) > 1
    head = ("Measured", "At most", *(["Process"] if several else []))
    rows = [
        (each.name, each.value, *([code(each.process)] if several else []))
        for each in wording.measures(result)
    ]
    if rows:
        title = (
            "How the generator was"
            if health.findings
            else f"Can I trust this? {answer[0].upper()}{answer[1:]}"
        )
        yield from folded(title, table(head, rows))


def _left_out(result: Result) -> Iterator[str]:
    if result.left_out:
        rows = (f"- {code(told)}" for told in wording.left_out(result))
        yield from folded("Left out, so that the result is not too large", [*rows, ""])


def _outputs(result: Result) -> Iterator[str]:
    """Write where the numbers went; folded away where all arrived."""
    if result.outputs:
        rows = [*(f"- {code(told)}" for told in wording.outputs(result)), ""]
        lost = wording.undelivered(result)
        yield from ("#### Outputs", "", *rows) if lost else folded("Where the numbers went", rows)


def _environment(result: Result) -> Iterator[str]:
    if facts := wording.environment(result):
        yield from folded("Where it ran", [*(f"- {name}: {code(text)}" for name, text in facts), ""])


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield from (f"And {count:,} more {what}; the HTML report shows all.", "")


def _limits_that_hold(limits: list[Threshold]) -> Iterator[str]:
    if limits:
        what = "threshold holds" if len(limits) == 1 else "thresholds hold"
        yield from folded(f"{len(limits)} {what}", _limits(limits))


def _checks_that_held(checks: list[Check]) -> Iterator[str]:
    if checks:
        rows = [
            (code(c.name), code(c.step), f"{c.passes:,}", _place(c.file, c.line))
            for c in checks[:MOST_REQUESTS]
        ]
        listed = table(("Check", "Request", "Passed", "Plan line"), rows)
        more = _more(len(checks) - MOST_REQUESTS, "checks")
        what = "check" if len(checks) == 1 else "checks"
        yield from folded(f"{len(checks)} {what} always held", chain(listed, more))


def _course(result: Result) -> Iterator[str]:
    """Draw the run in a line for each of what matters most."""
    rows = [(one.title, f"`{one.line}`", one.lowest, one.highest) for one in sparks(result.timeline)]
    if rows:
        yield from table(("Over the run", "", "Lowest", "Highest"), rows)
