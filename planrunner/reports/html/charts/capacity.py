"""What a search tried: response times over the level, failures below, good and bad told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.html.charts.drawing import LEFT, RIGHT, box, curve, grid, legend, line, opening, text
from planrunner.reports.html.charts.scales import Scale, value_scale
from planrunner.reports.html.charts.timeline import CURVES
from planrunner.reports.html.limits import tightest
from planrunner.result import Capacity, CapacityLevel, Result

HEIGHT = 400
UPPER, LOWER = (40, 240), (286, 346)  # top and bottom of the two panels
BEYOND = 3.0  # times the limit: slower levels are drawn at the edge, so that those below can be told apart
SIGNS = 530  # where the legend of the marks begins

MARKS = {
    "good": "M{x:.1f} {y:.1f}m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z",  # a disc
    "bad": "M{x:.1f} {y:.1f}m-5.5 -5.5l11 11m0 -11l-11 11",  # a cross
    "inconclusive": "M{x:.1f} {y:.1f}m-5 -5h10v10h-10z",  # a square
}
FILLS = {"good": "#1a7f37", "bad": "none", "inconclusive": "none"}
STROKES = {"good": "#1a7f37", "bad": "#cf222e", "inconclusive": "#57606a"}


def chart(result: Result) -> str:
    """Draw the levels of a search; empty when there was none, or nothing of it was judged."""
    found = result.capacity
    if found is None or not found.levels:
        return ""
    levels = sorted(found.levels, key=lambda one: one.level)
    across = value_scale(levels[-1].level, LEFT, RIGHT)
    limit = tightest(result.thresholds)
    up = value_scale(_highest(levels, limit.limit if limit else None), UPPER[1], UPPER[0])
    parts = [
        opening("cp", "Response times and failures at each level", wording.capacity(found), HEIGHT),
        *_between(found, across),
        *_axes(found, across, up),
        *_limit(limit.limit if limit else None, up),
        *_curves(levels, across, up),
        *_failures(levels, across),
        *_marks(found, levels, across, up),
        *legend(UPPER[0] - 16, CURVES),
        *_signs(),
        "</svg>",
    ]
    return "".join(parts)


def _highest(levels: Sequence[CapacityLevel], limit: float | None) -> float:
    """Return the longest time that is drawn in its place; a level that broke down is slower by far."""
    known = [one.p99 for one in levels if one.p99 is not None]
    good = [one.p99 for one in levels if one.p99 is not None and one.verdict == "good"]
    most = max(known, default=0.0)
    return min(most, max(BEYOND * limit, *good, 0.0)) if limit else most


def _between(found: Capacity, across: Scale) -> Iterator[str]:
    """Shade where the capacity lies."""
    if found.last_good is not None and found.first_bad is not None:
        left, right = across.at(found.last_good), across.at(found.first_bad)
        yield box("between", (left, UPPER[0]), (right - left, LOWER[1] - UPPER[0]), 0.18)


def _axes(found: Capacity, across: Scale, up: Scale) -> Iterator[str]:
    for tick in across.ticks:
        x = across.at(tick)
        for top, bottom in (UPPER, LOWER):
            yield line("grid", (x, top), (x, bottom))
        yield text(x, LOWER[1] + 18, units.show_number(tick), "middle")
    yield from grid(up, [units.show_duration(tick) for tick in up.ticks])
    for share, y in ((0, LOWER[1]), (1, LOWER[0])):
        yield line("grid" if share else "axis", (LEFT, y), (RIGHT, y))
        yield text(LEFT - 8, y + 4, f"{share:.0%}", "end")
    what = "iterations begun per second" if found.find == "rate" else "VUs"
    yield text((LEFT + RIGHT) / 2, HEIGHT - 12, what, "middle")
    yield text(LEFT, LOWER[0] - 10, "failed requests", "start")


def _limit(limit: float | None, up: Scale) -> Iterator[str]:
    if limit is not None and limit <= up.high:
        yield line("limit", (LEFT, up.at(limit)), (RIGHT, up.at(limit)))
        yield text(RIGHT + 8, up.at(limit) + 4, units.show_duration(limit), "start", "limit")


def _curves(levels: Sequence[CapacityLevel], across: Scale, up: Scale) -> Iterator[str]:
    for name, _ in CURVES:
        known = [(across.at(one.level), up.at(v)) for one in levels if (v := getattr(one, name)) is not None]
        if known:
            yield curve(name, known)


def _failures(levels: Sequence[CapacityLevel], across: Scale) -> Iterator[str]:
    for one in levels:
        if one.failed:
            height = max(1.0, one.failed * (LOWER[1] - LOWER[0]))
            yield box("failed", (across.at(one.level) - 3, LOWER[1] - height), (6, height))


def _marks(found: Capacity, levels: Sequence[CapacityLevel], across: Scale, up: Scale) -> Iterator[str]:
    """Mark each level on the curve of its p95, in a shape that says how it went."""
    for one in levels:
        x, y = across.at(one.level), up.at(one.p95 or 0.0)
        told = escape(wording.level_line(found.find, one))
        yield f'<g class="mark {one.verdict}"><title>{told}</title>{_mark(one.verdict, x, y)}</g>'


def _mark(verdict: str, x: float, y: float) -> str:
    path = MARKS[verdict].format(x=x, y=y)
    return f'<path d="{path}" fill="{FILLS[verdict]}" stroke="{STROKES[verdict]}" stroke-width="2.2"/>'


def _signs() -> Iterator[str]:
    x, y = SIGNS, UPPER[0] - 16
    for verdict, label in wording.HOW.items():
        yield _mark(verdict, x, y - 4)
        yield text(x + 14, y, label, "start", "legend")
        x += 88
