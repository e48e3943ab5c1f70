"""A terminal where the run is drawn anew twice a second, below what is said of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from planrunner.engine.run import Tick
from planrunner.live.board import Board, logs
from planrunner.live.frame import frame
from planrunner.live.terminal import Outlet, harmless

Size = Callable[[], tuple[int, int]]
"""Tells how many columns and rows the terminal has now."""


class Screen:
    """Writes pictures over each other.

    The cursor stays visible and the terminal as it is: whatever ends us, nothing has to be put right.
    """

    def __init__(self, board: Board, stream: TextIO, *, size: Size, color: bool) -> None:
        self._board, self._outlet, self._size = board, Outlet(stream), size
        self._console = Console(
            file=io.StringIO(),
            force_terminal=True,
            color_system="standard" if color else None,  # 16 colours: the reader's own
            no_color=not color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
            _environ={},  # what it says is looked at elsewhere
        )
        self._rows: list[int] = []  # how many columns each row has that is shown
        self._picture = ""

    def tick(self, tick: Tick) -> None:
        """Show what the newest second brought."""
        self.say(logs(tick))

    def say(self, lines: Sequence[str]) -> None:
        """Write lines above the picture; what a target sent in them does no harm."""
        if lines:
            rows = self._rows
            self._outlet.write(f"{self._back()}\x1b[J{harmless(lines)}{self._picture}")
            self._rows = rows

    def draw(self) -> None:
        """Draw the run as it is now, in one piece: half a picture would flicker."""
        columns, rows = self._size()
        drawn = frame(self._board.view(), self._board.checked, columns, rows)
        before, self._picture = self._back(), self._written(drawn, columns)
        self._outlet.write(f"{before}{self._picture}\x1b[J")
        self._rows = [row.cell_len for row in drawn]

    def clear(self) -> None:
        """Take the picture away."""
        if self._rows:
            self._outlet.write(f"{self._back()}\x1b[J")
        self._rows, self._picture = [], ""

    def _back(self) -> str:
        """Return what leads to the first row of the picture; rows that no longer fit have become several."""
        columns = max(self._size()[0], 1)
        up = sum(max(-(-cells // columns), 1) for cells in self._rows) - 1
        return "\r" + (f"\x1b[{up}A" if up > 0 else "")

    def _written(self, rows: Sequence[Text], columns: int) -> str:
        """Return rows with their colours; each takes away what is left of the one that was there."""
        console = self._console
        console.width = max(columns, 21)
        with console.capture() as captured:
            console.print(Text("\n").join(rows), end="", no_wrap=True, overflow="ignore", crop=False)
        return captured.get().replace("\n", "\x1b[K\n") + "\x1b[K"
