"""Small drawings inside table cells: how near a limit is, and how response times spread."""

from __future__ import annotations

import math

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
        f'<line class="s-p99" x1="{p99:.1f}" x2="{p99:.1f}" y1="1" y2="13" stroke="#cc79a7"'
        ' stroke-width="2"/></svg>'
    )


def _log(value: float, low: float, high: float) -> float:
    return 2 + (LENGTH - 4) * math.log(max(value, low) / low) / math.log(high / low)
