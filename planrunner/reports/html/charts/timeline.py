"""The timeline of a run: load above, response times below, on a shared time axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from planrunner import units
from planrunner.reports.html.charts.drawing import (
    LEFT,
    RIGHT,
    band,
    box,
    curve,
    grid,
    legend,
    line,
    opening,
    steps,
    text,
    ticks,
)
from planrunner.reports.html.charts.phases import drawn, shades
from planrunner.reports.html.charts.scales import Scale, clock, time_scale, value_scale
from planrunner.reports.html.charts.spans import spans
from planrunner.reports.html.limits import tightest
from planrunner.reports.wording import HOW, amount, clip, marked
from planrunner.result import Capacity, Moment, Result, Threshold, needed

HEIGHT = 470
UPPER, LOWER = (40, 190), (258, 428)  # top and bottom of the two panels
MOST = 300  # spans: more cannot be told apart
STRIPS = 150  # under the mouse: narrower ones cannot be aimed at
CURVES = (("p50", "p50 (typical)"), ("p95", "p95 (slow 5 %)"), ("p99", "p99 (slow 1 %)"))
NARROW = 6.2  # pixels that a letter takes


def timeline(result: Result, most: int = MOST) -> str:
    """Draw the timeline; empty when there are no moments."""
    moments = spans(tuple(result.timeline), most)
    if not moments:
        return ""
    across = time_scale(max(result.duration, moments[-1].at + moments[-1].seconds), LEFT, RIGHT)
    limit = tightest(result.thresholds)
    parts = [
        opening("tl", "Load and response times over the run", finding(tuple(result.timeline)), HEIGHT),
        *shades(result, across, (UPPER, LOWER)),
        *_apart(result, across),
        *drawn(result, across, UPPER[1] + 4),
        *_time_axis(across),
        *_load(moments, across),
        *_times(moments, across, limit),
        *_hovers(spans(moments, min(most, STRIPS)), across),
        "</svg>",
    ]
    return "".join(parts)


def finding(moments: Sequence[Moment]) -> str:
    """Say what the chart shows, for those who cannot see it."""
    slow = [(m.p95, m.at, "p95" in m.censored) for m in moments if m.p95 is not None]
    bad = [m for m in moments if m.failed]
    users, made = max(m.vus for m in moments), sum(m.requests for m in moments)
    said = [f"Up to {_counted(users, 'VU')} made {_counted(made, 'request')}."]
    if slow:
        worst, at, censored = max(slow)
        highest = marked(units.show_duration(worst), censored=censored)
        said.append(f"p95 was highest, {highest}, {units.show_duration(at)} into the run.")
    if bad:
        first, last = units.show_duration(bad[0].at), units.show_duration(bad[-1].at + bad[-1].seconds)
        failed = _counted(sum(m.failed for m in bad), "request")
        said.append(f"{failed} failed between {first} and {last}.")
    else:
        said.append("No request failed.")
    return " ".join(said)


def _counted(count: float, what: str) -> str:
    return f"{count:,.0f} {what}{'s' * (round(count) != 1)}"


def sparse(moments: Sequence[Moment]) -> str:
    """Say how many points of the p95 are of too few requests; empty where all carry it."""
    drawn = [m for m in moments if m.p95 is not None]
    count = sum(m.requests < needed("p95") for m in drawn)
    if not count:
        return ""
    least = f"{count:,} of {len(drawn):,} points of the p95 are of fewer than {needed('p95')} requests"
    return f"{least}, too few to carry it: look at how it goes on, not at single points."


def _apart(result: Result, across: Scale) -> Iterator[str]:
    """Shade what does not count, or of which something is missing, and mark the levels of a search."""
    warm = sorted({(one.begin, one.end) for one in result.warm_up})  # those together make one shade
    missing = sorted({(gap.begin, gap.end) for lost in result.lost for gap in lost.missing})
    for name, told, found in (("warm", "warm-up", warm), ("gap", "agent lost", missing)):
        for begin, end in found:
            left, right = across.at(begin), across.at(end)
            for top, bottom in (UPPER, LOWER):
                yield box(name, (left, top), (right - left, bottom - top), 0.16)
        if found:
            yield text(across.at(found[0][0]) + 6, UPPER[0] + 14, told, "start", "legend")
    if result.capacity:
        yield from _levels(result.capacity, across)


def _levels(found: Capacity, across: Scale) -> Iterator[str]:
    for one in found.levels:
        left, right = across.at(one.at), across.at(one.at + found.settling + one.seconds)
        yield line("level", (left, UPPER[0]), (left, LOWER[1]))
        told = f"{amount(found.find, one.level)} {HOW[one.verdict]}"
        if right - left > NARROW * len(told):
            yield text(left + 5, LOWER[0] + 12, told, "start")


def _time_axis(across: Scale) -> Iterator[str]:
    for tick in across.ticks:
        x = across.at(tick)
        for top, bottom in (UPPER, LOWER):
            yield line("grid", (x, top), (x, bottom))
        yield text(x, LOWER[1] + 18, clock(tick), "middle")
    yield text((LEFT + RIGHT) / 2, HEIGHT - 6, "time since the run began", "middle")


def _load(moments: Sequence[Moment], across: Scale) -> Iterator[str]:
    vus = value_scale(max(m.vus for m in moments), UPPER[1], UPPER[0], whole=True)
    rates = value_scale(max(m.requests / m.seconds for m in moments), UPPER[1], UPPER[0])
    yield from grid(vus, [units.show_number(t) for t in vus.ticks])
    yield from ticks(rates, [units.show_number(t) for t in rates.ticks], RIGHT + 8, "start")
    yield steps(
        "vus", [(across.at(m.at), across.at(m.at + m.seconds), vus.at(m.vus)) for m in moments], UPPER[1]
    )
    yield from _failures(moments, across, rates)
    yield curve("requests", [(_middle(m, across), rates.at(m.requests / m.seconds)) for m in moments])
    entries = [("vus", "VUs (left)"), ("requests", "requests/s (right)"), ("failed", "failed/s (right)")]
    yield from legend(UPPER[0] - 16, entries)


def _failures(moments: Sequence[Moment], across: Scale, rates: Scale) -> Iterator[str]:
    for m in moments:
        if m.failed:
            left, right = across.at(m.at), across.at(m.at + m.seconds)
            height = max(UPPER[1] - rates.at(m.failed / m.seconds), 3.0)  # one failure can be seen
            yield box("failed", (left, UPPER[1] - height), (max(right - left - 0.5, 1.0), height))


def _times(moments: Sequence[Moment], across: Scale, limit: Threshold | None) -> Iterator[str]:
    high = max((p for m in moments for p in (m.p50, m.p95, m.p99) if p is not None), default=0.0)
    most = (limit.limit if limit else None) or 0.0
    near = limit is not None and most <= max(3 * high, 1e-9)  # a far limit would flatten the curves
    scale = value_scale(max(high, most) if near else high, LOWER[1], LOWER[0])
    yield from grid(scale, [units.show_duration(t) for t in scale.ticks])
    between = [(_middle(m, across), scale.at(m.p99), scale.at(m.p50)) for m in moments if m.p99 and m.p50]
    if between:
        yield band("p95", between)
    for name, _ in reversed(CURVES):
        values = ((m, getattr(m, name)) for m in moments)
        yield curve(name, [(_middle(m, across), None if v is None else scale.at(v)) for m, v in values])
    entries = list(CURVES)
    if limit and near:
        y = scale.at(most)
        yield line("limit", (LEFT, y), (RIGHT, y))
        yield text(RIGHT + 8, y + 4, units.show_duration(most), "start", "limit")
    if limit:
        entries.append(("limit", f"limit {_named(limit)}{'' if near else ': far above this chart'}"))
    yield from legend(LOWER[0] - 16, entries)


def _named(limit: Threshold) -> str:
    _, _, selector = limit.metric.partition("{")
    return f"{clip(limit.expression, 40)}" + (f" {{{clip(selector, 40)}" if selector else "")


def _middle(moment: Moment, across: Scale) -> float:
    return across.at(moment.at + moment.seconds / 2)


def _hovers(moments: Sequence[Moment], across: Scale) -> Iterator[str]:
    """Lay an invisible strip over each span that tells its numbers under the mouse, without any script."""
    top, height = UPPER[0], LOWER[1] - UPPER[0]
    yield '<g class="hit" fill-opacity="0">'
    for m in moments:
        left, right = across.at(m.at), across.at(m.at + m.seconds)
        told = escape(_told(m))
        yield f'<path d="M{left:.1f} {top}H{right:.1f}v{height}H{left:.1f}z"><title>{told}</title></path>'
    yield "</g>"


def _told(m: Moment) -> str:
    facts = [
        units.show_duration(m.at),
        f"{units.cut(m.vus, 1)} VUs",
        f"{m.requests} requests",
        f"{m.failed} failed",
        f"{m.iterations} iterations",
    ]
    times = (("p50", m.p50), ("p95", m.p95), ("p99", m.p99))
    told = ((name, units.show_duration(v)) for name, v in times if v is not None)
    known = (f"{name} {marked(text, censored=name in m.censored)}" for name, text in told)
    return ", ".join([*facts, *known])
