"""The verdict in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from planrunner import units
from planrunner.errors import Exit
from planrunner.reports.wording.capacity import capacity
from planrunner.reports.wording.trust import distrust
from planrunner.result import Result

Outcome: TypeAlias = Literal["passed", "failed", "interrupted", "unjudged"]

MARKS: Mapping[str, str] = {
    "passed": "✓",
    "failed": "✗",
    "no data": "?",
    "interrupted": "!",
    "unjudged": "–",  # noqa: RUF001 - a dash: neither good nor bad
}


def outcome(result: Result) -> Outcome:
    """Say how the run ended; an interrupted run never reads as passed, since its exit code is not 0."""
    if result.verdict == "failed":
        return "failed"
    if result.stopped == "interrupted":
        return "interrupted"
    return "passed" if result.judged else "unjudged"


def verdict(result: Result) -> str:
    """Say the verdict in one sentence, without a mark."""
    said = _verdict(result)
    if result.skipped and _unjudged(result) not in said:
        said = f"{said}; {len(result.skipped)} skipped"
    doubt = distrust(result)
    if not doubt or (result.stopped == "agent" and result.health.findings[0].name == "lost"):  # it said so
        return said
    return (
        f"{said}, but {doubt}" if said.startswith("passed") and ", but " not in said else f"{said}; {doubt}"
    )


def _verdict(result: Result) -> str:
    after = units.show_duration(result.duration)
    if result.stopped in ENDED:
        return f"failed: {ENDED[result.stopped]}: {result.reason}"
    if result.exit_code == Exit.TEARDOWN_TIMEOUT:
        return f"failed: {result.reason}"
    match outcome(result):
        case "failed":
            return f"failed: {_broken(result)}{_stopped(result, after)}"
        case "interrupted" if result.capacity:
            return f"interrupted after {after}: {capacity(result.capacity)}"
        case "interrupted" if result.judged:
            return f"interrupted after {after}: {_held(result, 'held until then')}"
        case "interrupted":
            return f"interrupted after {after}: nothing was judged, {_unjudged(result)}"
        case "passed" if result.capacity:
            return f"passed: {capacity(result.capacity)}{_doubts(result)}"
        case "passed":
            return f"passed: {_held(result, 'hold')}{_stopped(result, after)}{_doubts(result)}"
        case _:
            return f"nothing was judged: {_unjudged(result)}{_doubts(result)}"


def _unjudged(result: Result) -> str:
    if result.unjudged:
        return result.unjudged
    match len(result.skipped):
        case 0:
            return "the plan has no thresholds"
        case 1:
            return "its only threshold was skipped"
        case count:
            return f"all its {count} thresholds were skipped"


NONE: Mapping[str, str] = {
    "checks": "no check failed",
    "errors": "no request failed",
    "untrusted": "its numbers can be used",
}
"""What is said of a run that `fail_on` did not fail."""


def _held(result: Result, hold: str) -> str:
    """Say of all that could have failed the run that it did not."""
    total = len(result.thresholds)
    said = [spared(result) or f"{total} of {total} thresholds {hold}"] if total else []
    said += [NONE[name] for name in result.fail_on if name in NONE]
    said += [_unregressed(result)] * ("regression" in result.fail_on)
    return ", ".join(said)


def _unregressed(result: Result) -> str:
    """Say of a run that shall fail when it is worse whether that is known."""
    found = result.comparison
    if found is None:
        return "compared with nothing"
    return "no regression" if found.sound else "regression not known"


def spared(result: Result) -> str:
    """Say that thresholds are broken which do not fail the run; empty when there are none."""
    bad = sum(t.verdict != "passed" for t in result.thresholds)
    if not bad or "thresholds" in result.fail_on:
        return ""
    return f"{bad} of {len(result.thresholds)} thresholds broken, which does not fail it (not in fail_on)"


ENDED: Mapping[str, str] = {
    "plan": "the plan stopped the test",
    "agent": "an agent was lost",
    "killed": "the run was killed",
    **dict.fromkeys(("preflight", "setup", "setup timeout"), "no load was made"),
}
"""How a run ended that could not be carried out, or not wholly."""


def _doubts(result: Result) -> str:
    """Say what makes a green verdict worth little, although no threshold asks for it."""
    sent, failed = sum(r.count for r in result.requests), sum(r.failed for r in result.requests)
    doubts = ["every request failed"] if sent and sent == failed else []
    if sent and not result.value("iterations", "count"):
        doubts.append("no iteration was completed")
    if distrust(result):  # which says more than what follows
        return f", but {' and '.join(doubts)}" if doubts else ""
    if bounds := sum(t.censored for t in result.thresholds):
        doubts.append(f"{bounds} of them without the slowest times: iterations were dropped or interrupted")
    if result.lost:
        doubts.append(f"{len(result.lost)} of {result.processes} agents did not come to the end")
    return f", but {' and '.join(doubts)}" if doubts else ""


def _broken(result: Result) -> str:
    if result.capacity:
        return capacity(result.capacity)
    verdicts = [t.verdict for t in result.thresholds if "thresholds" in result.fail_on]
    broken, empty = verdicts.count("failed"), verdicts.count("no data")
    said = []
    if broken:
        more = f", {empty} without data" if empty else ""
        said.append(f"{broken} of {len(verdicts)} thresholds broken{more}")
    elif empty:
        said.append(f"{empty} of {len(verdicts)} thresholds without data")
    said += result.failures
    if not said:
        said.append("an agent was lost" if result.lost else f"exit code {result.exit_code}")
    return "; ".join([*said, *[spared(result)] * bool(spared(result))])


def _stopped(result: Result, after: str) -> str:
    words = {
        "interrupted": f"; interrupted after {after}",
        "threshold": f"; a threshold stopped it after {after}",
    }
    return words.get(result.stopped, "")
