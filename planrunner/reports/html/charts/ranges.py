"""Drawings of a comparison: where a change lies, and what each run or window measured."""

from __future__ import annotations

from collections.abc import Sequence

from planrunner.reports.html.charts.drawing import COLORS, GRID

WIDE, TALL = 180, 16
TONES = {"failed": "#cf222e", "passed": "#1a7f37", "dim": "#57606a", "no-data": "#9a6700"}
STRIP_WIDE, STRIP_TALL, ROWS = 600, 44, (13, 31)
FEWEST = 2  # runs of a side that make a picture
LEAST, MOST = 0.1, 1.0  # as far as the axis of changes reaches


def whole(ends: Sequence[float]) -> float:
    """Return how far the axis of changes reaches on either side of none."""
    return min(max([LEAST, *map(abs, ends)]), MOST)


def reach(low: float, middle: float, high: float, far: float, tone: str) -> str:
    """Draw the likely range of a change as a bar, the change as a dot, and none as a line."""
    left, at, right = (WIDE / 2 + (WIDE / 2 - 5) * _within(x / far) for x in (low, middle, high))
    color = TONES[tone]
    return (
        f'<svg class="range" viewBox="0 0 {WIDE} {TALL}" width="{WIDE}" height="{TALL}" aria-hidden="true">'
        f'<line class="mark" x1="{WIDE / 2}" x2="{WIDE / 2}" y1="0" y2="{TALL}" stroke="#8c959f"/>'
        f'<rect class="f-{tone}" x="{left:.1f}" y="5" width="{max(right - left, 2):.1f}" height="6" rx="3"'
        f' fill="{color}" fill-opacity="0.35"/>'
        f'<circle class="f-{tone}" cx="{at:.1f}" cy="8" r="4" fill="{color}"/></svg>'
    )


def strip(bases: Sequence[float], heads: Sequence[float]) -> str:
    """Draw each run or window as a dot, the base above the head; empty where there are too few."""
    if min(len(bases), len(heads)) < FEWEST:
        return ""
    low, high = min((*bases, *heads)), max((*bases, *heads))
    span = (high - low) or 1.0
    dots = [
        f'<circle class="f-{name}" cx="{10 + (STRIP_WIDE - 20) * (value - low) / span:.1f}" cy="{row}" r="5"'
        f' fill="{COLORS[color]}" fill-opacity="0.6"/>'
        for values, row, name, color in (
            (bases, ROWS[0], "base", "level"),
            (heads, ROWS[1], "requests", "requests"),
        )
        for value in values
    ]
    lines = [f'<line x1="0" x2="{STRIP_WIDE}" y1="{row}" y2="{row}" stroke="{GRID}"/>' for row in ROWS]
    return (
        f'<svg class="strip" viewBox="0 0 {STRIP_WIDE} {STRIP_TALL}" width="{STRIP_WIDE}"'
        f' height="{STRIP_TALL}" aria-hidden="true">{"".join(lines)}{"".join(dots)}</svg>'
    )


def _within(share: float) -> float:
    return max(-1.0, min(1.0, share))
