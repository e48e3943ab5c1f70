"""The reports a run was asked for: their folders are made before it, their files written after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from planrunner.errors import SetupError, UsageError
from planrunner.reports import REPORTS
from planrunner.reports.flat import flat
from planrunner.result import Result

OPTIONS: Mapping[str, Callable[[Result], bytes]] = {
    "html": REPORTS["report.html"],
    "markdown": REPORTS["report.md"],
    "junit": REPORTS["junit.xml"],
    "summary_export": lambda result: flat(result).encode(),
}
"""Reports that have an option of their own."""


class Files(Struct, frozen=True):
    """What to write where: option names and paths; `report_dir` is a folder for all REPORTS."""

    asked: Mapping[str, str]

    def paths(self) -> Iterator[tuple[Path, Callable[[Result], bytes]]]:
        """Yield each file and what makes its content."""
        for name, path in self.asked.items():
            if name == "report_dir":
                for file, report in REPORTS.items():
                    yield Path(path) / file, report
            else:
                yield Path(path), OPTIONS[name]

    def prepare(self, plan: str) -> None:
        """Make the folders and see that they can be written to: better now than after an hour of load.

        Raises SetupError; UsageError when a report would overwrite the plan or another report.
        """
        taken = {Path(plan).resolve(): "the plan"}
        for path, _ in self.paths():
            if path.resolve() in taken:
                raise UsageError(f"a report would overwrite {taken[path.resolve()]}: {path}")
            taken[path.resolve()] = "another report"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not os.access(path.parent, os.W_OK):
                    raise PermissionError(0, "permission denied")
            except OSError as error:
                reason = error.strerror
                raise SetupError(f"cannot write {path}: {reason}; choose another place") from None

    def write(self, result: Result) -> tuple[list[Path], list[str]]:
        """Write the files, each whole or not at all; returns their paths, and what could not be written."""
        written, complaints = [], []
        for path, report in self.paths():
            unfinished = path.with_name(f".{path.name}.part")
            try:
                unfinished.write_bytes(report(result))
                unfinished.replace(path)
            except OSError as error:
                complaints.append(f"cannot write {path}: {error.strerror}")
            else:
                written.append(path)
        return written, complaints
