"""Metrics, tags and groups of the plan, carried out in virtual time."""

import pytest
from running import Lab, checked_plan

from planrunner.errors import Problems

HEAD = "name: lab\ntarget: http://h\n"
METRICS = """
metrics:
  size: {type: trend}
  wait: {type: trend, unit: ms}
  pizzas: {type: counter}
  oven: {type: gauge, unit: bytes}
  good: {type: rate}
"""


def run(text: str, **settings: object) -> dict[str, dict[str, float]]:
    result = Lab(HEAD + METRICS + text, **settings).run()  # type: ignore[arg-type]
    return {metric.name: dict(metric.values) for metric in result.metrics if not metric.selector}


def test_each_kind_of_metric_adds_up_in_its_way() -> None:
    steps = """
load: {vus: 1, iterations: 3}
steps:
  - record:
      size: ${vu.iteration}
      wait: ${100 * (vu.iteration + 1)}
      pizzas: 2
      oven: ${10 - vu.iteration}
      good: ${vu.iteration > 0}
"""
    found = run(steps)
    assert (found["size"]["count"], found["size"]["max"]) == (3, 2)
    assert found["wait"]["max"] == pytest.approx(0.3, rel=0.01)
    assert found["pizzas"]["count"] == 6
    assert found["oven"] == {"value": 8, "min": 8, "max": 10}
    assert (found["good"]["passes"], found["good"]["fails"]) == (2, 1)


def test_a_counter_of_nothing_has_samples_and_its_sum_is_not_their_number() -> None:
    text = """
load: {vus: 1, iterations: 3}
steps:
  - record: {pizzas: 0}
  - record: {size: 1}
thresholds:
  pizzas: count == 0
"""
    (limit,) = Lab(HEAD + METRICS + text).run().thresholds
    assert (limit.verdict, limit.measured, limit.samples) == ("passed", 0, 3)


def test_few_samples_of_a_counter_are_few_whatever_they_add_up_to() -> None:
    limits = "thresholds:\n  pizzas: {threshold: count > 0, min_samples: 1000}\n"
    (limit,) = Lab(HEAD + METRICS + limits + "steps:\n  - record: {pizzas: 5000}\n").run().thresholds
    assert (limit.verdict, limit.samples) == ("no data", 1)


def test_a_sample_is_taken_at_the_request_that_brought_it() -> None:
    endpoint = "endpoints:\n  shop:\n    get: /a\n    record:\n      size: ${json.id}\n"
    assert run(endpoint + "steps:\n  - request: shop\n")["size"]["avg"] == 7


def test_what_is_no_number_is_an_error_and_no_sample() -> None:
    text = "steps:\n  - get: /a\n    record:\n      size: ${json}\n  - get: /b\n"
    result = Lab(HEAD + METRICS + text).run()
    assert result.errors[0].message == "a sample of 'size' is a number, not {\"id\":7}"
    assert result.metric("size") is None
    assert [r.name for r in result.requests] == ["GET /a"]


def test_limits_on_own_metrics_are_judged_in_their_unit() -> None:
    text = "thresholds:\n  wait: [p(95) < 150, max < 90ms]\nsteps:\n  - record: {wait: 100}\n"
    result = Lab(HEAD + METRICS + text).run()
    assert [t.verdict for t in result.thresholds] == ["passed", "failed"]


def problems_of(text: str) -> list[str]:
    problems = Problems()
    checked_plan(HEAD + text, problems)
    return [problem.message for problem in problems]


def test_a_metric_that_nobody_declared_is_said_with_what_was_meant() -> None:
    text = "metrics: {size: {type: trend}}\nsteps:\n  - record: {sise: 1}\n"
    assert problems_of(text) == ["unknown metric 'sise'"]


def test_built_in_metrics_stay_what_they_are() -> None:
    text = "metrics: {http_reqs: {type: trend}}\nsteps:\n  - get: /a\n"
    assert problems_of(text) == ["'http_reqs' is a built-in metric"]


def test_tags_reach_the_samples_of_what_they_stand_at() -> None:
    text = """
tags: {team: a, stage: test}
scenarios:
  one:
    tags: {team: b}
    steps:
      - get: /a
        tags: {team: c, stage: null}
      - get: /b
  two:
    steps:
      - get: /a
thresholds:
  http_reqs{team:a}: count == 1
  http_reqs{team:b}: count == 1
  http_reqs{team:c}: count == 1
  http_reqs{stage:test}: count == 2
  iterations{team:b}: count == 1
  data_sent{team:c}: count > 0
"""
    assert Lab(HEAD + text).run().verdict == "passed"


def test_tags_of_a_group_are_those_of_its_steps_and_endpoints_add_theirs() -> None:
    text = """
variables: {region: north}
endpoints:
  shop:
    get: /a
    tags: {kind: api}
steps:
  - group: buy
    tags:
      region: ${region}
    steps:
      - request: shop
      - parallel:
          - get: /b
            tags: {kind: page}
thresholds:
  http_reqs{region:north}: count == 2
  http_reqs{region:north, kind:api}: count == 1
  http_reqs{kind:page}: count == 1
  group_duration{region:north}: avg == 250ms
"""
    assert [t.verdict for t in Lab(HEAD + text).run().thresholds] == ["passed"] * 4


def test_groups_hold_groups_and_are_measured() -> None:
    text = """
steps:
  - group: outer
    steps:
      - get: /a
      - group: inner
        steps:
          - get: /b
thresholds:
  http_reqs{group:::outer}: count == 1
  http_reqs{group:::outer::inner}: count == 1
  group_duration{group:::outer}: max == 250ms
  group_duration{group:::outer::inner}: max == 125ms
"""
    assert [t.verdict for t in Lab(HEAD + text).run().thresholds] == ["passed"] * 4


def test_a_group_that_does_not_exist_is_said_before_the_run() -> None:
    steps = "steps:\n  - group: shop\n    steps:\n      - get: /a\n"
    text = steps + "thresholds:\n  'http_reqs{group:shop}': count > 0\n"
    assert problems_of(text) == ["there is no group 'shop' in this plan"]


def test_a_tag_of_the_plan_may_stand_in_a_selector_and_no_other() -> None:
    text = "tags: {team: a}\nsteps:\n  - get: /a\nthresholds:\n  'http_reqs{taem:a}': count > 0\n"
    assert problems_of(text) == ["unknown tag 'taem'"]


def test_endpoints_and_flows_that_nobody_uses_are_looked_at_too() -> None:
    text = """
endpoints:
  one:
    get: /${nope}
flows:
  two:
    - log: ${nothing}
steps:
  - get: /a
"""
    assert problems_of(text) == ["unknown variable 'nope'", "unknown variable 'nothing'"]
