"""Which reports are written, and where: the options of commands that write some, and what a plan says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from planrunner.cli.options import F, option
from planrunner.errors import Problems
from planrunner.plan.files import folder_of
from planrunner.plan.model import Plan
from planrunner.values.names import Names
from planrunner.values.settings import resolve

NAMES = ("report_dir", "html", "markdown", "junit", "summary_export")

FILE = click.Path(dir_okay=False)

OPTIONS = (
    option("--report-dir", type=click.Path(file_okay=False), help="Write all reports into this folder."),
    option("--html", type=FILE, help="Write the HTML report to this file."),
    option("--markdown", type=FILE, help="Write the Markdown report to this file."),
    option("--junit", type=FILE, help="Write the JUnit report to this file."),
    option("--summary-export", type=FILE, help="Write k6's summary JSON to this file."),
)


def reports(function: F) -> F:
    """Declare the options; the function gets the paths of those that were given as `paths`."""

    @wraps(function)
    def gathered(*args: Any, **rest: Any) -> Any:
        given = {name: rest.pop(name) for name in NAMES}
        return function(*args, paths={name: str(path) for name, path in given.items() if path}, **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


def together(planned: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return what the plan asks for and what the command line does, which wins."""
    both = {**planned, **given}
    return {name: both[name] for name in NAMES if name in both}


def planned(plan: Plan, variables: Mapping[str, Any], problems: Problems) -> dict[str, str]:
    """Return the reports that a plan says, as options are given; a path leads on from the plan's folder.

    It stays below it, like the files that a plan reads: who runs the plan of somebody else loses nothing.
    """
    folder = folder_of(plan.file)
    names, found = Names(variables, runtime=False, folder=folder), {}

    def below(value: object) -> str:
        path = Path(folder) / str(value)
        if not path.resolve().is_relative_to(Path(folder).resolve()):
            raise ValueError("it must be below the plan's folder; options of the command line may name any")
        return str(path)

    for option_name in NAMES:
        place = plan.reports.get(option_name.removeprefix("report_"))
        path = resolve(place, names, below, problems) if place else None
        if path:
            found[option_name] = path
    return found
