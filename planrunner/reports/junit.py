"""The verdict as JUnit XML: one suite for each plan, one case for each threshold and check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import junit_xml

from planrunner.errors import visible
from planrunner.reports import Flavor, wording
from planrunner.reports.cases import Case, cases, unique
from planrunner.reports.entries import Entry
from planrunner.reports.wording import clip
from planrunner.result import Result

CASE_ATTRIBUTES = ("name", "time", "classname")  # all that Jenkins' junit-10.xsd knows, but for group
WHERE = ("file", "line")  # what GitLab and others show of a case; no schema of Jenkins allows it
SUITE_ATTRIBUTES = ("name", "tests", "failures", "errors", "skipped", "timestamp", "time")
COUNTS = ("tests", "failures", "errors")
LONGEST = 4096  # characters of the text of a case


@dataclass(frozen=True, slots=True)
class Suite:
    """One plan, and where all of its cases belong."""

    name: str
    classname: str
    cases: list[Case]
    seconds: float = 0.0
    timestamp: str | None = None
    properties: tuple[tuple[str, str], ...] = ()


def junit(result: Result, flavor: Flavor = "jenkins") -> str:
    """Write the report of one plan.

    As Jenkins wants it, it is valid against the strictest schema in use: junit-10.xsd of its xUnit plugin.
    """
    return _written([_suite(result, _classname(result.plan.file))], flavor)


def suites(entries: Sequence[Entry], flavor: Flavor = "jenkins") -> str:
    """Write one report of several plans; a plan that was not run is a case that was skipped."""
    classnames = unique(_classname(entry.file) for entry in entries)  # the same plan may run twice
    found = [_outcome(entry, classname) for entry, classname in zip(entries, classnames, strict=True)]
    names = unique(suite.name for suite in found)
    return _written([replace(suite, name=name) for suite, name in zip(found, names, strict=True)], flavor)


def _outcome(entry: Entry, classname: str) -> Suite:
    if entry.result:
        return _suite(entry.result, classname)
    not_run = Case("run completed", skipped="not run", file=entry.file)
    return Suite(clip(entry.name) or classname, classname, [not_run])


def _suite(result: Result, classname: str) -> Suite:
    return Suite(
        clip(result.plan.name) or classname,
        classname,
        cases(result),
        result.duration,
        _timestamp(result.started),
        tuple(_properties(result)),
    )


def _properties(result: Result) -> Iterator[tuple[str, str]]:
    """Tell what consumers show of a suite as a whole."""
    yield "target", clip(result.target)
    yield "verdict", clip(wording.verdict(result), 240)
    for name, metric, aggregate in (
        ("requests", "http_reqs", "count"),
        ("requests per second", "http_reqs", "rate"),
        ("failed requests", "http_req_failed", "rate"),
        ("p95", "http_req_duration", "p(95)"),
    ):
        found = result.metric(metric)
        if found and aggregate in found.values:
            yield name, wording.values(found)[aggregate]
    if result.environment.ci and result.environment.ci.commit:
        yield "commit", clip(result.environment.ci.commit)


def _written(parts: Sequence[Suite], flavor: Flavor) -> str:
    elements = [_element(suite, flavor) for suite in parts]
    totals = {name: str(sum(int(one.get(name, "0")) for one in elements)) for name in COUNTS}
    name = parts[0].name if len(parts) == 1 else "planrunner"
    seconds = sum(suite.seconds for suite in parts)
    root = ET.Element("testsuites", {"name": name, **totals, "time": f"{seconds:.3f}"})
    root.extend(elements)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _element(suite: Suite, flavor: Flavor) -> ET.Element:
    """Have the library write a suite, and mend what it writes that no schema knows."""
    library: Any = junit_xml  # it has no types
    made = library.TestSuite(
        suite.name,
        [_case(case, suite.classname) for case in suite.cases],
        timestamp=suite.timestamp,
        properties=dict(suite.properties),
    )
    element: ET.Element = made.build_xml_doc()
    allowed = CASE_ATTRIBUTES if flavor == "jenkins" else (*CASE_ATTRIBUTES, *WHERE)
    for each, case in zip(element.iter("testcase"), suite.cases, strict=True):
        _keep(each, allowed, case.seconds)
    _keep(element, SUITE_ATTRIBUTES, suite.seconds)
    return element


def _case(case: Case, classname: str) -> Any:
    library: Any = junit_xml
    made = library.TestCase(
        case.name,
        classname,
        case.seconds,
        _harmless(case.output) or None,
        file=clip(case.file) or None,
        line=case.line or None,
    )
    if case.kind:
        add = made.add_error_info if case.error else made.add_failure_info
        add(_harmless(case.message), _harmless("\n".join((case.message, *case.details))), case.kind)
    elif case.skipped:
        made.add_skipped_info(case.skipped)
    return made


def _harmless(text: str) -> str:
    """Cut a text, and take out of each line what no parser of XML accepts and no terminal should show."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return "\n".join(visible(line) for line in cut.split("\n"))


def _keep(element: ET.Element, allowed: tuple[str, ...], seconds: float) -> None:
    """Drop attributes no schema knows, which junit_xml adds, and write the time as it never does: `0.012`."""
    kept = {**element.attrib, "time": f"{seconds:.3f}"}
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
