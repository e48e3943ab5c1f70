"""From answers to the text of the plan and of its workflow."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import PurePath

from jinja2 import Environment, PackageLoader, StrictUndefined

from planrunner.init.answers import Answers
from planrunner.init.kinds import SHAPES

COLUMN = 37  # where comments begin, two columns of indentation left out
LONGEST = 60  # characters of a file's name
WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What is no text in YAML 1.2, or was none in 1.1, which other programs still read."""

_PLAIN = re.compile(r"[A-Za-z/](?:[\w /.=&-]*[\w/=])?", re.ASCII)


def plan(answers: Answers, file: PurePath) -> str:
    """Write the plan, commented; `file` is where it will stand."""
    return _rendered("plan.yml", answers, file)


def workflow(answers: Answers, file: PurePath) -> str:
    """Write the GitHub workflow that runs the plan."""
    return _rendered("load-test.yml", answers, file)


def slug(name: str) -> str:
    """Make a file's name of a plan's name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())[:LONGEST].strip("-") or "plan"


def scalar(text: str) -> str:
    """Write a text as YAML, in quotes where it would be something else without them."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in WORDS else quoted(text)


def quoted(text: str) -> str:
    """Write a text in double quotes; JSON's are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _rendered(template: str, answers: Answers, file: PurePath) -> str:
    shape = SHAPES[answers.kind]
    return (
        _environment()
        .get_template(template)
        .render(
            name=answers.name,
            target=answers.target,
            path=answers.path,
            kind=answers.kind,
            goal=answers.goal,
            question=shape.question,
            load=[f"{line.ljust(COLUMN)}# {comment}" if comment else line for line, comment in shape.load],
            failed=shape.failed,
            file=file.as_posix(),
            schema=(file.parent / "plan.schema.json").as_posix(),
        )
    )


@cache
def _environment() -> Environment:
    """Make the environment of the templates; `{{` and `${` are the workflow's and the plan's own."""
    made = Environment(  # noqa: S701 (YAML, not HTML: `scalar` and `quoted` do what escaping does)
        loader=PackageLoader("planrunner.init"),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"scalar": scalar, "quoted": quoted, "shell": shlex.quote}
    return made
