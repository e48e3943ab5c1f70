"""`planrunner history`: the runs that were kept, as a list or as a page that shows where they are going."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from planrunner.cli.keeping import FOLDER, History
from planrunner.cli.options import option
from planrunner.cli.telling import tell
from planrunner.cli.writing import prepare, write
from planrunner.errors import visible
from planrunner.reports.history import Run, history_html, history_lines, run
from planrunner.result import Result


@click.command("history", short_help="List the runs that were kept.")
@option("--html", type=click.Path(dir_okay=False), help="Write a page with the trend of each plan's numbers.")
def command(html: str | None) -> None:
    """List the runs that `run --history` has kept in .planrunner/runs, the newest last.

    A file that cannot be read is told and left out.
    """
    history = History()
    if html:
        prepare([Path(html)], dict.fromkeys(history.files(), "a run that is kept"))
    runs = [run(result) for result in _readable(history)]
    if not runs:
        click.echo(
            f"planrunner: no runs are kept in {FOLDER}; planrunner run PLAN --history keeps one", err=True
        )
    elif not html:
        tell(*history_lines(runs))
    if html:
        _write(Path(html), runs)


def _readable(history: History) -> Iterator[Result]:
    for path, result in history.results():
        if isinstance(result, str):
            click.echo(f"planrunner: {path} is left out: {visible(result)}", err=True)
        else:
            yield result


def _write(path: Path, runs: list[Run]) -> None:
    written = write([(path, lambda: history_html(runs).encode())])
    tell(*(f"  report: {path}" for path in written.paths))
    written.settle()
