"""Windows of too few requests are said before the run."""

import pytest
from contests import HEAD, contested

from planrunner.engine.versus.enough import complain, requests
from planrunner.errors import Problems

RATE = "load: {rate: 4/s, duration: 1m}\n"


def told(plan: str) -> list[str]:
    problems = Problems()
    complain(contested(HEAD + plan), problems)
    return [f"{problem.place} {problem.message}" for problem in problems]


def test_so_few_that_no_p95_comes_of_them_are_warned_of() -> None:
    message = "each window has about 36 requests, and p(95) takes 72 to be compared"
    assert told(RATE + "steps: [{get: /a}]\n") == [f"plan.yml:3:1 {message}"]


@pytest.mark.parametrize(
    "plan",
    [
        RATE + "steps: [{get: /a}, {get: /b}]\n",
        RATE + "steps: [{repeat: 9, steps: [{get: /a}]}]\n",  # nobody counts what is repeated
        "load: {vus: 1, duration: 1m}\nsteps: [{get: /a}]\n",  # only the run can tell
    ],
)
def test_enough_of_them_or_nobody_knows_how_many_are_not(plan: str) -> None:
    assert told(plan) == []


def test_scenarios_add_up() -> None:
    scenarios = "".join(
        f"  {name}: {{load: {{rate: 5/s, duration: 1m}}, steps: [{{get: /a}}, {{think: 1s}}]}}\n"
        for name in "ab"
    )
    assert requests(contested(HEAD + "scenarios:\n" + scenarios)) == 90.0
