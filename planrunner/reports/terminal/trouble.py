"""What went wrong: errors, lost agents, doubts about the generator, what the result does not have."""

from __future__ import annotations

from collections.abc import Iterator

from planrunner.reports import wording
from planrunner.reports.terminal.paint import Paint
from planrunner.reports.wording import MARKS, clip
from planrunner.result import Error, Result

MOST_ERRORS = 10  # more kinds than that are one problem seen from many sides


def errors(errors: tuple[Error, ...], paint: Paint) -> Iterator[str]:
    """Write the most frequent failures, and what helps."""
    if not errors:
        return
    yield from ("  █ ERRORS", "")
    for error in wording.frequent(errors)[:MOST_ERRORS]:
        facts = [f"code {error.code}"] * bool(error.code) + [f"status {error.status}"] * bool(error.status)
        told = f" ({', '.join(facts)})" if facts else ""
        yield f"    {paint('red', f'✗ {error.count} ×')} {clip(wording.told(error))}"  # noqa: RUF001 - times
        yield f"      {clip(error.request)}{paint('dim', told)}"
        if first := wording.seen(error):
            yield f"      {paint('dim', clip(first, 240))}"
        if error.fix:
            yield f"      → {clip(error.fix, 240)}"
    if len(errors) > MOST_ERRORS:
        yield f"    and {len(errors) - MOST_ERRORS} more kinds"
    yield ""


def losses(result: Result, paint: Paint) -> Iterator[str]:
    """Write which agents were lost."""
    if result.lost:
        yield from ("  █ LOST AGENTS", "")
        yield from (f"    {paint('red', MARKS['failed'])} {told}" for told in wording.losses(result))
        yield ""


def trust(result: Result, paint: Paint) -> Iterator[str]:
    """Say of the generator what is wrong with it, or in one line that nothing is."""
    health = result.health
    if not health.findings:
        if answer := wording.trust(result):
            yield f"  {paint('dim', f'trust the numbers? {answer}')}"
        return
    yield from ("  █ CAN I TRUST THIS?", "")
    for finding in health.findings:
        bad = finding.trust == "untrusted"
        mark = paint("red" if bad else "yellow", MARKS["failed" if bad else "interrupted"])
        yield f"    {mark} {clip(wording.found(finding), 240)}"
        yield f"      → {clip(finding.fix, 240)}"
    yield ""


def left_out(result: Result, paint: Paint) -> Iterator[str]:
    """Write what the result does not have."""
    if result.left_out:
        yield from ("  █ LEFT OUT, so that the result is not too large", "")
        yield from (f"    {paint('dim', told)}" for told in wording.left_out(result))
        yield ""


def outputs(result: Result, paint: Paint) -> Iterator[str]:
    """Write where the numbers went; in colour where some did not arrive."""
    if not result.outputs:
        return
    if not wording.undelivered(result):
        yield from (f"  {paint('dim', f'output: {told}')}" for told in wording.outputs(result))
        return
    yield from ("  █ OUTPUTS", "")
    for one, told in zip(result.outputs, wording.outputs(result), strict=True):
        mark = paint("yellow", MARKS["interrupted"]) if one.lost or one.error else MARKS["passed"]
        yield f"    {mark} {told}"
    yield ""
