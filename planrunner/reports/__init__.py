"""Reports: pure functions from results to files, and the tables of those in `--report-dir`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Literal, TypeAlias

from planrunner import result as results
from planrunner.reports.entries import Entry
from planrunner.result import Result

Flavor: TypeAlias = Literal["jenkins", "gitlab"]
"""For whom JUnit is written: valid by Jenkins' schema, or with files and lines, as GitLab and others show."""


def _text(name: str, **how: str) -> Callable[[Result], bytes]:
    """Return the report of a module, which is imported when it is written: a run needs no templates."""

    def write(result: Result) -> bytes:
        text: str = getattr(import_module(f"planrunner.reports.{name}"), name)(result, **how)
        return text.encode()

    return write


REPORTS: Mapping[str, Callable[[Result], bytes]] = {
    "result.json": results.to_json,  # first: the others can be made of it
    "report.html": _text("html"),
    "report.md": _text("markdown"),
    "junit.xml": _text("junit"),
}


def reports(flavor: Flavor = "jenkins") -> Mapping[str, Callable[[Result], bytes]]:
    """Return REPORTS with this flavour of JUnit."""
    return {**REPORTS, "junit.xml": _text("junit", flavor=flavor)}


def _index(module: str, name: str, **how: str) -> Callable[[Sequence[Entry]], bytes]:
    """Return what a module makes of all plans of a run."""

    def write(entries: Sequence[Entry]) -> bytes:
        text: str = getattr(import_module(f"planrunner.reports.{module}"), name)(entries, **how)
        return text.encode()

    return write


INDEX: Mapping[str, Callable[[Sequence[Entry]], bytes]] = {
    "index.html": _index("index", "index_html"),
    "index.md": _index("index", "index_md"),
    "junit.xml": _index("junit", "suites"),
}
"""What stands beside the folders of several plans. JUnit has a suite for each of them there and is in none
of the folders: whoever gathers all files of that name counts nothing twice."""


def index_files(flavor: Flavor = "jenkins") -> Mapping[str, Callable[[Sequence[Entry]], bytes]]:
    """Return INDEX with this flavour of JUnit."""
    return {**INDEX, "junit.xml": _index("junit", "suites", flavor=flavor)}
