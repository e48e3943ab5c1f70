"""Whether windows have enough requests to be compared: better said before the run than after it."""

from __future__ import annotations

from planrunner.engine.program.walk import every
from planrunner.engine.versus.contest import Contest
from planrunner.errors import Problems
from planrunner.pacing.executors import Arrivals
from planrunner.plan import model
from planrunner.plan.model import Plan, Scenario
from planrunner.result import needed

WANTED = "p(95)"
"""What has to be known on both sides, or the comparison ends with `not enough data`."""


def complain(contest: Contest, problems: Problems) -> None:
    """Warn where the load of a window is so small that nothing can come of it."""
    plan, least, count = contest.head.plan, needed(WANTED), requests(contest)
    if count is None or count >= least:
        return
    place = next(iter(plan.scenarios.values())).load.place
    hint = "raise the rate (--rate), or make windows longer (--versus-window)"
    problems.warn(
        f"each window has about {count:.0f} requests, and {WANTED} takes {least} to be compared", place, hint
    )


def requests(contest: Contest) -> float | None:
    """Return about how many requests of a window count; None where only the run can tell."""
    plan, count = contest.head.plan, 0.0
    for program in contest.head.program.scenarios:
        schedule, each = program.work.schedule, _of_an_iteration(plan, plan.scenarios[program.name])
        if each is None or not isinstance(schedule, Arrivals):
            return None
        count += each * schedule.curve.peak * (contest.seconds - contest.warm_up)
    return count


def _of_an_iteration(plan: Plan, scenario: Scenario) -> int | None:
    """Count requests, at most; None where steps are repeated."""
    does = [step.does for step in every(scenario.steps, plan.flows)]
    if any(isinstance(one, model.Repeat | model.ForEach | model.While) for one in does):
        return None
    return sum(isinstance(one, model.Send) for one in does)
