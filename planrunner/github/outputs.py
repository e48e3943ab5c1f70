"""The outputs of the step that runs plans: numbers, words and paths, nothing that a target could say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from planrunner.github.job import NAME, Job
from planrunner.reports.entries import Entry
from planrunner.result import Result


class Done(Struct, frozen=True):
    """What a step did, and where its files are."""

    job: Job = Job()
    entries: Sequence[Entry] = ()
    folder: Path | None = None  # of the reports
    passed: bool = False
    page: Path | None = None  # the HTML report under the name of its artifact

    @property
    def results(self) -> list[Result]:
        """The results that there are."""
        return [entry.result for entry in self.entries if entry.result]

    def path(self, *names: str) -> str:
        """Return the first of some files of the folder that is there, if this run wrote any."""
        files = [self.folder / name for name in names] if self.folder and self.results else []
        return next((str(file) for file in files if file.is_file()), "")


def outputs(done: Done) -> dict[str, str]:
    """Say all of them; what is not known is empty."""
    return {name: output(done) for name, output in OUTPUTS.items()}


def nothing() -> dict[str, str]:
    """Return what is said where something went wrong that nobody expected."""
    return outputs(Done())


def _one(metric: str, aggregate: str, times: float = 1.0) -> Callable[[Done], str]:
    """Return a number of the only plan; of several there is none."""

    def output(done: Done) -> str:
        if len(done.entries) != 1 or not done.results:
            return ""
        value = done.results[0].value(metric, aggregate)
        return "" if value is None else f"{value * times:.6f}".rstrip("0").rstrip(".")

    return output


def _count(of: Callable[[Result], int]) -> Callable[[Done], str]:
    return lambda done: str(sum(map(of, done.results)))


def _total(metric: str, aggregate: str) -> Callable[[Done], str]:
    return _count(lambda result: int(result.value(metric, aggregate) or 0))


OUTPUTS: Mapping[str, Callable[[Done], str]] = {
    "outcome": lambda done: done.job.outcome,
    "passed": lambda done: "true" if done.passed else "false",
    "exit-code": lambda done: str(int(done.job.exit_code)),
    "plans-total": lambda done: str(len(done.job.plans)),
    "plans-failed": _count(lambda result: int(result.exit_code != 0)),
    "thresholds-total": _count(lambda result: len(result.thresholds)),
    "thresholds-failed": _count(lambda result: sum(t.verdict != "passed" for t in result.thresholds)),
    "checks-failed": _count(lambda result: sum(check.fails for check in result.checks)),
    "requests-total": _total("http_reqs", "count"),
    "requests-failed": _total("http_req_failed", "passes"),
    "problems": lambda done: str(len(done.job.errors)),
    "p95-ms": _one("http_req_duration", "p(95)", 1000.0),
    "error-rate": _one("http_req_failed", "rate"),
    "requests-per-second": _one("http_reqs", "rate"),
    "report-dir": lambda done: str(done.folder or ""),
    "result-json": lambda done: done.path("result.json"),
    "report-md": lambda done: done.path("report.md", "index.md"),
    "report-html": lambda done: done.path("report.html", "index.html"),
    "junit-xml": lambda done: done.path("junit.xml"),
    "job-json": lambda done: str(done.folder / NAME) if done.folder else "",
    "artifact-html": lambda done: str(done.page or ""),
}
"""Each output; the last two are for the steps that follow."""


def artifact_name(wanted: str, job: str, index: str) -> str:
    """Name the artifact of a job as action.yml does, or as it was asked for."""
    return wanted or f"planrunner-{job}-{index or '0'}"


def file_name(artifact: str) -> str:
    """Name the HTML report so that it is told from those of other jobs."""
    return re.sub(r"[^\w.-]+", "-", artifact) + ".html"
