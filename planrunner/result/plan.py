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


@dataclass(frozen=True, slots=True)
class ScenarioInfo:
    """A scenario as it was run, its load in k6's words."""

    name: str
    executor: str
    description: str
    max_vus: Count
