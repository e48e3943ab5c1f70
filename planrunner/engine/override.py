"""What the command line changes of a plan's loads: --vus, --duration, --iterations, as k6's options do."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from planrunner.errors import Place, UsageError
from planrunner.pacing.executors import EXECUTORS, BadLoadError, choose
from planrunner.plan.model import Load, Plan, Scenario, Setting


def override(plan: Plan, options: Mapping[str, str]) -> Plan:
    """Change every scenario's load: a key that its executor has is changed and the rest kept.

    Where the executor lacks one of the options' keys, they replace the whole load: `--vus 1 --iterations 1`
    makes one iteration of any plan. Options are given without dashes, as text. Raises UsageError when
    what they say is no load.
    """
    if not options:
        return plan
    scenarios = {name: _changed(scenario, options) for name, scenario in plan.scenarios.items()}
    return replace(plan, scenarios=scenarios)


def _changed(scenario: Scenario, options: Mapping[str, str]) -> Scenario:
    load = scenario.load
    given = {name: _setting(name, text) for name, text in options.items()}
    places = {name: setting.place for name, setting in given.items()}
    if set(given) <= _keys(load):
        settings, keys = {**load.settings, **given}, {**load.keys, **places}
        return replace(scenario, load=replace(load, settings=settings, keys=keys))
    try:
        choose(frozenset(given), rates=False)
    except BadLoadError as error:
        options_named = ", ".join(f"--{name}" for name in given)
        raise UsageError(f"{options_named} replaces the load of {scenario.name!r}: {error.hint}") from None
    return replace(scenario, load=Load(next(iter(places.values())), given, keys=places))


def _keys(load: Load) -> frozenset[str]:
    """Return the keys that the load's executor has; whether stages are rates makes no difference here."""
    try:
        name = choose(frozenset(load.settings) | ({"stages"} if load.stages else frozenset()), rates=False)
    except BadLoadError:
        return frozenset()
    return EXECUTORS[name].keys


def _setting(name: str, text: str) -> Setting:
    return Setting(int(text) if text.isdigit() else text, Place(f"--{name}"), text)
