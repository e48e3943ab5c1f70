"""The load of a window: the plan's highest level, held."""

from __future__ import annotations

from msgspec.structs import replace

from planrunner.engine.program.build import Program
from planrunner.engine.versus.schedule import warm_up
from planrunner.errors import Place, UsageError
from planrunner.pacing.choice import COMMON, EXECUTORS
from planrunner.pacing.executors import Arrivals, Quota, Schedule, Users
from planrunner.plan.model import Load, Plan, Scalar, Scenario, Setting


def held(plan: Plan, program: Program, seconds: float) -> Plan:
    """Return the plan with the load of one window: all scenarios at once, each at its highest level.

    What rests on a number of iterations has its VUs loop instead: windows of two sides compare only when
    they take equally long. UsageError for a search, which has no level to hold.
    """
    schedules = {one.name: one.work.schedule for one in program.scenarios}
    scenarios = {name: _held(one, schedules[name], seconds) for name, one in plan.scenarios.items()}
    return replace(plan, scenarios=scenarios)


def _held(scenario: Scenario, schedule: Schedule, seconds: float) -> Scenario:
    place = scenario.load.place
    match schedule:
        case Arrivals():
            executor, level = (
                "constant-arrival-rate",
                {"rate": _setting(f"{text(schedule.curve.peak)}/s", place)},
            )
        case Users() | Quota():
            executor, level = "constant-vus", {"vus": _setting(schedule.max_vus, place)}
        case _:
            raise UsageError(
                f"--versus holds one load in all windows, and scenario {scenario.name!r} searches for one: "
                "give it a fixed load with --rate and --duration, --vus and --duration, or a profile"
            )
    allowed = EXECUTORS[executor].keys | COMMON
    kept = {key: setting for key, setting in scenario.load.settings.items() if key in allowed}
    settings = {**kept, **level, "duration": _lasting(seconds, place)}
    load = Load(place, settings, None, {**dict.fromkeys(settings, place), **scenario.load.keys})
    return replace(scenario, load=load, start_after=None, warm_up=_lasting(warm_up(seconds), place))


def _lasting(seconds: float, place: Place) -> Setting:
    return _setting(f"{text(seconds)}s", place)


def _setting(value: Scalar, place: Place) -> Setting:
    return Setting(value, place, str(value))


def text(number: float) -> str:
    """Write a number as a plan does: without an exponent."""
    return f"{number:.9f}".rstrip("0").rstrip(".")
