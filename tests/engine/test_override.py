"""The command line over the plan: what it changes, what it replaces, what it refuses."""

import pytest
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.override import override
from planrunner.errors import UsageError
from planrunner.plan.model import Plan


def plan(load: str) -> Plan:
    return checked_plan(f"name: x\ntarget: http://h\nload: {load}\nsteps:\n  - get: /a\n").plan


def overridden(load: str, **options: str) -> dict[str, object]:
    changed = override(plan(load), options).scenarios["default"].load
    found: dict[str, object] = {key: setting.value for key, setting in changed.settings.items()}
    return found | ({"stages": len(changed.stages)} if changed.stages else {})


@pytest.mark.parametrize(
    ("load", "options", "expected"),
    [
        ("{vus: 5, duration: 1m}", {}, {"vus": 5, "duration": "1m"}),
        ("{vus: 5, duration: 1m}", {"vus": "2"}, {"vus": 2, "duration": "1m"}),
        (
            "{duration: 1m, graceful_stop: 1s}",
            {"vus": "2"},
            {"vus": 2, "duration": "1m", "graceful_stop": "1s"},
        ),
        ("{vus: 5, iterations: 9}", {"iterations": "7"}, {"vus": 5, "iterations": 7}),
        ("{rate: 5/s, duration: 1m}", {"duration": "2s"}, {"rate": "5/s", "duration": "2s"}),
        ("{rate: 5/s, duration: 1m}", {"vus": "3", "duration": "2s"}, {"vus": 3, "duration": "2s"}),
        ("{stages: [{duration: 1m, target: 5}]}", {"iterations": "1"}, {"iterations": 1}),
        (
            "{stages: [{duration: 1m, target: 5}]}",
            {"vus": "2", "duration": "3s"},
            {"vus": 2, "duration": "3s"},
        ),
        ("{vus: 5, duration: 1m}", {"vus": "1", "iterations": "1"}, {"vus": 1, "iterations": 1}),
    ],
)
def test_an_option_changes_its_key_or_replaces_the_load(
    load: str, options: dict[str, str], expected: dict[str, object]
) -> None:
    assert overridden(load, **options) == expected


def test_the_rest_of_a_load_is_gone_when_it_is_replaced() -> None:
    changed = override(plan("{stages: [{duration: 1m, target: 5}]}"), {"iterations": "1"})
    assert changed.scenarios["default"].load.stages is None


def test_options_that_are_no_load_are_refused() -> None:
    with pytest.raises(UsageError, match=r"--vus replaces the load of 'default': add duration"):
        overridden("{stages: [{duration: 1m, target: 5}]}", vus="5")


def test_a_load_that_is_none_is_replaced_too() -> None:
    broken = plan("{vus: 1, duration: 1m}")
    scenario = broken.scenarios["default"]
    settings = {"vus": scenario.load.settings["vus"]}
    broken = replace(
        broken, scenarios={"default": replace(scenario, load=replace(scenario.load, settings=settings))}
    )
    assert list(override(broken, {"duration": "5s"}).scenarios["default"].load.settings) == ["duration"]
