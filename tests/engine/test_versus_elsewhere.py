"""Requests that go to the same place on both sides are said before the run."""

import pytest
from contests import HEAD
from running import checked_plan

from planrunner.engine.versus.elsewhere import complain
from planrunner.errors import Problems
from planrunner.values.names import Names

FIVE = "".join(f"  - get: https://x.example/{number}\n" for number in range(6))


def told(plan: str) -> list[tuple[int, str]]:
    problems = Problems()
    checked = checked_plan(HEAD + plan)
    complain(checked.plan, Names(checked.given.variables, runtime=False), problems)
    return [(problem.place.line, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        ("steps:\n  - get: https://x.example/a\n", 4),
        ("variables: {there: https://x.example}\nsteps:\n  - get: ${there}/a\n", 5),
        ("steps:\n  - get: /a\n    target: https://x.example\n", 5),
        ("setup:\n  - get: https://x.example/a\nsteps:\n  - get: /a\n", 4),
        ("preflight:\n  - get: https://x.example/a\nsteps:\n  - get: /a\n", 4),
        ("vu_setup:\n  - get: https://x.example/a\nsteps:\n  - get: /a\n", 4),
        ("endpoints:\n  a: {get: https://x.example/a}\nsteps:\n  - request: a\n", 4),
        ("scenarios:\n  a:\n    target: https://x.example\n    steps: [{get: /a}]\n", 5),
    ],
)
def test_one_that_leaves_the_target_is_named(plan: str, line: int) -> None:
    ((where, message),) = told(plan)
    assert (where, message) == (
        line,
        "1 request goes to the same place on both sides: --versus is instead of the plan's `target` alone",
    )


def test_of_many_some_are_named() -> None:
    ((_, message),) = told("steps:\n" + FIVE)
    assert message.startswith("6 requests go to the same place on both sides")
    assert message.endswith(" (also plan.yml:5, plan.yml:6, plan.yml:7, plan.yml:8, ...)")


@pytest.mark.parametrize(
    "plan",
    [
        "steps:\n  - get: /a\n  - think: 1s\n",
        "steps:\n  - get: /a\n    save: {next: {json: $.next}}\n  - get: ${next}\n",  # only the run knows
    ],
)
def test_one_that_goes_to_the_target_is_not(plan: str) -> None:
    assert told(plan) == []
