"""The command line over the plan: what it changes, what it replaces, what it refuses."""

import pytest
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.program.override import Changes, override
from planrunner.errors import UsageError
from planrunner.plan.model import Plan

FIND = "{find: rate, from: 5/s, to: 9/s, hold: 9s}"


def plan(load: str) -> Plan:
    text = f"name: x\ntarget: http://h\nload: {load}\nsteps:\n  - get: /a\n"
    return checked_plan(f"{text}thresholds: {{iterations: count > 0}}\n").plan


def overridden(load: str, **options: str) -> dict[str, object]:
    changed = override(plan(load), Changes(options)).scenarios["default"].load
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
        (FIND, {"rate": "7/s", "duration": "1m"}, {"rate": "7/s", "duration": "1m"}),
        (FIND, {"vus": "2", "iterations": "9"}, {"vus": 2, "iterations": 9}),
    ],
)
def test_an_option_changes_its_key_or_replaces_the_load(
    load: str, options: dict[str, str], expected: dict[str, object]
) -> None:
    assert overridden(load, **options) == expected


def test_the_rest_of_a_load_is_gone_when_it_is_replaced() -> None:
    changed = override(plan("{stages: [{duration: 1m, target: 5}]}"), Changes({"iterations": "1"}))
    assert changed.scenarios["default"].load.stages is None


@pytest.mark.parametrize(
    ("load", "options", "expected"),
    [
        ("{rate: 5/s, duration: 1m, max_vus: 9}", {"rate": "7/s"}, {"rate": "7/s", "max_vus": 9}),
        ("{vus: 5, duration: 1m}", {"rate": "7/s", "duration": "1s"}, {"rate": "7/s", "duration": "1s"}),
        ("{iterations_per_vu: 3, vus: 2}", {"vus": "4"}, {"iterations_per_vu": 3, "vus": 4}),
        ("{iterations_per_vu: 3, vus: 2}", {"iterations": "4"}, {"iterations": 4}),
        ("{}", {"duration": "4s"}, {"duration": "4s"}),
    ],
)
def test_an_option_is_kept_beside_what_its_executor_has(
    load: str, options: dict[str, str], expected: dict[str, object]
) -> None:
    found = overridden(load, **options)
    assert {key: found.get(key) for key in expected} == expected
    assert ("max_vus" in found) == ("max_vus" in load)


def test_stages_replace_any_load() -> None:
    changed = override(plan("{vus: 5, duration: 1m}"), Changes(stages=(("5s", "10"), ("1m", "0"))))
    load = changed.scenarios["default"].load
    assert load.settings == {}
    assert [(stage.duration.value, stage.target.value) for stage in load.stages or ()] == [
        ("5s", 10),
        ("1m", 0),
    ]


@pytest.mark.parametrize(
    ("load", "options", "stages", "said"),
    [
        (
            "{stages: [{duration: 1m, target: 5}]}",
            {"vus": "5"},
            (),
            "--vus makes no load of scenario 'default'",
        ),
        ("{}", {"vus": "5"}, (), "give --vus with --duration or --iterations, --rate with --duration"),
        ("{vus: 1, duration: 1s}", {"rate": "5/s"}, (), "--rate makes no load"),
        (FIND, {"rate": "5/s"}, (), "--rate makes no load"),
        (FIND, {"vus": "5"}, (), "--vus makes no load"),
        ("{}", {"iterations": "5", "duration": "1s"}, (), "--iterations with --duration makes no load"),
        ("{}", {"vus": "5"}, (("1s", "9"),), "begin with --stage 0s:5"),
        ("{}", {"rate": "5/s"}, (("1s", "9"),), "or --stage alone"),
    ],
)
def test_options_that_are_no_load_are_refused(
    load: str, options: dict[str, str], stages: tuple[tuple[str, str], ...], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        override(plan(load), Changes(options, stages))
    assert said in str(error.value)


def test_a_load_that_is_none_is_replaced_too() -> None:
    broken = plan("{vus: 1, duration: 1m}")
    scenario = broken.scenarios["default"]
    settings = {"vus": scenario.load.settings["vus"]}
    broken = replace(
        broken, scenarios={"default": replace(scenario, load=replace(scenario.load, settings=settings))}
    )
    changed = override(broken, Changes({"duration": "5s"}))
    assert list(changed.scenarios["default"].load.settings) == ["duration"]


def test_once_is_one_iteration_that_begins_at_once_and_keeps_what_it_can_have() -> None:
    text = "load: {rate: 5/s, duration: 1h, graceful_stop: 2s}\n    start_after: 5m\n    tags: {team: a}"
    whole = f"name: x\ntarget: http://h\nscenarios:\n  one:\n    {text}\n    steps:\n      - get: /a\n"
    once = override(checked_plan(whole).plan, Changes(once=True)).scenarios["one"]
    found = {key: setting.value for key, setting in once.load.settings.items()}
    assert found == {"vus": 1, "iterations_per_vu": 1, "graceful_stop": "2s"}
    assert (once.start_after, list(once.tags)) == (None, ["team"])


def test_a_search_can_be_taken_once() -> None:
    once = override(plan(FIND), Changes(once=True)).scenarios["default"]
    assert list(once.load.settings) == ["vus", "iterations_per_vu"]


def test_once_goes_with_no_other_amount_of_load() -> None:
    with pytest.raises(UsageError, match="leave out --vus with --stage"):
        override(plan("{}"), Changes({"vus": "2"}, (("1s", "1"),), once=True))


def test_a_plan_in_which_something_is_wrong_stays_as_it_is() -> None:
    wrong = replace(plan("{}"), damaged=True)
    assert override(wrong, Changes({"vus": "5"})) is wrong
