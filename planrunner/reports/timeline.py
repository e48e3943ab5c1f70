"""The timeline of a run as one SVG: load above, response times below, on a shared time axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from planrunner import units
from planrunner.reports.wording import clip, marked, ranked
from planrunner.result import Moment, Result, Threshold, WarmUp

WIDTH, HEIGHT = 1000, 470
LEFT, RIGHT = 62, 938
UPPER, LOWER = (40, 190), (258, 428)  # top and bottom of the two panels
INTERVALS = 4  # between grid lines; the same left and right, so that one grid serves both axes

TIME_STEPS = (
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    14400,
    43200,
    86400,
)
MOST_TIME_TICKS = 9
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)

COLORS = {  # Okabe and Ito; the style sheet has the dark theme's, these serve viewers that drop style sheets
    "vus": "#6e7781",
    "requests": "#0072b2",
    "failed": "#cf222e",
    "p50": "#009e73",
    "p95": "#0072b2",
    "p99": "#cc79a7",
    "limit": "#cf222e",
}
DASHES = {"p50": "6 4", "p99": "1.5 3.5", "limit": "9 5"}
WEIGHTS = {"p95": 2.2, "p99": 1.5}

OPENING = (
    f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="tl-title tl-desc"'
    ' xmlns="http://www.w3.org/2000/svg" font-size="12" font-family="system-ui, sans-serif">'
)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values, 0 to high, to pixels, start to end, with a tick each step."""

    high: float
    step: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what lies beyond is drawn at the edge."""
        return self.start + (self.end - self.start) * min(value, self.high) / self.high

    @property
    def ticks(self) -> list[float]:
        """The values that get a tick."""
        return [self.step * i for i in range(math.floor(self.high / self.step + 1e-9) + 1)]


def timeline(result: Result) -> str:
    """Draw the timeline; empty when there are no moments."""
    moments = tuple(result.timeline)
    if not moments:
        return ""
    across = time_scale(max(result.duration, moments[-1].at + moments[-1].seconds))
    limit = tightest(result.thresholds)
    parts = [
        OPENING,
        '<title id="tl-title">Load and response times over the run</title>',
        f'<desc id="tl-desc">{escape(finding(moments))}</desc>',
        *_warm_ups(result.warm_up, across),
        *_time_axis(across),
        *_load(moments, across),
        *_times(moments, across, limit),
        *_hovers(moments, across),
        "</svg>",
    ]
    return "".join(parts)


def finding(moments: Sequence[Moment]) -> str:
    """Say what the chart shows, for those who cannot see it."""
    slow = [(m.p95, m.at, "p95" in m.censored) for m in moments if m.p95 is not None]
    bad = [m for m in moments if m.failed]
    said = [
        f"Up to {max(m.vus for m in moments):.0f} VUs made {sum(m.requests for m in moments):,} requests."
    ]
    if slow:
        worst, at, censored = max(slow)
        highest = marked(units.show_duration(worst), censored=censored)
        said.append(f"p95 was highest, {highest}, {units.show_duration(at)} into the run.")
    if bad:
        first, last = units.show_duration(bad[0].at), units.show_duration(bad[-1].at + bad[-1].seconds)
        said.append(f"{sum(m.failed for m in bad):,} requests failed between {first} and {last}.")
    else:
        said.append("No request failed.")
    return " ".join(said)


def tightest(thresholds: Iterable[Threshold]) -> Threshold | None:
    """Pick the upper limit to draw: the lowest on all response times, else the lowest on a part of them."""
    limits = [
        t
        for t in thresholds
        if t.metric.partition("{")[0] == "http_req_duration"
        and t.operator in {"<", "<="}
        and t.contains == "time"
        and t.aggregate != "sum"
        and (t.limit or 0) > 0
    ]
    return min(ranked(limits), key=lambda t: ("{" in t.metric, t.limit), default=None)


def nice(value: float, *, whole: bool = False) -> float:
    """Round up to a step that people count in, a whole one where only whole numbers make sense."""
    if whole and value < 10:
        return float(math.ceil(value))
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in STEPS if power * step >= value * (1 - 1e-9))


def time_scale(seconds: float) -> Scale:
    """Make the time axis, with ticks where a clock would have them."""
    seconds = seconds or 1.0
    fitting = (step for step in TIME_STEPS if seconds / step <= MOST_TIME_TICKS)
    return Scale(seconds, next(fitting, nice(seconds / MOST_TIME_TICKS)), LEFT, RIGHT)


def value_scale(high: float, panel: tuple[int, int], *, whole: bool = False) -> Scale:
    """Make a vertical axis of four nice intervals."""
    step = nice((high or 1.0) / INTERVALS, whole=whole)
    return Scale(step * INTERVALS, step, panel[1], panel[0])


def _time_axis(across: Scale) -> Iterator[str]:
    for tick in across.ticks:
        x = across.at(tick)
        for top, bottom in (UPPER, LOWER):
            yield _line("grid", (x, top), (x, bottom))
        yield _text(x, LOWER[1] + 18, _clock(tick), "middle")
    yield _text((LEFT + RIGHT) / 2, HEIGHT - 6, "time since the run began", "middle")


def _warm_ups(ones: Iterable[WarmUp], across: Scale) -> Iterator[str]:
    """Shade the time that does not count; scenarios that warm up together make one shade."""
    spans = sorted({(one.begin, one.end) for one in ones})
    for begin, end in spans:
        left, right = across.at(begin), across.at(end)
        for top, bottom in (UPPER, LOWER):
            yield (
                f'<rect class="f-warm" fill="#d0d7de" fill-opacity="0.45" x="{left:.1f}" y="{top}"'
                f' width="{right - left:.1f}" height="{bottom - top}"/>'
            )
    if spans:
        yield _text(across.at(spans[0][0]) + 6, UPPER[0] + 14, "warm-up", "start", "t-legend")


def _clock(seconds: float) -> str:
    """Write a time as on a clock face: 2m, not 2m0s."""
    text = units.show_duration(seconds)
    text = text.removesuffix("0s") if text.endswith("m0s") else text
    return text.removesuffix("0m") if text.endswith("h0m") else text


def _load(moments: Sequence[Moment], across: Scale) -> Iterator[str]:
    vus = value_scale(max(m.vus for m in moments), UPPER, whole=True)
    rates = value_scale(max(m.requests / m.seconds for m in moments), UPPER)
    yield from _grid(vus, [units.show_number(t) for t in vus.ticks], LEFT - 8, "end")
    yield from _ticks(rates, [units.show_number(t) for t in rates.ticks], RIGHT + 8, "start")
    yield _area([(across.at(m.at), across.at(m.at + m.seconds), vus.at(m.vus)) for m in moments])
    yield from _failures(moments, across, rates)
    yield _curve("requests", [(_middle(m, across), rates.at(m.requests / m.seconds)) for m in moments])
    yield from _legend(
        UPPER, [("vus", "VUs (left)"), ("requests", "requests/s (right)"), ("failed", "failed/s (right)")]
    )


def _failures(moments: Sequence[Moment], across: Scale, rates: Scale) -> Iterator[str]:
    for m in moments:
        if m.failed:  # at least three pixels: a single failure must be seen
            height = max(UPPER[1] - rates.at(m.failed / m.seconds), 3.0)
            left, right = across.at(m.at), across.at(m.at + m.seconds)
            yield (
                f'<rect class="f-failed" fill="{COLORS["failed"]}" x="{left:.1f}" y="{UPPER[1] - height:.1f}"'
                f' width="{max(right - left - 0.5, 1.0):.1f}" height="{height:.1f}"/>'
            )


def _times(moments: Sequence[Moment], across: Scale, limit: Threshold | None) -> Iterator[str]:
    measured = [p for m in moments for p in (m.p50, m.p95, m.p99) if p is not None]
    high = max(measured, default=0.0)
    most = (limit.limit if limit else None) or 0.0
    near = limit is not None and most <= max(3 * high, 1e-9)  # a far limit would flatten the curves
    scale = value_scale(max(high, most) if near else high, LOWER)
    yield from _grid(scale, [units.show_duration(t) for t in scale.ticks], LEFT - 8, "end")
    shown = [("p99", "p99 (slow 1 %)"), ("p95", "p95 (slow 5 %)"), ("p50", "p50 (typical)")]
    for name, _ in shown:
        values = ((m, getattr(m, name)) for m in moments)
        yield _curve(name, [(_middle(m, across), None if v is None else scale.at(v)) for m, v in values])
    entries = list(reversed(shown))
    if limit and near:
        y = scale.at(most)
        yield _line("limit", (LEFT, y), (RIGHT, y), 1.5)
        yield _text(RIGHT + 8, y + 4, units.show_duration(most), "start", "t-limit")
        entries.append(("limit", f"limit {_named(limit)}"))
    elif limit:
        entries.append(("limit", f"limit {_named(limit)}: far above this chart"))
    yield from _legend(LOWER, entries)


def _named(limit: Threshold) -> str:
    _, _, selector = limit.metric.partition("{")
    return f"{clip(limit.expression, 40)}" + (f" {{{clip(selector, 40)}" if selector else "")


def _middle(moment: Moment, across: Scale) -> float:
    return across.at(moment.at + moment.seconds / 2)


def _hovers(moments: Sequence[Moment], across: Scale) -> Iterator[str]:
    """Lay an invisible strip over each moment that tells its numbers under the mouse, without any script."""
    top, height = UPPER[0], LOWER[1] - UPPER[0]
    yield '<g class="hit" fill-opacity="0">'
    for m in moments:
        left, right = across.at(m.at), across.at(m.at + m.seconds)
        yield f'<path d="M{left:.1f} {top}H{right:.1f}v{height}H{left:.1f}z"><title>{_told(m)}</title></path>'
    yield "</g>"


def _told(m: Moment) -> str:
    facts = [
        units.show_duration(m.at),
        f"{units.cut(m.vus, 1)} VUs",
        f"{m.requests} requests",
        f"{m.failed} failed",
    ]
    facts.append(f"{m.iterations} iterations")
    times = (("p50", m.p50), ("p95", m.p95), ("p99", m.p99))
    told = ((name, units.show_duration(v)) for name, v in times if v is not None)
    known = (f"{name} {marked(text, censored=name in m.censored)}" for name, text in told)
    return ", ".join([*facts, *known])


def _grid(scale: Scale, labels: Sequence[str], x: float, anchor: str) -> Iterator[str]:
    for tick in scale.ticks:
        y = scale.at(tick)
        yield _line("axis" if tick == 0 else "grid", (LEFT, y), (RIGHT, y))
    yield from _ticks(scale, labels, x, anchor)


def _ticks(scale: Scale, labels: Sequence[str], x: float, anchor: str) -> Iterator[str]:
    for tick, label in zip(scale.ticks, labels, strict=True):
        yield _text(x, scale.at(tick) + 4, label, anchor)


def _legend(panel: tuple[int, int], entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    x, y = float(LEFT), panel[0] - 16
    for name, label in entries:
        if name in {"vus", "failed"}:
            opacity = "0.35" if name == "vus" else "1"
            yield (
                f'<rect class="f-{name}" fill="{COLORS[name]}" fill-opacity="{opacity}"'
                f' x="{x:.0f}" y="{y - 9}" width="18" height="10" rx="2"/>'
            )
        else:
            yield _line(name, (x, y - 4), (x + 18, y - 4), 2.2)
        yield _text(x + 24, y, label, "start", "t-legend")
        x += 48 + 6.1 * len(label)


def _area(steps: Sequence[tuple[float, float, float]]) -> str:
    base = UPPER[1]
    outline = " ".join(f"L{left:.1f} {y:.1f}H{right:.1f}" for left, right, y in steps)
    path = f"M{steps[0][0]:.1f} {base} {outline} V{base}Z"
    return f'<path class="f-vus" fill="{COLORS["vus"]}" fill-opacity="0.22" d="{path}"/>'


def _curve(name: str, points: Sequence[tuple[float, float | None]]) -> str:
    """Draw a line that breaks where there is no value; `h0` makes a dot of a value that stands alone."""
    path, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
        else:
            path.append(f"{pen}{x:.1f} {y:.1f}" + ("h0" if pen == "M" else ""))
            pen = "L"
    weight = WEIGHTS.get(name, 1.8)
    return (
        f'<path class="s-{name}" d="{"".join(path)}" fill="none" stroke="{COLORS[name]}"'
        f' stroke-width="{weight}" stroke-linecap="round" stroke-linejoin="round"{_dash(name)}/>'
    )


def _line(name: str, start: tuple[float, float], end: tuple[float, float], width: float = 1) -> str:
    color = COLORS.get(name, "#d0d7de")
    return (
        f'<line class="s-{name}" x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{color}" stroke-width="{width}"{_dash(name)}/>'
    )


def _dash(name: str) -> str:
    return f' stroke-dasharray="{DASHES[name]}"' if DASHES.get(name) else ""


def _text(x: float, y: float, text: str, anchor: str, kind: str = "t-axis") -> str:
    color = COLORS["limit"] if kind == "t-limit" else "#57606a"
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{kind}" {where} fill="{color}">{escape(text)}</text>'
