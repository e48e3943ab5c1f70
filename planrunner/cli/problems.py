"""Problems of plans as people, programs and GitHub read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import click

from planrunner.errors import Problem, Problems


def show(problems: Problems, form: str) -> None:
    """Print all problems: for people on stderr, in the other forms on stdout, where they are looked for."""
    write = FORMATS[form]
    for problem in problems:
        click.echo(problems.mask(write(problem, problems)), err=form == HUMAN)


def _human(problem: Problem, problems: Problems) -> str:
    return problems.render(problem) + "\n"


def _json(problem: Problem, _: Problems) -> str:
    """Write one object on one line, so that several plans make one stream."""
    return json.dumps(
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "width": problem.place.width,
            "severity": _severity(problem),
            "message": problem.message,
            "hint": problem.hint,
        },
        ensure_ascii=False,
    )


def _github(problem: Problem, _: Problems) -> str:
    """Write a workflow command, which GitHub shows at the line in the pull request.

    Source: GitHub's documentation, "Workflow commands for GitHub Actions"; what would end a value is encoded.
    """
    place = problem.place
    where = {
        "file": place.file,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + place.width,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items() if value)
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    return f"::{_severity(problem)} {properties}::{_encoded(message)}"


def _severity(problem: Problem) -> str:
    return "warning" if problem.warning else "error"


def _encoded(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _encoded(text).replace(":", "%3A").replace(",", "%2C")


HUMAN = "human"
FORMATS: Mapping[str, Callable[[Problem, Problems], str]] = {
    HUMAN: _human,
    "json": _json,
    "github": _github,
}
"""How problems are written: with the line and a caret, as JSON lines, as GitHub's annotations."""
