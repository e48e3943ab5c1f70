"""Limits that refer to an earlier result."""

import dataclasses

import pytest
from judging import judged, request
from running import Lab

from planrunner.engine.verdict.baseline import Baselines
from planrunner.metrics.selector import selector
from planrunner.metrics.threshold.rule import NoDataError
from planrunner.result import Metric, Result

PLAN = """name: lab
target: http://h
load: {vus: 1, duration: 2s}
endpoints: {shop: {get: /shop, checks: [{status: 200}]}}
steps: [{request: shop}]
thresholds:
  http_req_duration: [p(95) < 1s, p(99.9) < 1s]
  "http_req_duration{endpoint:shop, status:200}": avg < 1s
"""
BEFORE = Baselines(Lab(PLAN).run())


@pytest.mark.parametrize(
    ("picked", "aggregate", "expected"),
    [
        ("http_req_duration", "p(95)", 0.125),
        ("http_req_duration", "p(99.9)", 0.125),
        ("http_req_duration", "sum", 2.0),
        ("http_req_duration{status:200, endpoint:shop}", "avg", 0.125),
        ("http_reqs", "rate", 8.0),
        ("http_req_failed", "count", 16.0),
    ],
)
def test_a_number_of_the_baseline_is_found(picked: str, aggregate: str, expected: float) -> None:
    assert BEFORE.value(selector(picked), aggregate) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("picked", "aggregate", "reason"),
    [
        ("http_req_duration{endpoint:other}", "avg", "the baseline has no http_req_duration{endpoint:other}"),
        ("http_req_duration", "p(12)", "the baseline has no p(12) of http_req_duration"),
    ],
)
def test_what_the_baseline_lacks_is_said(picked: str, aggregate: str, reason: str) -> None:
    with pytest.raises(NoDataError) as caught:
        BEFORE.value(selector(picked), aggregate)
    assert str(caught.value) == reason


def test_a_selector_that_this_version_cannot_read_is_another_one() -> None:
    odd = Metric("http_reqs", "counter", "default", "a{b", {"count": 1.0})
    strange: Result = dataclasses.replace(BEFORE.result, metrics=(odd,))
    with pytest.raises(NoDataError):
        Baselines(strange).value(selector("http_reqs{a:b}"), "count")


def test_a_limit_is_computed_from_the_baseline() -> None:
    rules = "http_req_duration: [max < baseline * 2, 'max < baseline * 2 + 1ms', med < baseline over 1s]"
    found = judged(rules, [[request(0.25)]], BEFORE)
    assert [one.verdict for one in found] == ["failed", "passed", "failed"]
    assert [one.limit for one in found] == pytest.approx([0.25, 0.251, 0.125])


def test_a_baseline_without_the_number_is_no_data() -> None:
    (found,) = judged("http_req_duration{endpoint:a}: max < baseline", [[request()]], BEFORE)
    assert (found.verdict, found.reason) == ("no data", "the baseline has no http_req_duration{endpoint:a}")
