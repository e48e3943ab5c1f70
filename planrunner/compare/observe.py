"""What a run, or a window of one, says of each request: the numbers that are compared."""

from __future__ import annotations

from collections.abc import Mapping
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


def observe(result: Result) -> Observation:
    """Read what a result says, from its series."""
    found = _seen(result, ("name", "method"))
    if found:
        found[ALL] = _seen(result, ())[()]
    return {(row[0], row[1]): seen for row, seen in found.items()}


def _seen(result: Result, tags: tuple[str, ...]) -> dict[tuple[str, ...], Seen]:
    counts, failed, times = (
        by_tags(result, metric, tags) for metric in ("http_reqs", "http_req_failed", "http_req_duration")
    )
    return {row: _row(counts[row], failed.get(row), times.get(row), result.span) for row in counts}


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
