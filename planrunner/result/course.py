"""What happened when: the timeline, and who was lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from planrunner.result.kinds import Censored, Count, Seconds


@dataclass(frozen=True, slots=True)
class Moment:
    """One span of the timeline; `seconds` may be more than 1 on long runs."""

    at: Annotated[float, Meta(description="when it began, in seconds since the run began")]
    seconds: float
    vus: float
    iterations: Count
    requests: Count
    failed: Count
    p50: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    censored: Censored = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which nothing is known, in seconds since the run began."""

    begin: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True)
class Lost:
    """A process that was lost while it shared the load; from then on its part of the load is missing."""

    name: str
    at: Annotated[float, Meta(description="seconds since the run began")]
    reason: str
    missing: Annotated[tuple[Gap, ...], Meta(description="when it sent load that is counted nowhere")]
    missing_arrivals: Annotated[
        int, Meta(ge=0, description="how many of its arrivals were due since then, and are counted nowhere")
    ] = 0
