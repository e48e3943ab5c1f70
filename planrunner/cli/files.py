"""The reports a run was asked for: their folders are made before it, their files written after it.

What the plan was read from, and what it sends, is no place for them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from planrunner.engine.checked import Checked
from planrunner.errors import Problems, SetupError, UsageError
from planrunner.plan.files import find, folder_of
from planrunner.plan.model import Condition, Dataset, FileBody, Part, Plan, Setting
from planrunner.reports import REPORTS
from planrunner.reports.flat import flat
from planrunner.result import Result
from planrunner.values.names import Names
from planrunner.values.settings import resolve

OPTIONS: Mapping[str, Callable[[Result], bytes]] = {
    "html": REPORTS["report.html"],
    "markdown": REPORTS["report.md"],
    "junit": REPORTS["junit.xml"],
    "summary_export": lambda result: flat(result).encode(),
}
"""Reports that have an option of their own."""


class ReportError(Exception):
    """A report could not be made: a fault of planrunner, that must not cost the other reports."""


class Written(Struct, frozen=True):
    """What became of the reports."""

    paths: list[Path]
    complaints: list[str]  # of files that could not be written
    faults: list[Exception]  # of reports that could not be made, each with its cause

    def told(self, mask: Callable[[str], str] = str) -> list[str]:
        """Say which there are; a plan may have named one with a secret."""
        return [mask(f"  report: {path}") for path in self.paths]

    def settle(self) -> None:
        """Raise what is wrong with any of them: ReportError, else SetupError."""
        if self.faults:
            lines = [*map(str, self.faults), *self.complaints]
            raise ReportError("\n".join(lines)) from ExceptionGroup("reports", self.faults)
        if self.complaints:
            raise SetupError("\n".join(self.complaints))


class Files(Struct, frozen=True):
    """What to write where: option names and paths; `report_dir` is a folder for all REPORTS.

    Where the reports are made of a file that stands in that folder, it stays as it is.
    """

    asked: Mapping[str, str]
    source: Path | None = None

    def paths(self) -> Iterator[tuple[Path, Callable[[Result], bytes]]]:
        """Yield each file and what makes its content."""
        for name, path in self.asked.items():
            if name == "report_dir":
                for file, report in REPORTS.items():
                    if (Path(path) / file).resolve() != self.source:
                        yield Path(path) / file, report
            else:
                yield Path(path), OPTIONS[name]

    def prepare(self, taken: Mapping[Path, str]) -> None:
        """Make the folders and see that they can be written to: better now than after an hour of load.

        Raises SetupError; UsageError when a report would overwrite another one or what is `taken`.
        """
        known = {path.resolve(): what for path, what in taken.items()}
        for path, _ in self.paths():
            if path.resolve() in known:
                raise UsageError(f"a report would overwrite {known[path.resolve()]}: {path}")
            known[path.resolve()] = "another report"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    raise IsADirectoryError(0, "there is a directory of this name")
                if not os.access(path.parent, os.W_OK):
                    raise PermissionError(0, "permission denied")
            except OSError as error:
                reason = error.strerror
                raise SetupError(f"cannot write {path}: {reason}; choose another place") from None

    def write(self, result: Result) -> Written:
        """Write the files, each whole or not at all, and whatever becomes of the others."""
        written = Written([], [], [])
        for path, report in self.paths():
            try:
                _write(path, _made(path, report, result))
            except ReportError as error:
                written.faults.append(error)
            except OSError as error:
                written.complaints.append(f"cannot write {path}: {error.strerror}")
            else:
                written.paths.append(path)
        return written


def _made(path: Path, report: Callable[[Result], bytes], result: Result) -> bytes:
    try:
        return report(result)
    except Exception as error:
        raise ReportError(f"cannot make {path}: {type(error).__name__}: {error}") from error


def _write(path: Path, content: bytes) -> None:
    """Write a file that is there as a whole or not at all, even when the machine loses its power."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:  # whoever quits leaves nothing half done either
        unfinished.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # where folders cannot be opened, or cannot be told to be kept
        _keep(path.parent)


def _keep(folder: Path) -> None:
    """Have the system write down now which files a folder has."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def taken(checked: Checked, read: Iterable[str], env_file: str | None, baseline: str) -> dict[Path, str]:
    """Name what no report may overwrite: the plan, what it uses, and the baseline, for the next run too."""
    mine = used(checked.plan, checked.given.variables, read, env_file)
    return {
        **dict.fromkeys(mine, "a file that the plan uses"),
        Path(checked.plan.file): "the plan",
        **({Path(baseline): "the baseline"} if baseline else {}),
    }


def used(
    plan: Plan, variables: Mapping[str, Any], read: Iterable[str], env_file: str | None
) -> Iterator[Path]:
    """Yield the files that a plan uses: those whose text was `read`, and those that it names."""
    yield from map(Path, read)
    folder = folder_of(plan.file)
    yield Path(env_file or Path(folder) / ".env")
    names = Names(variables, runtime=False, folder=folder)
    for setting in _naming(plan):
        name = resolve(setting, names, str, Problems())
        with suppress(ValueError):  # not there, in a part of the plan that is not used: nothing can be lost
            yield find(name or "", setting.place, folder)


def _naming(part: object) -> Iterator[Setting]:
    """Yield what names a file, anywhere in a part of the plan."""
    match part:
        case (
            FileBody(file=Setting() as file)
            | Part(file=Setting() as file)
            | Dataset(file=Setting() as file)
            | Condition(matcher="file", wanted=Setting() as file)
        ):
            yield file
    members: Iterable[object] = ()
    if isinstance(part, Struct):
        members = asdict(part).values()
    elif isinstance(part, Mapping):
        members = part.values()
    elif isinstance(part, tuple):
        members = part
    for member in members:
        yield from _naming(member)
