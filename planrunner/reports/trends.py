"""A number over several runs as one SVG: a line, and a dot for each run in the colour of its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 1000, 170
LEFT, RIGHT, TOP, BOTTOM = 90, 980, 16, 130

TONES = {"passed": "#1a7f37", "failed": "#cf222e"}
OTHER = "#9a6700"
LINE = "#0072b2"  # the style sheet has the dark theme's; these serve viewers that drop style sheets


@dataclass(frozen=True, slots=True)
class Point:
    """One run: its number, None when it was not measured; when it was; how it ended."""

    value: float | None
    when: str
    outcome: str


def trend(title: str, points: Sequence[Point], show: Callable[[float], str]) -> str:
    """Draw the points, evenly spaced: what matters is which run, not how long ago it was."""
    known = [(at, point, point.value) for at, point in enumerate(points) if point.value is not None]
    if not known:
        return ""
    top = max(value for _, _, value in known) or 1.0
    places = [
        (_across(at, len(points)), BOTTOM - (BOTTOM - TOP) * value / top, point) for at, point, value in known
    ]
    newest, most = show(known[-1][2]), show(max(value for _, _, value in known))
    told = f"{title}: {newest} in the newest run, at most {most}"
    line = _path([(x, y) for x, y, _ in places])
    parts = (OPENING, f"<title>{escape(told)}</title>", _grid(top, show), line, *_dots(places, show))
    return "".join((*parts, *_ends(points), "</svg>"))


OPENING = (
    f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg"'
    ' font-size="13" font-family="system-ui, sans-serif" fill="currentColor">'
)


def _across(number: int, count: int) -> float:
    return (LEFT + RIGHT) / 2 if count == 1 else LEFT + (RIGHT - LEFT) * number / (count - 1)


def _grid(top: float, show: Callable[[float], str]) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = BOTTOM - (BOTTOM - TOP) * share
        lines.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="currentColor" stroke-opacity="0.15"/>')
        text = escape(show(top * share))
        lines.append(f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end" opacity="0.75">{text}</text>')
    return "".join(lines)


def _path(places: Sequence[tuple[float, float]]) -> str:
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return f'<path d="M{line}" fill="none" stroke="{LINE}" stroke-width="2" style="stroke:var(--series)"/>'


def _dots(places: Sequence[tuple[float, float, Point]], show: Callable[[float], str]) -> Iterator[str]:
    for x, y, point in places:
        tone = TONES.get(point.outcome, OTHER)
        told = f"{point.when}: {show(point.value or 0.0)}, {point.outcome}"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{tone}"><title>{escape(told)}</title></circle>'


def _ends(points: Sequence[Point]) -> Iterator[str]:
    """Write when the first and the newest run were."""
    if len(points) == 1:
        when = escape(points[0].when)
        yield f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{when}</text>'
        return
    yield f'<text x="{LEFT}" y="{HEIGHT - 12}">{escape(points[0].when)}</text>'
    yield f'<text x="{RIGHT}" y="{HEIGHT - 12}" text-anchor="end">{escape(points[-1].when)}</text>'
