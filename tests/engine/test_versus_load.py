"""The load of a window: constant, at the highest level of the plan, all scenarios at once."""

import pytest
from contests import HEAD, contested
from running import checked_plan

from planrunner.engine.checked import target
from planrunner.engine.versus.load import text
from planrunner.errors import UsageError

STEPS = "steps: [{get: /a}]\n"


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ("vus: 3, duration: 1m", "3 looping VUs for 10s (graceful_stop: 30s)"),
        (
            "start_vus: 2, stages: [{duration: 1m, target: 7}, {duration: 1m, target: 0}]",
            "7 looping VUs for 10s",
        ),
        ("rate: 50/s, duration: 1m", "50 iterations/s for 10s (max_vus: 50, graceful_stop: 30s)"),
        ("stages: [{duration: 1m, target: 100/m}]", "1.666667 iterations/s for 10s (max_vus: 2"),
        (
            "rate: 9/s, duration: 1m, arrival: poisson, max_vus: 4",
            "9 iterations/s (poisson) for 10s (max_vus: 4",
        ),
        ("vus: 5, iterations: 100, graceful_stop: 2s", "5 looping VUs for 10s (graceful_stop: 2s)"),
        ("vus: 2, iterations_per_vu: 9", "2 looping VUs for 10s"),
    ],
)
def test_a_window_holds_the_highest_level(load: str, expected: str) -> None:
    for side in (made := contested(f"{HEAD}load: {{{load}}}\n{STEPS}")).base, made.head:
        (scenario,) = side.program.scenarios
        assert scenario.work.description.startswith(expected)
        assert scenario.work.description.endswith(", 6 windows")
        assert (scenario.work.schedule.seconds, scenario.warm_up) == (10.0, 1.0)


def test_one_window_is_none_of_several() -> None:
    (scenario,) = contested(f"{HEAD}load: {{vus: 1, duration: 1m}}\n{STEPS}", rounds=1).head.program.scenarios
    assert scenario.work.description.endswith(", 1 window")


def test_all_scenarios_run_in_each_window() -> None:
    scenarios = (
        "scenarios:\n"
        "  a: {load: {vus: 1, duration: 9s}, steps: [{get: /a}]}\n"
        "  b: {load: {rate: 2/s, duration: 9s}, start_after: 9s, warm_up: 5s, steps: [{get: /b}]}\n"
    )
    made = contested(HEAD + scenarios)
    assert [(one.name, one.start_after, one.warm_up) for one in made.head.program.scenarios] == [
        ("a", 0.0, 1.0),
        ("b", 0.0, 1.0),
    ]
    assert [one.work.schedule.seconds for one in made.shown.program.scenarios] == [140.0, 140.0]
    assert made.shown.max_vus == made.head.max_vus == 3


def test_a_search_cannot_be_held() -> None:
    plan = f"{HEAD}load: {{find: rate, from: 1/s, to: 9/s}}\n{STEPS}thresholds: {{http_reqs: count > 1}}\n"
    with pytest.raises(UsageError, match="scenario 'default' searches for one: give it a fixed load"):
        contested(plan)


def test_a_side_differs_in_its_target_alone() -> None:
    made = contested()
    assert [target(made.side(name)) for name in ("base", "head")] == ["http://base", "http://head"]
    assert made.base.plan.scenarios == made.head.plan.scenarios


def test_a_plan_that_was_checked_stays_as_it_is() -> None:
    checked = checked_plan(f"{HEAD}load: {{vus: 3, duration: 1m}}\n{STEPS}")
    assert checked.program.scenarios[0].work.description == "3 looping VUs for 1m0s (graceful_stop: 30s)"


def test_numbers_are_written_as_in_plans() -> None:
    assert [text(number) for number in (15.0, 0.2, 1e-05, 1e15)] == [
        "15",
        "0.2",
        "0.00001",
        "1000000000000000",
    ]
