import pytest
from reading import plan_of, value, wrong

from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.plan.model import Threshold


def limits(thresholds: tuple[Threshold, ...]) -> list[tuple[str, object, bool, object]]:
    return [
        (t.metric, value(t.expression), t.abort_on_fail, t.min_samples and value(t.min_samples))
        for t in thresholds
    ]


def test_a_limit_is_a_text_a_mapping_or_a_list_of_these() -> None:
    plan = plan_of("""\
        name: x
        steps: [{get: /}]
        thresholds:
          http_reqs: count > 5
          http_req_failed: [rate < 1%, {threshold: rate < 5%, abort_on_fail: true}]
          checks{check:status is 200}: {threshold: rate == 1, min_samples: 10}
        """)
    assert limits(plan.thresholds) == [
        ("http_reqs", "count > 5", False, None),
        ("http_req_failed", "rate < 1%", False, None),
        ("http_req_failed", "rate < 5%", True, None),
        ("checks{check:status is 200}", "rate == 1", False, 10),
    ]


def test_a_limit_stands_at_its_expression() -> None:
    plan = plan_of("name: x\nsteps: [{get: /}]\nthresholds: {http_reqs: {threshold: count > 5}}\n")
    assert [(t.place.column, t.metric_place.column) for t in plan.thresholds] == [(37, 14)]


def test_a_limit_without_its_expression_is_left_out() -> None:
    plan, complaints = wrong("name: x\nsteps: [{get: /}]\nthresholds: {a: {threshold: 5}, b: rate < 1%}\n")
    assert plan is not None
    assert [t.metric for t in plan.thresholds] == ["b"]
    assert complaints == ["3:29 expected text, found the number 5"]


DELAY = "  http_reqs: {threshold: count > 5, delay_abort_eval: 10s%s}\n"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (DELAY % "", True),
        ("  http_reqs: [{threshold: count > 5, delay_abort_eval: 10s}]\n", True),
        (DELAY % ", abort_on_fail: false", True),
        (DELAY % ", abort_on_fail: true", False),
        (DELAY % "" + "abort_on_fail: true\n", False),
        (DELAY % "" + "profiles: {a: {abort_on_fail: true}}\n", False),
        (DELAY % "" + "profiles: {a: {tags: {b: c}}}\n", True),
    ],
)
def test_a_delay_of_a_limit_that_never_stops_the_run_is_warned_of(text: str, warned: bool) -> None:
    _, said = wrong(f"name: x\nsteps: [{{get: /}}]\nthresholds:\n{text}")
    message = "`delay_abort_eval` does nothing without `abort_on_fail`"
    assert [line.split(" ", 1)[1] for line in said] == ([message] if warned else [])


def test_nobody_warns_of_a_delay_when_every_broken_limit_stops_the_run() -> None:
    text, problems = f"name: x\nsteps: [{{get: /}}]\nthresholds:\n{DELAY % ''}", Problems()
    load(text.encode(), "plan.yml", problems, aborting=True)
    assert problems.found == []


def test_nobody_warns_of_a_delay_when_the_switch_is_wrong() -> None:
    _, said = wrong(f"name: x\nsteps: [{{get: /}}]\nthresholds:\n{DELAY % ', abort_on_fail: 5'}")
    assert said == ["4:75 expected true or false, found the number 5"]
