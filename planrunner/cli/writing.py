"""Files of a command: their places are looked at before the work, and each is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from planrunner.errors import SetupError, UsageError

Content = tuple[Path, Callable[[], bytes]]


class ReportError(Exception):
    """A report could not be made: a fault of planrunner, that must not cost the other reports."""


class Written(Struct, frozen=True):
    """What became of the reports."""

    paths: list[Path]
    complaints: list[str]  # of files that could not be written
    faults: list[Exception]  # of reports that could not be made, each with its cause
    said: list[str] = field(default_factory=list)  # what standard output gets

    def say(self, text: Callable[[], str]) -> None:
        """Have standard output get a text, if it can be made."""
        try:
            self.said.append(text().removesuffix("\n"))  # which printing adds
        except SetupError as error:
            self.complaints.append(str(error))

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


def prepare(paths: Iterable[Path], taken: Mapping[Path, str]) -> None:
    """Make the folders and see that they can be written to: better now than after an hour of load.

    Raises SetupError; UsageError when a report would overwrite another one or what is `taken`.
    """
    known = {path.resolve(): what for path, what in taken.items()}
    for path in paths:
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


def write(contents: Iterable[Content]) -> Written:
    """Write files, each whole or not at all, and whatever becomes of the others."""
    written = Written([], [], [])
    for path, report in contents:
        try:
            _write(path, _made(path, report))
        except ReportError as error:
            written.faults.append(error)
        except SetupError as error:  # a template of the user's own
            written.complaints.append(f"cannot make {path}: {error}")
        except OSError as error:
            written.complaints.append(f"cannot write {path}: {error.strerror}")
        else:
            written.paths.append(path)
    return written


def _made(path: Path, report: Callable[[], bytes]) -> bytes:
    try:
        return report()
    except SetupError:
        raise
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
