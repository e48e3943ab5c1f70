"""How response times were spread: bars on a logarithmic axis, those of failed requests on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from planrunner import units
from planrunner.reports.html.charts.drawing import LEFT, RIGHT, box, grid, legend, line, opening, text
from planrunner.reports.html.charts.scales import Logarithmic, Scale, value_scale

HEIGHT = 303
PANEL = (71, 249)
ROWS = 3  # of labels above the bars; what fits into none of them is told by its line under the mouse
LETTER = 7.0  # pixels


@dataclass(frozen=True, slots=True)
class Bar:
    """How many requests took how long."""

    low: float
    high: float
    good: int
    failed: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A time that is worth a line: a percentile, or a limit."""

    kind: str
    label: str
    seconds: float


def distribution(bars: Sequence[Bar], marks: Sequence[Mark], told: str) -> str:
    """Draw it; empty where nothing is known."""
    if not bars:
        return ""
    across = Logarithmic(bars[0].low, bars[-1].high, LEFT, RIGHT)
    up = value_scale(max(one.good + one.failed for one in bars), PANEL[1], PANEL[0], whole=True)
    failed = any(one.failed for one in bars)
    entries = [("bars", "requests"), *([("failed", "of them failed")] * failed)]
    parts = [
        opening("ds", "How long requests took", told, HEIGHT),
        *grid(up, [units.show_number(tick) for tick in up.ticks]),
        *_axis(across),
        *(part for one in bars for part in _bar(one, across, up)),
        *_marks([mark for mark in marks if across.low <= mark.seconds <= across.high], across),
        *legend(14, entries),
        "</svg>",
    ]
    return "".join(parts)


def _axis(across: Logarithmic) -> Iterator[str]:
    for tick in across.ticks:
        x = across.at(tick)
        yield line("axis", (x, PANEL[1]), (x, PANEL[1] + 5))
        yield text(x, PANEL[1] + 20, units.show_duration(tick * (1 + 1e-9)), "middle")
    yield text((LEFT + RIGHT) / 2, HEIGHT - 10, "response time (logarithmic)", "middle")


def _bar(one: Bar, across: Logarithmic, up: Scale) -> Iterator[str]:
    total = one.good + one.failed
    if not total:
        return
    left, right = across.at(one.low), across.at(one.high)
    width = max(right - left - 1.5, 1.0)
    top = min(up.at(total), PANEL[1] - 2.0)  # a single request can be seen
    span = f"{units.show_duration(one.low)} to {units.show_duration(one.high)}"
    failed = f", {one.failed:,} of them failed" if one.failed else ""
    yield f"<g><title>{escape(f'{span}: {total:,} requests{failed}')}</title>"
    yield box("bars", (left, top), (width, PANEL[1] - top), 0.85)
    if one.failed:
        height = max((PANEL[1] - top) * one.failed / total, 2.0)
        yield box("failed", (left, top), (width, height))
    yield "</g>"


def _marks(marks: Sequence[Mark], across: Logarithmic) -> Iterator[str]:
    """Draw lines; a label that would run into the one before it is written higher."""
    ends = [0.0] * ROWS
    for mark in sorted(marks, key=lambda one: one.seconds):
        x, half = across.at(mark.seconds), LETTER * len(mark.label) / 2
        told = escape(f"{mark.label}: {units.show_duration(mark.seconds)}")
        yield f"<g><title>{told}</title>{line(mark.kind, (x, PANEL[0] - 4), (x, PANEL[1]))}</g>"
        row = next((row for row, end in enumerate(ends) if x - half >= end), None)
        if row is not None:
            ends[row] = x + half
            kind = "limit" if mark.kind == "limit" else "axis"
            yield text(x, PANEL[0] - 8 - 13 * row, mark.label, "middle", kind)
