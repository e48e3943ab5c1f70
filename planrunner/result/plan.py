"""What was run, as the result knows it."""

from __future__ import annotations

from dataclasses import dataclass

from planrunner.result.kinds import Count


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """The plan that was run: its text with secrets masked, so that a report can show its lines."""

    name: str
    description: str
    file: str
    text: str


ARRIVALS = ("constant-arrival-rate", "ramping-arrival-rate", "find-rate")
"""Executors whose iterations begin when they are due."""


@dataclass(frozen=True, slots=True)
class ScenarioInfo:
    """A scenario as it was run, its load in k6's words."""

    name: str
    executor: str
    description: str
    max_vus: Count

    @property
    def arrives(self) -> bool:
        """Whether its iterations were due, so that a dropped one is missed; for others no time was left."""
        return self.executor in ARRIVALS
