"""Loops whose items have the name of those around them."""

import pytest
from reading import FILE, plan_of, wrong

from planrunner.errors import Problems
from planrunner.plan.load import load

INNER = "{for_each: [1], as: a, steps: [{log: b}]}"


def loop(name: str, steps: str) -> str:
    return f"{{for_each: [1], as: {name}, steps: [{steps}]}}"


@pytest.mark.parametrize(
    "steps",
    [
        loop("a", INNER),
        loop("a", loop("b", INNER)),
        loop("a", f"{{group: g, steps: [{INNER}]}}"),
        loop("a", f"{{log: b, on_fail: [{INNER}]}}"),
    ],
)
def test_a_loop_within_another_has_a_name_of_its_own(steps: str) -> None:
    _, said = wrong(f"name: x\nsteps:\n  - {steps}\n")
    column = 5 + steps.rindex("as: a") + 4
    assert said == [f"3:{column} 'a' is already the name of the items of the loop around this one"]


def test_the_line_of_the_outer_loop_is_named() -> None:
    problems = Problems()
    text = f"name: x\nsteps:\n  - for_each: [1]\n    as: a\n    steps: [{INNER}]\n"
    load(text.encode(), FILE, problems)
    assert [problem.hint for problem in problems] == ["that loop is on line 4; rename one of them"]


def test_a_flow_brings_its_loops_into_a_loop() -> None:
    flows = f"flows: {{f: [{INNER}], g: [{{flow: f}}]}}"
    _, said = wrong(f"name: x\n{flows}\nsteps: [{loop('a', '{flow: g}')}, {loop('b', '{flow: g}')}]\n")
    assert said == ["2:33 'a' is already the name of the items of the loop around this one"]


@pytest.mark.parametrize(
    "steps",
    [
        f"{INNER}, {INNER}",
        loop("a", loop("b", "{log: b}")),
        f"{{for_each: [1], as: a, steps: [{{log: b}}], on_fail: [{INNER}]}}",
        loop("a", "{flow: f}"),
    ],
)
def test_loops_beside_each_other_may_have_one_name(steps: str) -> None:
    plan = plan_of(f"name: x\nflows: {{f: [{{log: c}}]}}\nsteps: [{steps}]\n")
    assert plan.scenarios["default"].steps != ()


@pytest.mark.parametrize("section", ["setup", "teardown", "vu_setup"])
def test_loops_are_looked_at_wherever_they_stand(section: str) -> None:
    _, said = wrong(f"name: x\n{section}: [{loop('a', INNER)}]\nsteps: [{{log: b}}]\n")
    assert len(said) == 1
