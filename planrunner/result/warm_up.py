"""What was left out of the totals, since scenarios were warming up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from planrunner.result.kinds import Count, Seconds


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The warm-up of a scenario: what began in it is in the timeline, and in nothing else."""

    scenario: str
    begin: Annotated[Seconds, Meta(description="since the run began")]
    end: Seconds
    iterations: Count
    requests: Count
    failed: Annotated[int, Meta(ge=0, description="of the requests")]
