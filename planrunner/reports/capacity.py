"""What a search tried, as one SVG: response times over the level, failures below, good and bad told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.timeline import COLORS, Scale, nice, tightest
from planrunner.result import Capacity, CapacityLevel, Result

WIDTH, HEIGHT = 1000, 400
LEFT, RIGHT = 62, 938
UPPER, LOWER = (40, 240), (286, 346)  # top and bottom of the two panels
INTERVALS = 4
BEYOND = (
    3.0  # times the limit: what is slower is drawn at the edge, so that the levels below can be told apart
)

CURVES = (
    ("p50", "p50 (typical)", "6 4"),
    ("p95", "p95 (slow 5 %)", ""),
    ("p99", "p99 (slow 1 %)", "1.5 3.5"),
)
MARKS = {
    "good": "M{x:.1f} {y:.1f}m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z",  # a disc
    "bad": "M{x:.1f} {y:.1f}m-5.5 -5.5l11 11m0 -11l-11 11",  # a cross
    "inconclusive": "M{x:.1f} {y:.1f}m-5 -5h10v10h-10z",  # a square
}
FILLS = {"good": "#1a7f37", "bad": "none", "inconclusive": "none"}
STROKES = {"good": "#1a7f37", "bad": "#cf222e", "inconclusive": "#57606a"}

OPENING = (
    f'<svg class="timeline capacity" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    ' aria-labelledby="cp-title cp-desc" xmlns="http://www.w3.org/2000/svg" font-size="12"'
    ' font-family="system-ui, sans-serif">'
)


def chart(result: Result) -> str:
    """Draw the levels of a search; empty when there was none, or nothing of it was judged."""
    found = result.capacity
    if found is None or not found.levels:
        return ""
    levels = sorted(found.levels, key=lambda one: one.level)
    across = _scale(levels[-1].level, LEFT, RIGHT)
    limit = tightest(result.thresholds)
    up = _scale(_highest(levels, limit.limit if limit else None), UPPER[1], UPPER[0])
    parts = [
        OPENING,
        '<title id="cp-title">Response times and failures at each level</title>',
        f'<desc id="cp-desc">{escape(wording.capacity(found))}</desc>',
        *_between(found, across),
        *_axes(found, across, up),
        *_limit(limit.limit if limit else None, up),
        *_curves(levels, across, up),
        *_failures(levels, across),
        *_marks(found, levels, across, up),
        *_legend(),
        "</svg>",
    ]
    return "".join(parts)


def _scale(high: float, start: float, end: float) -> Scale:
    step = nice((high or 1.0) / INTERVALS)
    return Scale(step * INTERVALS, step, start, end)


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
        yield (
            f'<rect class="f-between" fill="#bf8700" fill-opacity="0.18" x="{left:.1f}" y="{UPPER[0]}"'
            f' width="{right - left:.1f}" height="{LOWER[1] - UPPER[0]}"/>'
        )


def _axes(found: Capacity, across: Scale, up: Scale) -> Iterator[str]:
    for tick in across.ticks:
        x = across.at(tick)
        for top, bottom in (UPPER, LOWER):
            yield _line("grid", (x, top), (x, bottom))
        yield _text(x, LOWER[1] + 18, units.show_number(tick), "middle")
    for tick in up.ticks:
        yield _line("grid" if tick else "axis", (LEFT, up.at(tick)), (RIGHT, up.at(tick)))
        yield _text(LEFT - 8, up.at(tick) + 4, units.show_duration(tick), "end")
    for share, y in ((0, LOWER[1]), (1, LOWER[0])):
        yield _line("grid" if share else "axis", (LEFT, y), (RIGHT, y))
        yield _text(LEFT - 8, y + 4, f"{share:.0%}", "end")
    what = "iterations begun per second" if found.find == "rate" else "VUs"
    yield _text((LEFT + RIGHT) / 2, HEIGHT - 12, what, "middle")
    yield _text(LEFT, LOWER[0] - 10, "failed requests", "start")


def _limit(limit: float | None, up: Scale) -> Iterator[str]:
    if limit is not None and limit <= up.high:
        yield _line("limit", (LEFT, up.at(limit)), (RIGHT, up.at(limit)), "9 5")
        yield _text(RIGHT + 8, up.at(limit) + 4, units.show_duration(limit), "start")


def _curves(levels: Sequence[CapacityLevel], across: Scale, up: Scale) -> Iterator[str]:
    for name, _, dash in CURVES:
        known = [(one.level, getattr(one, name)) for one in levels if getattr(one, name) is not None]
        path = "L".join(f"{across.at(level):.1f} {up.at(seconds):.1f}" for level, seconds in known)
        if path:
            yield (
                f'<path class="s-{name}" d="M{path}" fill="none" stroke="{COLORS[name]}" stroke-width="1.8"'
                f' stroke-linejoin="round"{_dash(dash)}/>'
            )


def _failures(levels: Sequence[CapacityLevel], across: Scale) -> Iterator[str]:
    for one in levels:
        if one.failed:
            height = max(1.0, one.failed * (LOWER[1] - LOWER[0]))
            yield (
                f'<rect class="f-failed" fill="{COLORS["failed"]}" x="{across.at(one.level) - 3:.1f}"'
                f' y="{LOWER[1] - height:.1f}" width="6" height="{height:.1f}"/>'
            )


def _marks(found: Capacity, levels: Sequence[CapacityLevel], across: Scale, up: Scale) -> Iterator[str]:
    """Mark each level on the curve of its p95, in a shape that says how it went."""
    for one in levels:
        x, y = across.at(one.level), up.at(one.p95 or 0.0)
        told = escape(wording.level_line(found.find, one))
        yield f'<g class="mark {one.verdict}"><title>{told}</title>{_mark(one.verdict, x, y)}</g>'


def _mark(verdict: str, x: float, y: float) -> str:
    path = MARKS[verdict].format(x=x, y=y)
    return f'<path d="{path}" fill="{FILLS[verdict]}" stroke="{STROKES[verdict]}" stroke-width="2.2"/>'


def _legend() -> Iterator[str]:
    x, y = float(LEFT), UPPER[0] - 16
    for name, label, dash in CURVES:
        yield _line(name, (x, y - 4), (x + 18, y - 4), dash)
        yield _text(x + 24, y, label, "start")
        x += 48 + 6.1 * len(label)
    for verdict, label in wording.HOW.items():
        yield _mark(verdict, x + 9, y - 4)
        yield _text(x + 24, y, label, "start")
        x += 48 + 6.1 * len(label)


def _line(name: str, start: tuple[float, float], end: tuple[float, float], dash: str = "") -> str:
    color, width = (COLORS[name], 1.8) if name in COLORS else ("#d0d7de", 1)
    return (
        f'<line class="s-{name}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{color}" stroke-width="{width}"{_dash(dash)}/>'
    )


def _dash(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _text(x: float, y: float, text: str, anchor: str) -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="t-axis" {where} fill="#57606a">{escape(text)}</text>'
