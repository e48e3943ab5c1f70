"""The strokes that all charts are made of: presentation attributes hold where a viewer drops style sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from planrunner.reports.html.charts.scales import Scale

WIDTH = 1000
LEFT, RIGHT = 62, 938

COLORS = {  # Okabe and Ito, dark enough for white; the style sheet has the dark theme's
    "vus": "#6e7781",
    "requests": "#0072b2",
    "failed": "#c44f00",
    "p50": "#007d5b",
    "p95": "#0072b2",
    "p99": "#a9558b",
    "limit": "#b3261e",
    "cpu": "#6e7781",
    "loop": "#0072b2",
    "arrivals": "#c44f00",
    "bars": "#0072b2",
    "warm": "#8c959f",
    "ramp": "#8c959f",
    "phase": "#8c959f",
    "gap": "#c44f00",
    "between": "#bf8700",
    "level": "#8c959f",
}
DASHES = {"level": "2 4", "p50": "6 4", "p99": "1.5 3.5", "limit": "9 5", "arrivals": "5 3"}
WEIGHTS = {"p95": 2.2, "p99": 1.5, "limit": 1.5}
FILLED = {"vus": 0.35, "failed": 1.0, "cpu": 0.35, "bars": 0.85}  # what a legend shows as a patch
GRID, TEXT = "#d0d7de", "#57606a"
ADVANCE = 6.3  # pixels that a letter of a legend takes


def opening(name: str, title: str, told: str, height: int, kind: str = "chart") -> str:
    """Begin a chart: what it shows is said in words, too."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg" font-size="12"'
        f' font-family="system-ui, sans-serif"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(told)}</desc>'
    )


def line(name: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    """Draw a straight line."""
    return (
        f'<line class="s-{name}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{COLORS.get(name, GRID)}" stroke-width="{WEIGHTS.get(name, 1)}"{_dash(name)}/>'
    )


def curve(name: str, points: Sequence[tuple[float, float | None]]) -> str:
    """Draw a line that breaks where there is no value; `h0` makes a dot of a value that stands alone."""
    path, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
        else:
            path.append(f"{pen}{x:.1f} {y:.1f}" + ("h0" if pen == "M" else ""))
            pen = "L"
    return (
        f'<path class="s-{name}" d="{"".join(path)}" fill="none" stroke="{COLORS[name]}"'
        f' stroke-width="{WEIGHTS.get(name, 1.8)}" stroke-linecap="round" stroke-linejoin="round"'
        f"{_dash(name)}/>"
    )


def steps(name: str, spans: Sequence[tuple[float, float, float]], base: float) -> str:
    """Fill what lies below steps, each from left to right at a height."""
    outline = " ".join(f"L{left:.1f} {y:.1f}H{right:.1f}" for left, right, y in spans)
    path = f"M{spans[0][0]:.1f} {base} {outline} V{base}Z"
    return f'<path class="f-{name}" fill="{COLORS[name]}" fill-opacity="0.22" d="{path}"/>'


def band(name: str, points: Sequence[tuple[float, float, float]]) -> str:
    """Fill what lies between two curves."""
    there = "L".join(f"{x:.1f} {upper:.1f}" for x, upper, _ in points)
    back = "L".join(f"{x:.1f} {lower:.1f}" for x, _, lower in reversed(points))
    return f'<path class="f-{name}" fill="{COLORS[name]}" fill-opacity="0.1" d="M{there}L{back}Z"/>'


def box(name: str, corner: tuple[float, float], size: tuple[float, float], opacity: float = 1.0) -> str:
    """Fill a rectangle, given by its upper left corner, width and height."""
    return (
        f'<rect class="f-{name}" fill="{COLORS[name]}" fill-opacity="{opacity}" x="{corner[0]:.1f}"'
        f' y="{corner[1]:.1f}" width="{size[0]:.1f}" height="{size[1]:.1f}"/>'
    )


def outline(name: str, points: Sequence[tuple[float, float]], opacity: float) -> str:
    """Fill what lies within some points."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="f-{name}" fill="{COLORS[name]}" fill-opacity="{opacity}" d="M{path}Z"/>'


def text(x: float, y: float, told: str, anchor: str, kind: str = "axis") -> str:
    """Write a word."""
    color = COLORS["limit"] if kind == "limit" else TEXT
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="t-{kind}" {where} fill="{color}">{escape(told)}</text>'


def grid(scale: Scale, labels: Sequence[str]) -> Iterator[str]:
    """Draw the lines of a vertical axis, and its labels to the left."""
    for tick in scale.ticks:
        y = scale.at(tick)
        yield line("grid" if tick else "axis", (LEFT, y), (RIGHT, y))
    yield from ticks(scale, labels, LEFT - 8, "end")


def ticks(scale: Scale, labels: Sequence[str], x: float, anchor: str) -> Iterator[str]:
    """Write the labels of a vertical axis."""
    for tick, label in zip(scale.ticks, labels, strict=True):
        yield text(x, scale.at(tick) + 4, label, anchor)


def legend(y: float, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Say what is what, in the order of the entries."""
    x = float(LEFT)
    for name, label in entries:
        if name in FILLED:
            yield box(name, (x, y - 9), (18, 10), FILLED[name])
        else:
            yield line(name, (x, y - 4), (x + 18, y - 4))
        yield text(x + 24, y, label, "start", "legend")
        x += 48 + ADVANCE * len(label)


def _dash(name: str) -> str:
    return f' stroke-dasharray="{DASHES[name]}"' if name in DASHES else ""
