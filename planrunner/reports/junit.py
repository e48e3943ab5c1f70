"""The verdict as JUnit XML: one suite for the plan, one case for each threshold and check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import junit_xml

from planrunner import units
from planrunner.errors import Exit
from planrunner.reports import wording
from planrunner.reports.wording import clip
from planrunner.result import Capacity, Check, Result, Threshold

CASE_ATTRIBUTES = ("name", "time", "classname")  # all that Jenkins' junit-10.xsd knows, but for group
SUITE_ATTRIBUTES = ("name", "tests", "failures", "errors", "skipped", "timestamp", "time")
ROOT_ATTRIBUTES = ("name", "tests", "failures", "errors", "time")
SAMPLES = 3


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


def junit(result: Result) -> str:
    """Write the report, valid against the strictest schema in use: junit-10.xsd of Jenkins' xUnit plugin."""
    cases = list(_unique(_cases(result)))
    suite = _suite(result, cases)
    for element, case in zip(suite.iter("testcase"), cases, strict=True):
        _keep(element, CASE_ATTRIBUTES, case.seconds)
    _keep(suite, SUITE_ATTRIBUTES, result.duration)
    root = ET.Element("testsuites", {name: suite.get(name, "") for name in ROOT_ATTRIBUTES})
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(result: Result, cases: list[Case]) -> ET.Element:
    library: Any = junit_xml  # it has no types
    name, classname = clip(result.plan.name), _classname(result.plan.file)
    made = [library.TestCase(case.name, classname, case.seconds, case.output or None) for case in cases]
    for case, target in zip(cases, made, strict=True):
        if case.kind:
            add = target.add_error_info if case.error else target.add_failure_info
            add(case.message, "\n".join((case.message, *case.details)), case.kind)
        elif case.skipped:
            target.add_skipped_info(case.skipped)
    suite = library.TestSuite(name, made, timestamp=_timestamp(result.started))
    element: ET.Element = suite.build_xml_doc()
    return element


def _keep(element: ET.Element, allowed: tuple[str, ...], seconds: float) -> None:
    """Drop attributes no schema knows, which junit_xml adds, and write the time as it never does: `0.012`."""
    kept: Mapping[str, str] = {**element.attrib, "time": f"{seconds:.3f}"}
    element.attrib.clear()
    element.attrib.update({name: kept[name] for name in allowed if name in kept})


def _timestamp(started: str) -> str | None:
    """Write the start without its zone, as the schemas want it; None when it cannot be read."""
    try:
        return datetime.fromisoformat(started).strftime("%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None


def _classname(file: str) -> str:
    """Make `plans.shop` of `plans/shop.yml`: what Jenkins shows as package and class."""
    parts = [part.replace(".", "_") for part in PurePosixPath(clip(file)).parts if part not in {"/", ".."}]
    return ".".join(parts).removesuffix("_yml").removesuffix("_yaml") or "plan"


def _unique(cases: Iterable[Case]) -> Iterator[Case]:
    """Number equal names: GitLab keeps only the first case of a name."""
    seen: set[str] = set()
    for case in cases:
        name, number = case.name, 1
        while name in seen:
            number += 1
            name = f"{case.name} ({number})"
        seen.add(name)
        yield replace(case, name=name)


def _cases(result: Result) -> Iterator[Case]:
    yield Case("plan is valid")  # otherwise there would be no result
    yield _completed(result)
    if result.capacity:
        yield _capacity(result.capacity, result)
    if "untrusted" in result.fail_on:
        yield _trusted(result)
    for limit in result.thresholds:
        yield _threshold(limit, result)
    for one in result.skipped:
        yield Case(f"{clip(one.metric)} {clip(one.expression)}", skipped=clip(one.reason))
    yield from (_check(check, result) for check in result.checks)


def _completed(result: Result) -> Case:
    """Carry the wall time: consumers add up the times of all cases, so the others have none."""
    lost = wording.losses(result)
    case = Case("run completed", seconds=result.duration, details=(wording.verdict(result), *lost))
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
    return replace(case, output="\n".join((*lost, *_trust(result))))


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
    case, reasons = Case("numbers can be trusted"), tuple(_trust(result))
    if result.health.trust != "untrusted":
        return replace(case, output="\n".join(reasons))
    return replace(case, kind="Untrusted", message=wording.distrust(result), details=reasons, error=True)


def _capacity(found: Capacity, result: Result) -> Case:
    """What was found; a search that found nothing failed, but for one that something else has ended."""
    case, told = Case(f"{clip(found.scenario)} / capacity"), wording.capacity(found)
    if found.last_good is not None:
        return replace(case, output=told)
    if result.exit_code == Exit.THRESHOLDS:
        return replace(case, kind="NoCapacity", message=told)
    return replace(case, skipped=told)


def _threshold(limit: Threshold, result: Result) -> Case:
    case = Case(f"{clip(limit.metric)} {clip(limit.expression)}")
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
    case = Case(f"{clip(check.scenario)} / {clip(check.step)} / {clip(check.name)}")
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
