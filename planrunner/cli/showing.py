"""What is shown while a plan runs: the options, and the terminal they ask for."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Literal, cast

import click
from msgspec import Struct

from planrunner.cli.options import F, option
from planrunner.cli.telling import colored
from planrunner.live.board import Board
from planrunner.live.terminal import Plain, Terminal

EACH = 0.5  # seconds between two pictures
USUAL = (80, 24)  # columns and rows

OPTIONS = (
    option(
        "--progress",
        type=click.Choice(["auto", "live", "plain", "none"]),
        default="auto",
        help="How progress is shown: drawn anew (live), a line each 10 s (plain), not at all (none); auto: "
        "live on a terminal outside of CI, plain elsewhere.",
    ),
    option(
        "--live",
        metavar="[=PORT]",
        type=click.IntRange(0, 65535),
        help="Show the run in the browser, on this machine alone, at this port or any free one.",
    ),
    option("--quiet", is_flag=True, help="Show no progress; the plan's logs and the summary stay."),
    option("--verbose", is_flag=True, help="Show every request and answer, secrets masked; for small loads."),
    option("--no-color", is_flag=True, help="Print without colours, as where NO_COLOR is set."),
)


class Shows(Struct, frozen=True):
    """What is shown while a plan runs, as the command line says it."""

    progress: Literal["auto", "live", "plain", "none"]
    live: int | None  # port of the page; 0: any
    quiet: bool
    verbose: bool
    no_color: bool

    @property
    def none(self) -> bool:
        """Whether no progress is shown."""
        return self.quiet or self.progress == "none"

    def drawn(self) -> bool:
        """Whether progress is drawn anew on stderr; what is no terminal, or a dumb one, cannot do it."""
        if self.none or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            return False
        return self.progress == "live" or (self.progress == "auto" and not os.environ.get("CI"))

    def terminal(self, board: Board) -> Terminal:
        """Make what writes to stderr."""
        if not self.drawn():
            return Plain(board, sys.stderr, quiet=self.none)
        from planrunner.live.screen import Screen

        return Screen(board, sys.stderr, size=_size, color=colored(self.no_color))


class Shown(click.Command):
    """A command whose `--live` takes a port after an equals sign alone: it may stand before the plan."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give it the port that means any where it has none."""
        return super().parse_args(ctx, ["--live=0" if word == "--live" else word for word in args])


def shows(function: F) -> F:
    """Declare the options; the function gets them as one `shows`."""

    @wraps(function)
    def gathered(*args: Any, **rest: Any) -> Any:
        given = {name: rest.pop(name) for name in Shows.__struct_fields__}
        return function(*args, shows=Shows(**given), **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


def _size() -> tuple[int, int]:
    """Return how many columns and rows the terminal has; COLUMNS and LINES are those of another time."""
    try:
        columns, rows = os.get_terminal_size(2)
    except OSError:  # stderr is gone
        return shutil.get_terminal_size()
    return columns or USUAL[0], rows or USUAL[1]  # one that nobody gave a size has none


@contextmanager
def repeated(act: Callable[[], None], seconds: float) -> Iterator[None]:
    """Do something again and again on the loop that runs."""
    loop = asyncio.get_running_loop()

    timers: list[asyncio.Handle] = []

    def again() -> None:
        timers[:] = [loop.call_later(seconds, again)]
        act()

    timers.append(loop.call_soon(again))
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
