"""How the load was to go: the phases of each scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from planrunner.result.kinds import Seconds


@dataclass(frozen=True, slots=True)
class Phase:
    """A time in which the load of a scenario rose, held or fell as planned; its warm-up is one of its own.

    Scenarios whose load is a number of iterations, or searched, have none.
    """

    scenario: str
    name: Literal["warm-up", "ramp-up", "hold", "ramp-down"]
    begin: Annotated[Seconds, Meta(description="since the run began")]
    end: Seconds
    first: Annotated[float, Meta(description="the load at its beginning, in the unit")]
    last: Annotated[float, Meta(description="the load at its end")]
    unit: Literal["VUs", "iterations/s"]
