"""A line drawn in characters: how much there is over time."""

from __future__ import annotations

from collections.abc import Iterator

from planrunner.explain.lines import Line, most, peak
from planrunner.explain.words import figure, time

WIDTH = 70  # columns; with an indentation of 2 they fit into 72
ROWS = 5  # with title, axis and times it is 8 high
BLOCKS = " ▁▂▃▄▅▆▇█"
STEPS = len(BLOCKS) - 1  # of height in one row


def chart(title: str, drawn: Line, end: float) -> list[str]:
    """Draw a line from 0 to `end` seconds, each column as high as the line is at most within its time."""
    top = peak(drawn)
    margin = len(figure(top.value))
    columns = WIDTH - margin - 2
    heights = [
        _height(most(drawn, end * i / columns, end * (i + 1) / columns), top.value) for i in range(columns)
    ]
    rows = [f"{title}: at most {figure(top.value)}, first at {time(top.at)}"]
    for row in reversed(range(ROWS)):
        cells = "".join(BLOCKS[min(max(height - row * STEPS, 0), STEPS)] for height in heights)
        mark = f"{figure(top.value)} ┤" if row == ROWS - 1 else " " * margin + " │"
        rows.append((mark + cells).rstrip())
    rows.append(f"{'0':>{margin}} └{'─' * columns}")
    return [*rows, " " * (margin + 2) + "".join(_times(end, columns)).rstrip()]


def _height(value: float, top: float) -> int:
    """Return how many steps high a column is; the little that there is can be seen."""
    steps = round(value / top * ROWS * STEPS)
    return max(steps, 1) if value > 0 else 0


def _times(end: float, columns: int) -> Iterator[str]:
    """Yield the line of times: the start at the left, the middle, the end at the right."""
    middle, last = time(end / 2), time(end)
    half = columns // 2
    yield "0s".ljust(half - len(middle) // 2)
    yield middle
    yield last.rjust(columns - half + len(middle) // 2 - len(middle))
