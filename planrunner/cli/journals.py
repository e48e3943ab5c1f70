"""The journal beside the reports: begun before the run, gone when its result is written."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import click

from planrunner.cli.files import Files
from planrunner.cli.writing import Written
from planrunner.engine.journal import NAME, SECOND
from planrunner.errors import PlanError, SetupError
from planrunner.outputs.journal import Journal

RESULT = "result.json"


def keep(files: Files, stack: ExitStack) -> Journal | None:
    """Begin a journal where reports are asked for in a folder; without one the run goes on as well.

    One that is there already is of a run that was killed: it is kept under another name.
    """
    path = _path(files)
    if path is None:
        return None
    try:
        if path.exists():
            old = path.replace(path.with_name(f"{NAME}.old"))
            click.echo(f"planrunner: an earlier run was killed: planrunner report {old} shows it", err=True)
    except OSError as error:
        click.echo(f"planrunner: no journal is kept in {path.parent}: {error.strerror}", err=True)
        return None
    journal = Journal(path)
    stack.push(partial(_leave, journal))
    return journal


def _leave(journal: Journal, kind: type[BaseException] | None, *_: object) -> None:
    """Close the journal, and remove it where no load came about: there is nothing to be made of it."""
    journal.close()
    if SECOND not in journal.kinds or (kind and issubclass(kind, PlanError | SetupError)):
        with suppress(OSError):
            journal.path.unlink()


def done(files: Files, written: Written) -> None:
    """Remove the journal once all that it holds stands in the result."""
    path = _path(files)
    if path and path.with_name(RESULT) in written.paths:
        with suppress(OSError):
            path.unlink()


def _path(files: Files) -> Path | None:
    folder = files.asked.get("report_dir")
    return Path(folder) / NAME if folder else None
