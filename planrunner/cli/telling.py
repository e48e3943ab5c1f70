"""What a command says on standard output, as its reader can show it, who may leave early."""

from __future__ import annotations

import os
import shutil
import sys

import click

from planrunner.reports.summary import summary
from planrunner.result import Result


def printed(result: Result, *, no_color: bool) -> str:
    """Write the summary as a terminal shows it, or without colours and as wide as it is for files."""
    there = sys.stdout.isatty()
    return summary(result, color=there and colored(no_color), width=width() if there else 0)


def colored(no_color: bool) -> bool:  # noqa: FBT001 (a flag of the command line)
    """Whether a terminal gets colours (https://no-color.org); one that is dumb shows them as rubbish."""
    return not (no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb")


def width() -> int:
    """Return how many characters a line of the terminal has."""
    return shutil.get_terminal_size().columns


def tell(*lines: str) -> None:
    """Print; a reader who leaves (`| head`) changes nothing, least of all the verdict."""
    try:
        for line in lines:
            click.echo(line)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains at exit
