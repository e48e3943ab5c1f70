"""Which reports are written, and where: the options of commands that write some, and what a plan says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from pathlib import Path
from typing import Any, cast, get_args

import click
from msgspec import Struct, field

from planrunner.cli.options import F, option
from planrunner.cli.texts import Text, named, planned_text
from planrunner.errors import Problems
from planrunner.plan.files import folder_of
from planrunner.plan.model import Plan
from planrunner.reports import Flavor
from planrunner.values.names import Names
from planrunner.values.settings import resolve

NAMES = ("report_dir", "html", "markdown", "junit", "summary_export")
ALL = (*NAMES, "junit_flavor", "text")

FILE = click.Path(dir_okay=False)

OPTIONS = (
    option("--report-dir", type=click.Path(file_okay=False), help="Write all reports into this folder."),
    option("--html", type=FILE, help="Write the HTML report to this file."),
    option("--markdown", type=FILE, help="Write the Markdown report to this file."),
    option("--junit", type=FILE, help="Write the JUnit report to this file."),
    option(
        "--junit-flavor",
        type=click.Choice(get_args(Flavor)),
        help="JUnit for whom: valid by Jenkins' strict schema, which is the default, or with the files and "
        "lines that GitLab and others show.",
    ),
    option("--summary-export", type=FILE, help="Write k6's summary JSON to this file."),
    option(
        "--text",
        metavar="TEMPLATE[=FILE]",
        multiple=True,
        help="Render a Jinja2 template of your own to this file, or to standard output.",
    ),
)


class Wanted(Struct, frozen=True):
    """Which reports are asked for."""

    paths: Mapping[str, str] = field(default_factory=dict)  # by NAMES
    flavor: Flavor | None = None  # of JUnit, where it is said
    texts: tuple[Text, ...] = ()

    def __bool__(self) -> bool:
        """Whether any is."""
        return bool(self.paths or self.texts)

    def over(self, planned: Wanted) -> Wanted:
        """Return what the plan asks for and what the command line does, which wins."""
        both = {**planned.paths, **self.paths}
        return Wanted(
            {name: both[name] for name in NAMES if name in both},
            self.flavor or planned.flavor,
            self.texts or planned.texts,
        )


def reports(function: F) -> F:
    """Declare the options; the function gets those that were given as one `wanted`."""

    @wraps(function)
    def gathered(*args: Any, **rest: Any) -> Any:
        given = {name: rest.pop(name) for name in ALL}
        wanted = Wanted(
            {name: str(given[name]) for name in NAMES if given[name]},
            given["junit_flavor"],
            tuple(map(named, given["text"])),
        )
        return function(*args, wanted=wanted, **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


def planned(plan: Plan, variables: Mapping[str, Any], problems: Problems) -> Wanted:
    """Return the reports that a plan says, as options are given; a path leads on from the plan's folder.

    It stays below it, like the files that a plan reads: who runs the plan of somebody else loses nothing.
    """
    folder = folder_of(plan.file)
    names = Names(variables, runtime=False, folder=folder)

    def below(value: object) -> str:
        path = Path(folder) / str(value)
        if not path.resolve().is_relative_to(Path(folder).resolve()):
            raise ValueError("it must be below the plan's folder; options of the command line may name any")
        return str(path)

    places = {name: plan.reports.get(name.removeprefix("report_")) for name in NAMES}
    paths = {name: resolve(place, names, below, problems) for name, place in places.items() if place}
    flavor = plan.reports.get("junit_flavor")
    text = planned_text(plan, names, below, problems)
    kept = {name: path for name, path in paths.items() if path}
    return Wanted(kept, cast("Flavor", flavor.value) if flavor else None, (text,) if text else ())
