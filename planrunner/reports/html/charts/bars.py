"""Small drawings beside numbers: how near a limit is, how response times spread, how a number went."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planrunner.reports.html.charts.drawing import COLORS
from planrunner.result import Request, Threshold

TONES = {"passed": "#1a7f37", "failed": "#cf222e", "no data": "#9a6700"}
LENGTH, THICK = 150, 14
SVG = f'<svg class="bar" viewBox="0 0 {LENGTH} {THICK}" width="{LENGTH}" height="{THICK}" aria-hidden="true">'


def headroom(threshold: Threshold) -> str:
    """Draw the measured value as a bar and the limit as a mark; empty when nothing was measured."""
    both = (threshold.measured, threshold.limit)
    if None in both or min(x or 0.0 for x in both) < 0:
        return ""
    measured, limit = (x or 0.0 for x in both)
    far = max(measured, limit) * 1.12 or 1.0
    value, limit = (LENGTH * x / far for x in (measured, limit))
    tone = threshold.verdict.replace(" ", "-")
    return (
        f"{SVG}"
        f'<rect class="track" x="0" y="4" width="{LENGTH}" height="6" rx="3" fill="#d0d7de"/>'
        f'<rect class="f-{tone}" x="0" y="4" width="{max(value, 2):.1f}" height="6" rx="3"'
        f' fill="{TONES[threshold.verdict]}"/>'
        f'<line class="mark" x1="{limit:.1f}" x2="{limit:.1f}" y1="0" y2="{THICK}" stroke="#24292f"'
        ' stroke-width="2"/></svg>'
    )


def sparkline(name: str, values: Sequence[float | None]) -> str:
    """Draw how a number went over the run, without an axis; empty where it never was anything."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    high = max((value for _, value in known), default=0.0)
    if high <= 0 or len(known) < 2:
        return ""
    wide, tall = 200, 40
    points = [(wide * n / (len(values) - 1), tall - 2 - (tall - 5) * value / high) for n, value in known]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    first, last = points[0][0], points[-1][0]
    return (
        f'<svg class="spark" viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}"'
        f' preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="f-{name}" fill="{COLORS[name]}" fill-opacity="0.13"'
        f' d="M{first:.1f} {tall}L{path}L{last:.1f} {tall}Z"/>'
        f'<path class="s-{name}" fill="none" stroke="{COLORS[name]}" stroke-width="1.6"'
        f' vector-effect="non-scaling-stroke" stroke-linejoin="round" d="M{path}"/></svg>'
    )


def share(name: str, part: float) -> str:
    """Draw a share of a whole as a bar."""
    width = max(LENGTH * part, 1.0) if part else 0.0
    return (
        f"{SVG}"
        f'<rect class="track" x="0" y="2" width="{LENGTH}" height="10" rx="3" fill="#d0d7de"/>'
        f'<rect class="f-{name}" x="0" y="2" width="{width:.1f}" height="10" rx="3"'
        f' fill="{COLORS[name]}"/></svg>'
    )


def spread(request: Request, low: float, high: float) -> str:
    """Draw min to max as a line, median to p95 as a box, p99 as a mark; the axis is logarithmic."""
    times = (request.min, request.med, request.p95, request.p99, request.max)
    if None in times or low <= 0 or high <= low:
        return ""
    least, med, p95, p99, most = (_log(t or 0.0, low, high) for t in times)
    return (
        f"{SVG}"
        f'<line class="whisker" x1="{least:.1f}" x2="{most:.1f}" y1="7" y2="7" stroke="#8c959f"/>'
        f'<rect class="f-spread" x="{med:.1f}" y="3" width="{max(p95 - med, 2):.1f}" height="8" rx="2"'
        ' fill="#0072b2"/>'
        f'<line class="s-p99" x1="{p99:.1f}" x2="{p99:.1f}" y1="1" y2="13" stroke="#a9558b"'
        ' stroke-width="2"/></svg>'
    )


def _log(value: float, low: float, high: float) -> float:
    return 2 + (LENGTH - 4) * math.log(max(value, low) / low) / math.log(high / low)
