"""Loads: from the plan's keys to an executor, and what is said when they make none."""

import pytest
from running import checked_plan

from planrunner.engine.checked import check
from planrunner.engine.program.build import Given
from planrunner.engine.program.loads import Work
from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.values.names import UNKNOWN

PLAN = "name: x\ntarget: http://h\nvariables: {{n: 3, t: 2s, r: 5/s}}\nload: {}\nsteps:\n  - get: /a\n"


def work(text: str) -> Work:
    return checked_plan(PLAN.format(text)).program.scenarios[0].work


def complaints(text: str, whole: str = PLAN) -> list[tuple[str, int, str]]:
    problems = Problems()
    plan = load(whole.format(text).encode(), "p.yml", problems)
    assert plan is not None
    check(plan, Given({"n": 3, "t": "2s", "r": "5/s"}), problems)
    return [(problem.message, problem.place.column, problem.hint) for problem in problems]


@pytest.mark.parametrize(
    ("text", "executor", "line"),
    [
        (
            "{}",
            "per-vu-iterations",
            "1 iterations for each of 1 VUs (max_duration: 10m0s, graceful_stop: 30s)",
        ),
        (
            "{vus: 2, duration: 90s, graceful_stop: 5s}",
            "constant-vus",
            "2 looping VUs for 1m30s (graceful_stop: 5s)",
        ),
        ('{vus: "${n}", duration: "${t}"}', "constant-vus", "3 looping VUs for 2s (graceful_stop: 30s)"),
        (
            '{stages: [{duration: "${t}", target: "${r}"}]}',
            "ramping-arrival-rate",
            "up to 5 iterations/s for 2s over 1 stages (max_vus: 5, graceful_stop: 30s)",
        ),
        (
            "{stages: [{duration: 5s, target: 4}]}",
            "ramping-vus",
            "up to 4 looping VUs for 5s over 1 stages (graceful_stop: 30s)",
        ),
    ],
)
def test_a_load_is_understood(text: str, executor: str, line: str) -> None:
    made = work(text)
    assert (made.executor, made.description) == (executor, line)


def test_the_common_keys_have_k6s_defaults() -> None:
    made = work("{vus: 1, duration: 1s, graceful_ramp_down: 0s}")
    assert (made.graceful_stop, made.graceful_ramp_down, made.min_iteration_duration) == (30, 0, 0)


@pytest.mark.parametrize(
    ("text", "message", "column", "hint"),
    [
        ("{vus: 2}", "vus alone does not say how much load there is", 8, "add duration, iterations"),
        ("{iterations: 2, vus: 3}", "2 iterations cannot be shared by 3 VUs", 8, "give at least 3"),
        ("{iterations: 2, duration: 3s}", "duration does not go with iterations", 23, "max_duration"),
        ('{vus: "${t}", duration: 1s}', "wrong value '2s'", 13, "write a whole number"),
        (
            "{stages: [{duration: 1s, target: 5/s}, {duration: 1s, target: 5}]}",
            "some stages have a rate as target, this one has '5', a number of VUs",
            69,
            "write all as 50/s",
        ),
        ('{stages: [{duration: "${n}", target: 5}]}', "wrong value 3", 28, "a duration needs a unit"),
    ],
)
def test_what_makes_no_load_says_where_and_what_to_do(
    text: str, message: str, column: int, hint: str
) -> None:
    (found,) = complaints(text)
    assert found[:2] == (message, column)
    assert hint in found[2]


SEARCH = PLAN + "thresholds: {{iterations: count > 0}}\n"


@pytest.mark.parametrize(
    ("text", "message", "column", "hint"),
    [
        ("{find: rate}", "from is missing", 1, "add from, for example from: 10/s"),
        ("{find: vus, from: 1}", "to is missing", 1, "add to, for example to: 100"),
        ("{find: rate, from: 9, to: 9/s}", "find: rate needs a rate", 20, "write from: 10/s"),
        ("{find: vus, from: 1, to: 9/s}", "find: vus needs a whole number of VUs", 28, "write to: 100"),
        ("{find: vus, from: 9, to: 9}", "to must be more than from", 28, "the search goes up"),
        ("{find: vus, from: 0, to: 9}", "from must be more than 0", 19, ""),
        ("{find: vus, from: 1, to: 9, hold: 1s}", "hold must be at least 2s", 35, "one second to settle"),
        ("{find: vus, from: 1, to: 9, within: 0%}", "within must be from 1% to 100%", 35, "10% is usual"),
        (
            "{find: vus, from: 1, to: 9, max_vus: 9}",
            "max_vus does not go with find, from, to",
            35,
            "more VUs",
        ),
        ("{find: rate, from: 1/s, to: 9/s, duration: 9s}", "duration does not go with", 40, "lasts `hold`"),
        ("{from: 1}", "from alone does not say how much load there is", 8, "rate, stages or find"),
        ('{find: "${t}", from: 1, to: 2}', "wrong value '2s'", 14, "write rate or vus"),
    ],
)
def test_what_makes_no_search_says_where_and_what_to_do(
    text: str, message: str, column: int, hint: str
) -> None:
    (found,) = complaints(text, SEARCH)
    assert found[0].startswith(message)
    assert found[1] == column
    assert hint in found[2]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '{find: rate, from: "${r}", to: 40/s, hold: "${t}", within: 20%}',
            "search from 5 to 40 iterations/s, at most 6 levels of 2s (max_vus: 40, graceful_stop: 30s)",
        ),
        (
            "{find: rate, from: 6/m, to: 40/s, pre_allocated_vus: 3, max_vus: 9}",
            "search from 0.1 to 40 iterations/s, at most 13 levels of 30s (max_vus: 3-9, graceful_stop: 30s)",
        ),
        (
            '{find: vus, from: "${n}", to: 40}',
            "search from 3 to 40 looping VUs, at most 9 levels of 30s (graceful_stop: 30s)",
        ),
    ],
)
def test_a_search_is_understood(text: str, line: str) -> None:
    assert checked_plan(SEARCH.format(text)).program.scenarios[0].work.description == line


def test_a_search_without_thresholds_is_refused() -> None:
    (found,) = complaints("{find: vus, from: 1, to: 9}")
    assert found[:2] == ("a search needs thresholds to know what is too much", 8)


def test_a_plan_searches_for_one_thing_only() -> None:
    one = "{load: {find: vus, from: 1, to: 9}, steps: [{get: /a}]}"
    text = f"name: x\ntarget: http://h\nscenarios:\n  a: {one}\n  b: {one}\n"
    problems = Problems()
    checked_plan(f"{text}thresholds: {{iterations: count > 0}}\n", problems)
    assert [(problem.message, problem.place.line) for problem in problems] == [
        ("a plan can search for one thing only, and another scenario does already", 5)
    ]


def test_a_load_that_was_wrong_already_is_not_asked_for_more() -> None:
    (found,) = complaints("{vus: 2, duratoin: 3s}")
    assert found[0] == "unknown key 'duratoin'"


@pytest.mark.parametrize("loads", ["{vus: 1, duration: '${d}'}", "{stages: [{duration: '${d}', target: 1}]}"])
def test_a_value_that_nobody_gave_is_said_once(loads: str) -> None:
    problems = Problems()
    text = f"name: x\nvariables: {{d: {{env: D}}}}\ntarget: http://h\nload: {loads}\nsteps:\n  - get: /a\n"
    plan = load(text.encode(), "plan.yml", problems)
    assert plan is not None
    check(plan, Given({"d": UNKNOWN}), problems)
    assert [problem.message for problem in problems] == []
