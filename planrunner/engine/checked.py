"""A plan, compiled once to see that it can be run; what `validate` needs, and no more than that."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from planrunner.engine.actions.beside import Meter
from planrunner.engine.program.build import DEMO, Given, Program, ScenarioProgram, build, is_demo
from planrunner.engine.verdict.baseline import Baselines
from planrunner.engine.verdict.frame import Frame, Scene
from planrunner.engine.verdict.limits import Limit, compile_limits, known, open_load
from planrunner.engine.verdict.phases import planned
from planrunner.errors import Problems
from planrunner.metrics.tally import Tally
from planrunner.pacing.executors import Searched
from planrunner.plan.model import Plan, Setting
from planrunner.result import Environment, PlanInfo, ScenarioInfo, Skipped, Summary
from planrunner.values.expressions import compile_text
from planrunner.values.mask import Mask
from planrunner.values.names import Names


class Checked(Struct, frozen=True):
    """A plan that can be run: compiled once to see that it can."""

    plan: Plan
    given: Given
    program: Program
    limits: Sequence[Limit]
    baselines: Baselines | None = None  # that limits may refer to
    unjudged: str = ""  # what keeps thresholds from being judged

    @property
    def seconds(self) -> float:
        """How long the run takes as planned, without grace."""
        return max((s.start_after + s.work.schedule.seconds for s in self.program.scenarios), default=0.0)

    @property
    def max_vus(self) -> int:
        """How many VUs there are at most, over all scenarios."""
        return sum(scenario.work.schedule.max_vus for scenario in self.program.scenarios)


def check(plan: Plan, given: Given, problems: Problems) -> Checked:
    """Compile a plan without running it; what is wrong with it goes to `problems`."""
    meter = Meter(Tally(), Mask(given.secrets), lambda: 0.0)
    program = build(plan, given, meter, problems)
    names = Names(given.variables, runtime=False)
    limits = compile_limits(plan, names, known(plan, program), problems)
    _searches(plan, program, limits, problems)
    return Checked(plan, given, program, limits)


def _searches(plan: Plan, program: Program, limits: Sequence[Limit], problems: Problems) -> None:
    """Demand thresholds of a plan that searches, and only one search."""
    found = [
        plan.scenarios[one.name].load for one in program.scenarios if isinstance(one.work.schedule, Searched)
    ]
    for load in found[1:]:
        message = "a plan can search for one thing only, and another scenario does already"
        problems.add(
            message, load.keys["find"], "give this one a fixed load, or run one of them: --scenario NAME"
        )
    if found and not limits and not plan.damaged and not plan.thresholds:
        hint = "add thresholds, for example `http_req_duration: p(95) < 500ms`"
        problems.add("a search needs thresholds to know what is too much", found[0].keys["find"], hint)


def target(checked: Checked) -> str:
    """Return where the load goes, for the header of reports; empty when each URL says so itself."""
    setting: Setting | None = checked.plan.target
    if setting is None:
        return ""
    if is_demo(setting, checked.given.variables):
        return checked.given.demo or DEMO
    return str(compile_text(setting, Names(checked.given.variables, runtime=False), Problems()).value)


def frame(
    checked: Checked, started: str, environment: Environment, skipped: tuple[Skipped, ...] = ()
) -> Frame:
    """Gather what is known of a run that is to begin."""
    plan, program = checked.plan, checked.program
    arriving = open_load(program)
    return Frame(
        PlanInfo(plan.name, plan.description, plan.file, plan.text),
        target(checked),
        started,
        tuple(_scene(scenario, arriving=scenario.name in arriving) for scenario in program.scenarios),
        program.asked,
        program.metrics,
        checked.limits,
        program.measured_from,
        plan.fail_on,
        checked.unjudged,
        checked.baselines,
        environment,
        skipped,
        Summary(plan.summary.stats, plan.summary.mode),
    )


def _scene(scenario: ScenarioProgram, *, arriving: bool) -> Scene:
    work = scenario.work
    info = ScenarioInfo(scenario.name, work.executor, work.description, work.schedule.max_vus)
    phases = planned(scenario.name, work.schedule, scenario.start_after, scenario.warm_up)
    return Scene(info, arriving, scenario.start_after, scenario.warm_up, phases)
