"""What was measured over the whole run: metrics, requests and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from planrunner.result.kinds import Censored, Contains, Count, Few, Kind, Seconds


@dataclass(frozen=True, slots=True)
class Metric:
    """The totals of a metric, or of the part of it that `selector` picks.

    Values by type: counter count, rate; gauge value, min, max; rate rate, passes, fails;
    trend count, avg, min, med, max, p(90), p(95), p(99), and what `summary` and thresholds ask for.
    `passes` counts the samples that were true: of http_req_failed, the requests that failed.
    """

    name: str
    type: Kind
    contains: Annotated[Contains, Meta(description="the unit: time is seconds, data bytes")]
    selector: Annotated[
        str, Meta(description="without its braces, as in the plan; empty for the whole metric")
    ]
    values: Annotated[Mapping[str, float], Meta(description="by name, those of the metric's type")]
    censored: Censored = ()
    few: Few = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One row of the requests table: all requests of one name; durations of those that got a reply."""

    name: str
    method: str
    count: Count
    failed: Count
    rate: Annotated[float, Meta(description="per second, over the whole run")]
    replies: Annotated[int, Meta(ge=0, description="requests that have a duration")]
    avg: Seconds | None
    min: Seconds | None
    med: Seconds | None
    p90: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    max: Seconds | None
    censored: Censored = ()
    few: Few = ()


@dataclass(frozen=True, slots=True)
class Error:
    """One kind of failure of one request."""

    code: Annotated[int, Meta(ge=0, description="as k6 numbers them")]
    message: str
    request: str
    status: Annotated[int, Meta(ge=0, description="0 when there was no reply")]
    count: Count
    fix: Annotated[str, Meta(description="what usually helps")]
    ours: Annotated[
        bool, Meta(description="whether the machine that made the load is at fault, and not the target")
    ] = False
    first: Annotated[
        float | None, Meta(description="when it was first seen, in seconds since the run began")
    ] = None
    sample: Annotated[str, Meta(description="how the body of that reply begins")] = ""
