"""The test cases of a run: that it was valid and completed, one for each threshold and each check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from planrunner import units
from planrunner.errors import Exit
from planrunner.reports import wording
from planrunner.reports.wording import clip
from planrunner.result import Capacity, Check, Comparison, Result, Threshold
from planrunner.result.comparison import WORSE

SAMPLES = 3
MOST_TEXT = 400  # characters of what is said of a comparison


@dataclass(frozen=True, slots=True)
class Case:
    """One test case; `kind` is what its failure is called, empty when it passed."""

    name: str
    kind: str = ""
    message: str = ""
    details: tuple[str, ...] = ()
    error: bool = False  # the run itself went wrong, not the target
    seconds: float = 0.0
    output: str = ""  # what to know of a case that passed
    skipped: str = ""  # why it was not judged
    file: str = ""  # where it stands in the plan
    line: int = 0


def cases(result: Result) -> list[Case]:
    """Return all cases of a plan, each with a name of its own: that of the run before, if nothing changed."""
    found = list(_cases(result))
    names = unique(case.name for case in found)
    return [replace(case, name=name) for case, name in zip(found, names, strict=True)]


def unique(names: Iterable[str]) -> list[str]:
    """Number equal names: GitLab keeps only the first case of a name."""
    found: dict[str, None] = {}
    for name in names:
        numbered, number = name, 1
        while numbered in found:
            number += 1
            numbered = f"{name} ({number})"
        found[numbered] = None
    return list(found)


def _cases(result: Result) -> Iterator[Case]:
    yield Case("plan is valid", file=result.plan.file)  # otherwise there would be no result
    yield _completed(result)
    if result.capacity:
        yield _capacity(result.capacity, result)
    if "untrusted" in result.fail_on:
        yield _trusted(result)
    if result.comparison:
        yield _regression(result.comparison, result)
    for limit in result.thresholds:
        yield _threshold(limit, result)
    for one in result.skipped:
        yield Case(
            f"{clip(one.metric)} {clip(one.expression)}",
            skipped=clip(one.reason),
            file=one.file,
            line=one.line,
        )
    yield from (_check(check, result) for check in result.checks)


def _completed(result: Result) -> Case:
    """Carry the wall time: consumers add up the times of all cases, so the others have none."""
    lost, went = wording.losses(result), [f"output {told}" for told in wording.outputs(result)]
    case = Case(
        "run completed",
        seconds=result.duration,
        details=(wording.verdict(result), *lost, *went),
        file=result.plan.file,
    )
    after = units.show_duration(result.duration)
    if result.stopped == "interrupted":
        return replace(case, kind="Interrupted", message=f"interrupted after {after}", error=True)
    if result.stopped == "agent":
        return replace(case, kind="AgentLost", message=clip(result.reason), error=True)
    if result.stopped in wording.ENDED:
        return replace(
            case, kind="Stopped", message=f"{wording.ENDED[result.stopped]}: {clip(result.reason)}"
        )
    if result.exit_code == Exit.TEARDOWN_TIMEOUT:
        return replace(case, kind="Teardown", message=clip(result.reason))
    if result.stopped == "threshold" and result.exit_code:
        return replace(case, kind="Stopped", message=f"a threshold stopped the run after {after}")
    return replace(case, output="\n".join((*lost, *_trust(result), *went)))


def _trust(result: Result) -> Iterator[str]:
    """Say whether the numbers can be believed, and why not."""
    if answer := wording.trust(result):
        yield f"trust the numbers? {answer}"
    for finding in result.health.findings:
        yield f"{finding.trust}: {clip(wording.found(finding), 240)}; {clip(finding.fix, 240)}"
    if result.health.trust == "not measured" and (doubt := wording.distrust(result)):
        yield doubt


def _trusted(result: Result) -> Case:
    """Make the case of a run that is to fail when nobody can trust it."""
    case, reasons = Case("numbers can be trusted", file=result.plan.file), tuple(_trust(result))
    if result.health.trust != "untrusted":
        return replace(case, output="\n".join(reasons))
    return replace(case, kind="Untrusted", message=wording.distrust(result), details=reasons, error=True)


def _regression(found: Comparison, result: Result) -> Case:
    """Say how the run compares; what does not carry a verdict is skipped, as nobody knows."""
    case, told = Case("no regression", file=result.plan.file), clip(wording.compared(found), MOST_TEXT)
    reasons = tuple(clip(reason, MOST_TEXT) for reason in wording.reservations(found))
    if not found.sound:
        return replace(case, skipped="; ".join((told, *reasons)))
    if found.regressed and "regression" in result.fail_on:
        return replace(case, kind="Regression", message=told, details=tuple(_changes(found)))
    return replace(case, output=told)


def _changes(found: Comparison) -> Iterator[str]:
    for name, rows in wording.compared_requests(found):
        for row in rows:
            if row.verdict in WORSE:
                likely = f" (likely {row.likely})" if row.likely else ""
                who = clip(name) or "all requests"
                yield f"{who}: {row.name} {row.base} -> {row.head}, {row.change}{likely}"


def _capacity(found: Capacity, result: Result) -> Case:
    """What was found; a search that found nothing failed, but for one that something else has ended."""
    case, told = Case(f"{clip(found.scenario)} / capacity", file=result.plan.file), wording.capacity(found)
    if found.last_good is not None:
        return replace(case, output=told)
    if result.exit_code == Exit.THRESHOLDS:
        return replace(case, kind="NoCapacity", message=told)
    return replace(case, skipped=told)


def _threshold(limit: Threshold, result: Result) -> Case:
    case = Case(f"{clip(limit.metric)} {clip(limit.expression)}", file=limit.file, line=limit.line)
    message = f"measured {wording.measured(limit)}, {wording.difference(limit)}"
    if limit.verdict == "passed":
        return replace(case, output=message) if limit.censored or limit.few or wording.notes(limit) else case
    if "thresholds" not in result.fail_on:  # exit code and JUnit say the same
        told = message if limit.verdict == "failed" else wording.measured(limit)
        return replace(case, output=f"{told}; it does not fail the run (not in fail_on)")
    details = (f"plan line: {wording.place(limit.file, limit.line)}", *_errors(result, limit))
    told = wording.measured(limit)
    if limit.verdict == "no data":
        return replace(case, kind="NoData", message=told, details=details)
    return replace(case, kind="ThresholdFailed", message=message, details=details)


def _errors(result: Result, limit: Threshold) -> Iterator[str]:
    """Name the most frequent errors where they explain the failure."""
    if limit.metric.startswith("http_req_failed"):
        for error in wording.frequent(result.errors)[:SAMPLES]:
            told = clip(wording.told(error))
            yield f"{error.count} times {told} at {clip(error.request)}: {clip(error.fix)}"


def _check(check: Check, result: Result) -> Case:
    """A failed check fails its case only where the run failed: exit code and JUnit say the same."""
    name = f"{clip(check.scenario)} / {clip(check.step)} / {clip(check.name)}"
    case = Case(name, file=check.file, line=check.line)
    if not check.fails:
        return case
    message = f"failed {check.fails} of {check.passes + check.fails} times"
    details = (f"plan line: {wording.place(check.file, check.line)}", *_samples(check))
    if result.exit_code == Exit.PASSED:
        return replace(case, output="\n".join((message, *details)))
    return replace(case, kind="CheckFailed", message=message, details=details)


def _samples(check: Check) -> Iterator[str]:
    for sample in check.samples[:SAMPLES]:
        yield f"at {units.show_duration(sample.at)}: {clip(sample.complaint)}"
        yield from (f"  {clip(line, 240)}" for line in wording.exchanged(sample))
