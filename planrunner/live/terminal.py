"""Progress on the terminal: one line that is written anew each second, or plain lines in a log."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TextIO

from planrunner.engine.checked import Checked
from planrunner.engine.run import Tick
from planrunner.errors import visible
from planrunner.reports.wording import marked
from planrunner.result import few
from planrunner.units import show_duration, show_share

EVERY = 10.0  # seconds between plain lines, so that a CI log stays short
BAR = 24  # characters


class Terminal:
    """Writes progress to a stream; `redraw` where the stream is a terminal; `quiet`: only the plan's logs."""

    def __init__(
        self,
        checked: Checked,
        stream: TextIO,
        *,
        redraw: bool,
        width: Callable[[], int],
        quiet: bool = False,
    ) -> None:
        self._checked, self._stream, self._redraw, self._width = checked, stream, redraw, width
        self._quiet = quiet
        self._next = EVERY
        self._drawn = False

    def tick(self, tick: Tick) -> None:
        """Show what the newest second brought."""
        self.say(tick.logs)
        if tick.logs_lost:
            self.say([f"... and {tick.logs_lost} more lines in this second"])
        if self._quiet:
            return
        if self._redraw:
            self._write("\r\x1b[2K" + self.line(tick)[: max(self._width() - 1, 20)])
            self._drawn = True
        elif tick.at >= self._next:
            self._next += EVERY
            self._write(self.line(tick) + "\n")

    def say(self, lines: Sequence[str]) -> None:
        """Write lines above the progress; what a target sent in them does no harm."""
        self.clear()
        self._write("".join(f"{visible(part)}\n" for line in lines for part in line.splitlines() or [""]))

    def clear(self) -> None:
        """Take the progress line away."""
        if self._drawn:
            self._drawn = False
            self._write("\r\x1b[2K")

    def _write(self, text: str) -> None:
        """Write at once; a reader who leaves costs the run nothing but its progress."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except BrokenPipeError:
            self._stream = io.StringIO()

    def line(self, tick: Tick) -> str:
        """Write a tick as one line."""
        span, planned = tick.span, self._checked.seconds
        share = min(tick.at / planned, 1.0) if planned else 1.0
        done = round(share * BAR)
        rate = span.requests / span.seconds if span.seconds else 0.0
        seen = span.durations.count
        p95 = marked(
            show_duration(span.durations.quantile(0.95)) if seen else "-",
            censored="p95" in span.censored,
            few=bool(seen and few(("p95",), seen)),
        )
        failed = show_share(tick.failed / tick.requests) if tick.requests else "0.00%"
        level = [f"level {tick.level}"] if tick.level else []
        parts = [
            f"{_clock(tick.at)}/{_clock(planned)} [{'=' * done}{' ' * (BAR - done)}]",
            *level,
            f"{span.vus:.0f}/{self._checked.max_vus} VUs",
            f"{rate:.0f} req/s",
            f"p95 {p95}",
            f"{failed} failed",
            f"{tick.iterations} iterations",
        ]
        return "  ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.5), 60)
    return f"{minutes:02}:{rest:02}"
