"""How the generator was over the run: the CPU of its event loops, and how late they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planrunner import units
from planrunner.reports.html.charts.drawing import (
    LEFT,
    RIGHT,
    curve,
    grid,
    legend,
    line,
    opening,
    steps,
    text,
    ticks,
)
from planrunner.reports.html.charts.scales import Scale, clock, time_scale, value_scale
from planrunner.reports.html.charts.spans import pulses
from planrunner.result import Pulse, Result

HEIGHT = 210
PANEL = (36, 156)
MOST = 300  # spans
WHOLE = 1.0  # of a core: an event loop cannot use more


def pulse(result: Result, most: int = MOST) -> str:
    """Draw the course of the generator's health; empty when it was not measured."""
    course = pulses(tuple(result.health.course), most)
    if not course:
        return ""
    across = time_scale(max(result.duration, course[-1].at + course[-1].seconds), LEFT, RIGHT)
    return "".join(
        [
            opening("pl", "CPU and lateness of the load generator over the run", told(course), HEIGHT),
            *_axes(across),
            *_course(course, across),
            "</svg>",
        ]
    )


def told(course: Sequence[Pulse]) -> str:
    """Say what the chart shows, for those who cannot see it."""
    used = max((one.cpu for one in course if one.cpu is not None), default=None)
    late = max(course, key=lambda one: one.loop_lag)
    said = (
        f"It was latest, {units.show_duration(late.loop_lag)}, {units.show_duration(late.at)} into the run."
    )
    return said if used is None else f"The generator used up to {units.cut(100 * used, 1)}% of a core. {said}"


def _axes(across: Scale) -> Iterator[str]:
    for tick in across.ticks:
        yield line("grid", (across.at(tick), PANEL[0]), (across.at(tick), PANEL[1]))
        yield text(across.at(tick), PANEL[1] + 18, clock(tick), "middle")
    yield text((LEFT + RIGHT) / 2, HEIGHT - 8, "time since the run began", "middle")


def _course(course: Sequence[Pulse], across: Scale) -> Iterator[str]:
    share = value_scale(WHOLE, PANEL[1], PANEL[0])
    lags = [lag for one in course for lag in (one.loop_lag, one.generator_lag) if lag is not None]
    late = value_scale(max(lags), PANEL[1], PANEL[0])
    yield from grid(share, [f"{tick:.0%}" for tick in share.ticks])
    yield from ticks(late, [units.show_duration(tick) for tick in late.ticks], RIGHT + 8, "start")
    spans = [(across.at(p.at), across.at(p.at + p.seconds), share.at(p.cpu or 0.0)) for p in course]
    yield steps("cpu", spans, PANEL[1])
    middles = [across.at(one.at + one.seconds / 2) for one in course]
    yield curve("loop", [(x, late.at(one.loop_lag)) for x, one in zip(middles, course, strict=True)])
    arrivals = [one.generator_lag for one in course]
    entries = [("cpu", "CPU of a core (left)"), ("loop", "event loop late (right)")]
    if any(lag is not None for lag in arrivals):
        heights = [None if lag is None else late.at(lag) for lag in arrivals]
        yield curve("arrivals", list(zip(middles, heights, strict=True)))
        entries.append(("arrivals", "arrivals late, p95 (right)"))
    yield from legend(PANEL[0] - 16, entries)
