"""What a run, or a window of one, says of each request: the numbers that are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from planrunner.metrics.series import Counter, Rate, Sink, Trend
from planrunner.result import Result, by_tags
from planrunner.result.comparison import Measure

ALL = ("", "")
SHARES: Mapping[Measure, float] = {"p(50)": 0.5, "p(95)": 0.95, "p(99)": 0.99}


class Seen(Struct, frozen=True):
    """What was seen of one request, or of all of them."""

    count: int  # requests
    replies: int  # that have a duration
    values: Mapping[Measure, float]  # what there is of them


Observation: TypeAlias = Mapping[tuple[str, str], Seen]
"""By name and method of the request; both empty: all together."""


Grouped: TypeAlias = Callable[[str, tuple[str, ...]], Mapping[tuple[str, ...], Sink]]
"""Adds up the series of a metric by the values of some tags."""

METRICS = ("http_reqs", "http_req_failed", "http_req_duration")
"""What is looked at."""


def observe(result: Result) -> Observation:
    """Read what a result says, from its series."""
    return observed(partial(by_tags, result), result.span)


def observed(grouped: Grouped, seconds: float) -> Observation:
    """Read what was measured in so many seconds."""
    found = _seen(grouped, ("name", "method"), seconds)
    if found:
        found[ALL] = _seen(grouped, (), seconds)[()]
    return {(row[0], row[1]): seen for row, seen in found.items()}


def _seen(grouped: Grouped, tags: tuple[str, ...], seconds: float) -> dict[tuple[str, ...], Seen]:
    counts, failed, times = (grouped(metric, tags) for metric in METRICS)
    return {row: _row(counts[row], failed.get(row), times.get(row), seconds) for row in counts}


def _row(count: Sink, failed: Sink | None, times: Sink | None, seconds: float) -> Seen:
    requests = int(count.value) if isinstance(count, Counter) else 0
    values: dict[Measure, float] = {}
    replies = 0
    if isinstance(times, Trend):
        replies = times.histogram.count
        values.update(zip(SHARES, times.histogram.quantiles([*SHARES.values()]), strict=True))
    if requests:
        values["failed"] = (failed.passes if isinstance(failed, Rate) else 0) / requests
    if requests and seconds:
        values["rate"] = requests / seconds
    return Seen(requests, replies, values)
