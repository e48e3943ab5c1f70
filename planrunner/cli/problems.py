"""Problems of plans as people, programs and GitHub read them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from planrunner.errors import Place, Problem, Problems
from planrunner.github.commands import command

FILE = "PLANRUNNER_PROBLEMS"  # the variable that names a file for programs, beside what people are shown


def show(problems: Problems, form: str) -> None:
    """Print all problems: for people on stderr, in the other forms on stdout, where they are looked for."""
    write = FORMATS[form]
    for problem in problems:
        click.echo(problems.mask(write(problem, problems)), err=form == HUMAN)
    keep(*(problems.mask(_json(problem, problems)) for problem in problems))


def keep(*lines: str) -> None:
    """Add lines to the file that a program reads problems from, where it named one."""
    name = os.environ.get(FILE)
    if name and lines:
        with Path(name).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)


def told(message: str) -> str:
    """Write as such a line what is wrong with something else than a plan."""
    return _json(Problem(message, Place("")), Problems())


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
    """Write a workflow command, which GitHub shows at the line in the pull request."""
    place = problem.place
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    end = place.column and place.column + place.width
    return command(
        _severity(problem), message, file=place.file, line=place.line, col=place.column, endColumn=end
    )


def _severity(problem: Problem) -> str:
    return "warning" if problem.warning else "error"


HUMAN = "human"
FORMATS: Mapping[str, Callable[[Problem, Problems], str]] = {
    HUMAN: _human,
    "json": _json,
    "github": _github,
}
"""How problems are written: with the line and a caret, as JSON lines, as GitHub's annotations."""
