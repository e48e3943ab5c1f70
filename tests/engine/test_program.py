"""Building a program: what is compiled, and what is said of parts that no scenario reaches."""

import pytest
from running import checked_plan

from planrunner.engine.checked import check, target
from planrunner.engine.program.build import Given
from planrunner.engine.program.compile import span
from planrunner.errors import Problems
from planrunner.plan.load import load


def complaints(text: str) -> list[tuple[int, str]]:
    problems = Problems()
    plan = load(text.encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given(), problems)
    return [(problem.place.line, problem.message) for problem in problems]


def test_endpoints_that_no_step_uses_are_looked_at_too() -> None:
    text = """name: x
target: http://h
endpoints:
  used:
    get: /a
    save:
      id: {json: $.id}
  unused:
    get: /b/${id}/${nothing}
    timeout: ${fast}
steps:
  - request: used
"""
    assert complaints(text) == [(9, "unknown variable 'nothing'"), (10, "unknown variable 'fast'")]


def test_a_mistake_that_two_scenarios_share_is_said_once() -> None:
    text = """name: x
target: http://h
endpoints:
  shop:
    get: /${nothing}
scenarios:
  a:
    steps:
      - request: shop
  b:
    steps:
      - request: shop
"""
    assert complaints(text) == [(5, "unknown variable 'nothing'")]


def test_what_another_scenario_saves_is_not_known() -> None:
    text = """name: x
target: http://h
scenarios:
  a:
    steps:
      - get: /a
        save:
          id: {json: $.id}
  b:
    steps:
      - get: /${id}
"""
    assert complaints(text) == [(11, "unknown variable 'id'")]


def test_an_unknown_endpoint_is_said_and_the_rest_is_looked_at() -> None:
    text = "name: x\ntarget: http://h\nsteps:\n  - request: nowhere\n  - think: 3s-1s\n  - get: /${x}\n"
    assert complaints(text) == [
        (4, "unknown endpoint 'nowhere'"),
        (5, "wrong value '3s-1s'"),
        (6, "unknown variable 'x'"),
    ]


@pytest.mark.parametrize(
    ("value", "seconds"), [("1s", (1, 1)), ("1s-5s", (1, 5)), ("100ms-1m30s", (0.1, 90))]
)
def test_a_think_time_is_fixed_or_a_range(value: str, seconds: tuple[float, float]) -> None:
    assert span(value) == seconds


@pytest.mark.parametrize("value", ["5s-1s", "1s-", "-1s", 5, "1s-2s-3s"])
def test_what_is_no_think_time_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"duration|shorter"):
        span(value)


def test_a_wrong_target_is_said_once() -> None:
    (found,) = complaints("name: x\ntarget: h\nsteps:\n  - get: /a\n")
    assert found[0] == 2


def test_vus_are_numbered_through_all_scenarios() -> None:
    text = "name: x\ntarget: http://h\nscenarios:\n"
    for name, vus in (("a", 2), ("b", 3)):
        text += f"  {name}:\n    load: {{vus: {vus}, duration: 5s}}\n    start_after: 1s\n"
        text += "    steps:\n      - get: /a\n"
    checked = checked_plan(text)
    assert [scenario.first_vu for scenario in checked.program.scenarios] == [0, 2]
    assert (checked.max_vus, checked.seconds, checked.program.needs_demo) == (5, 6.0, False)


@pytest.mark.parametrize(
    ("line", "shown"),
    [("target: http://h/${v}", "http://h/v1"), ("target: demo", "demo"), ("", "")],
)
def test_the_header_shows_where_the_load_goes(line: str, shown: str) -> None:
    url = "/a" if line else "http://h/a"
    text = f"name: x\n{line}\nvariables: {{v: v1}}\nsteps:\n  - get: {url}\n"
    assert target(checked_plan(text)) == shown


def test_a_scenario_may_have_its_own_target() -> None:
    checked = checked_plan("name: x\nscenarios:\n  a:\n    target: demo\n    steps:\n      - get: /a\n")
    assert checked.program.needs_demo


def test_a_single_endpoint_may_lead_to_the_demo() -> None:
    endpoints = "endpoints:\n  shop:\n    target: demo\n    get: /\n"
    checked = checked_plan(f"name: x\ntarget: http://h\n{endpoints}steps:\n  - request: shop\n")
    assert checked.program.needs_demo
