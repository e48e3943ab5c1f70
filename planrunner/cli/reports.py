"""The options that say which reports are written, and where; those of every command that writes some."""

from __future__ import annotations

from functools import wraps
from typing import Any, cast

import click

from planrunner.cli.options import F, option

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
