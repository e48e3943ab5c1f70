"""What may be compared, and what may not."""

from dataclasses import replace

import pytest
from compared_runs import PLAN, run

from planrunner.compare.alike import differences
from planrunner.result import Health, Result

BASE = run()


def other(text: str) -> Result:
    return replace(BASE, plan=replace(BASE.plan, text=text))


@pytest.mark.parametrize(
    "text",
    [
        PLAN.replace("Shop", "Store"),
        f"# a remark\n{PLAN}",
        f"{PLAN}thresholds: {{http_req_failed: rate < 1%}}\nfail_on: [checks]\n",
        PLAN.replace("get: /", 'get: "/"'),
    ],
)
def test_a_plan_that_sends_the_same_is_the_same(text: str) -> None:
    assert [*differences(BASE, other(text))] == []


@pytest.mark.parametrize("text", [PLAN.replace("get: /", "post: /"), "no: [plan", "", "[]"])
def test_a_plan_that_sends_something_else_is_another_one(text: str) -> None:
    assert [*differences(BASE, other(text))] == ["the plan is another one"]


def test_what_is_no_plan_is_compared_by_its_letters() -> None:
    assert [*differences(other("no: [plan"), other("no: [plan"))] == []


def test_a_free_port_of_this_machine_may_differ() -> None:
    assert [*differences(BASE, replace(BASE, target="http://127.0.0.1:4711/"))] == []


def test_another_target_is_named() -> None:
    found = [*differences(BASE, replace(BASE, target="https://shop.example"))]
    assert found == ["the target is another one: http://localhost:3000 and https://shop.example"]


def test_another_load_is_named() -> None:
    scene = replace(BASE.scenarios[0], description="99 iterations/s for 10s")
    more = replace(scene, name="sell")
    assert [*differences(BASE, replace(BASE, scenarios=(scene, more)))] == [
        "the load of buy is another one: 20 iterations/s for 10s; 99 iterations/s for 10s",
        "the load of sell is another one: none; 99 iterations/s for 10s",
    ]


def test_another_generator_is_named() -> None:
    where = replace(BASE.environment, cpu="", python="CPython 3.14.0")
    found = [*differences(BASE, replace(BASE, planrunner="0.2.0", environment=where, processes=2))]
    assert found == [
        "the planrunner is another one: 0.1.0 and 0.2.0",
        "the number of processes is another one: 1 and 2",
        "the processor is another one: EPYC and unknown",
        "the Python is another one: CPython 3.13 and CPython 3.14",
    ]


def test_the_last_part_of_a_version_changes_nothing() -> None:
    where = replace(BASE.environment, python="CPython 3.13.9")
    assert [*differences(BASE, replace(BASE, environment=where))] == []


def test_numbers_that_nobody_trusts_are_not_compared() -> None:
    assert [*differences(BASE, replace(BASE, health=Health("untrusted")))] == [
        "the numbers of the head cannot be trusted"
    ]


def test_a_run_that_was_stopped_is_not_compared() -> None:
    assert [*differences(replace(BASE, stopped="interrupted"), BASE)] == ["the base did not run to its end"]


def test_what_is_known_to_differ_may_be_allowed() -> None:
    far = replace(other("get: 1"), target="https://a.example", processes=4, scenarios=())
    assert [*differences(BASE, far, ("plan", "target", "load", "generator"))] == []
