"""A run of which everything is known that a report can show: series, warm-up, the generator's health."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pizza_run import moments
from samples import failed, limit

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Key, Trend
from planrunner.result import (
    Finding,
    Health,
    Metric,
    Phase,
    Process,
    Pulse,
    Result,
    WarmUp,
    columns,
    pulses,
)
from planrunner.result.series import series

ROWS = (
    ("login", "POST", 0.127, 50, 0),
    ("recommend", "POST", 0.281, 4068, 87),
    ("GET /ready", "GET", 0.0031, 2394, 0),
)


def trend(base: float, count: int, seed: int) -> Trend:
    held = Histogram()
    held.add(base * np.random.default_rng(seed).lognormal(0.0, 0.45, count))
    return Trend(held)


def key(metric: str, name: str, method: str, expected: str) -> Key:
    tags = {"expected_response": expected, "method": method, "name": name, "scenario": "browse"}
    return Key(metric, tuple(sorted(tags.items())))


def sinks() -> dict[Key, Trend]:
    """The durations of each request, of those that failed apart."""
    found = {}
    for n, (name, method, base, count, bad) in enumerate(ROWS):
        found[key("http_req_duration", name, method, "true")] = trend(base, count - bad, n)
        if bad:
            found[key("http_req_duration", name, method, "false")] = trend(4 * base, bad, 9)
    return found


def totals() -> Metric:
    """What the series add up to, as a result tells it."""
    whole = Trend()
    for sink in sinks().values():
        whole.merge(sink)
    return Metric("http_req_duration", "trend", "time", "", whole.values(210.4))


PROCESS = Process(
    name="", seconds=210.0, cpu=0.61, cpu_mean=0.4, waiting=0.02, loop_lag=0.0124, generator_lag=0.0041,
    frozen=0.0, gc_pause=0.002, switches=40.0, files=130, most_files=4096, ports=90, clock_step=0.0,
    steal=0.01, throttled=0.0, dropped=17, interrupted=3,
)  # fmt: skip
LATE = Finding(
    "loop_lag",
    "degraded",
    "the event loop was up to 12.4ms late (10ms or more in 3 of 210 s)",
    "use more processes or fewer VUs",
)


def course(seconds: int) -> tuple[Pulse, ...]:
    found = moments(seconds)
    return tuple(
        Pulse(
            m.at,
            1.0,
            0.05 + m.requests / 95,
            0.0004 + 0.012 * (n == 130) + m.requests / 40_000,
            m.requests / 90_000,
        )
        for n, m in enumerate(found)
    )


def rich() -> Result:
    """The ordinary run that failed, with all that there is to know of it."""
    result = failed()
    metrics = tuple(
        totals() if (m.name, m.selector) == ("http_req_duration", "") else m for m in result.metrics
    )
    return replace(
        result,
        metrics=metrics,
        series=series(sinks().items()),
        health=Health("degraded", (LATE,), (PROCESS,), pulses(course(210))),
        phases=(
            Phase("browse", "warm-up", 0.0, 15.0, 0.0, 12.5, "VUs"),
            Phase("browse", "ramp-up", 15.0, 60.0, 12.5, 50.0, "VUs"),
            *result.phases[1:],
        ),
        warm_up=(WarmUp("browse", 0.0, 15.0, 61, 88, 0),),
        timeline=columns(moments(210)),
        thresholds=(
            *result.thresholds[:2],
            limit("http_req_duration", "p(99) < 1500ms", 1.5, 1.11, 49),
            *result.thresholds[3:],
        ),
    )
