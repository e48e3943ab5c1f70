from reading import plan_of, value, wrong

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
