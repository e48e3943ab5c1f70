"""What is said on the terminal while a plan runs: its logs, and plain lines of progress in a log."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Protocol, TextIO

from planrunner import errors
from planrunner.engine.checked import Checked
from planrunner.engine.run import Tick, Watcher
from planrunner.live.board import Board, logs, numbers, timed

EVERY = 10.0  # seconds between plain lines, so that a CI log stays short
BAR = 24  # characters


class Terminal(Watcher, Protocol):
    """A watcher that writes to a terminal, or to a file in its place."""

    def draw(self) -> None:
        """Show what is new, between the seconds too."""
        ...

    def clear(self) -> None:
        """Take away what is no line of its own; nothing is drawn from here on."""
        ...


class Outlet:
    """A stream whose reader may leave: that costs the run nothing but its progress."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write at once."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            self._stream = io.StringIO()


class Plain:
    """Writes logs as they come, and a line of progress now and then; `quiet`: only the logs."""

    def __init__(self, board: Board, stream: TextIO, *, quiet: bool = False) -> None:
        self._board, self._outlet, self._quiet = board, Outlet(stream), quiet
        self._next = EVERY

    def tick(self, tick: Tick) -> None:
        """Show what the newest second brought."""
        self.say(logs(tick))
        if tick.at >= self._next and not self._quiet:
            self._next += EVERY
            self._outlet.write(line(self._board.checked, tick, self._board.view().share) + "\n")

    def say(self, lines: Sequence[str]) -> None:
        """Write lines."""
        if lines:
            self._outlet.write(harmless(lines))

    def draw(self) -> None:
        """Show nothing between the seconds."""

    def clear(self) -> None:
        """Leave the lines where they are."""


def harmless(lines: Iterable[str]) -> str:
    """Return lines as they can be written: what a target sent in them does no harm."""
    return "".join(f"{errors.harmless(line)}\n" for line in lines)


def line(checked: Checked, tick: Tick, share: float) -> str:
    """Write a tick as one line; `share` of the run is over."""
    done = int(share * BAR)  # only what is over is full
    level = [f"level {tick.level}"] if tick.level else []
    window = [tick.window] if tick.window else []
    return "  ".join(
        [
            f"{timed(checked, tick.at)} [{'=' * done}{' ' * (BAR - done)}]",
            *level,
            *window,
            *numbers(tick, checked.max_vus),
        ]
    )
