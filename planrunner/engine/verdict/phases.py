"""The phases of a run: those of its scenarios, in their order, as far as it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from planrunner.engine.verdict.frame import Scene
from planrunner.pacing.executors import Schedule, Users
from planrunner.pacing.phases import phases as of_schedule
from planrunner.result import Phase


def planned(scenario: str, schedule: Schedule, start: float, warm_up: float) -> tuple[Phase, ...]:
    """Return the phases that a scenario is to have, in seconds since the run began."""
    unit: Literal["VUs", "iterations/s"] = "VUs" if isinstance(schedule, Users) else "iterations/s"
    return tuple(
        Phase(scenario, one.name, start + one.begin, start + one.end, one.first, one.last, unit)
        for one in of_schedule(schedule, warm_up)
    )


def phases(scenes: Iterable[Scene], seconds: float) -> Iterator[Phase]:
    """Yield those that began in a run of so many seconds."""
    yield from (phase for scene in scenes for phase in scene.phases if phase.begin < seconds)
