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
        ("http_req_duration", "p(12)", 0.125),
        ("http_req_duration{endpoint:shop}", "p(99.9)", 0.125),
        ("http_req_waiting{name:sh*, status:[200, 201]}", "max", 0.125),
        ("http_reqs{scenario:default}", "rate", 8.0),
        ("checks{check:status is 200}", "rate", 1.0),
        ("http_reqs{status:500}", "count", 0.0),
    ],
)
def test_a_number_of_the_baseline_is_found(picked: str, aggregate: str, expected: float) -> None:
    assert BEFORE.value(selector(picked), aggregate) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("picked", "aggregate", "reason"),
    [
        ("http_req_duration{endpoint:other}", "avg", "the baseline has no http_req_duration{endpoint:other}"),
        (
            "http_reqs{endpoint:other, status:500}",
            "count",
            "the baseline has no http_reqs{endpoint:other, status:500}",
        ),
        ("http_req_duration", "rate", "the baseline has no rate of http_req_duration"),
        ("http_req_failed{status:500}", "rate", "the baseline has no http_req_failed{status:500}"),
    ],
)
def test_what_the_baseline_lacks_is_said(picked: str, aggregate: str, reason: str) -> None:
    with pytest.raises(NoDataError) as caught:
        BEFORE.value(selector(picked), aggregate)
    assert str(caught.value) == reason


def test_an_older_baseline_has_its_totals_alone() -> None:
    older = Baselines(dataclasses.replace(BEFORE.result, series=()))
    assert older.value(selector("http_reqs"), "count") == 16.0
    with pytest.raises(NoDataError, match=r"^the baseline has no p\(12\) of http_req_duration$"):
        older.value(selector("http_req_duration"), "p(12)")


def test_what_was_left_out_of_the_baseline_is_no_data_with_its_reason() -> None:
    series = tuple(dataclasses.replace(one, folded=3, lost=("endpoint",)) for one in BEFORE.result.series)
    folded = Baselines(dataclasses.replace(BEFORE.result, series=series))
    with pytest.raises(NoDataError, match=r"^the baseline cannot tell: 3 series of http_reqs are kept as"):
        folded.value(selector("http_reqs{endpoint:shop}"), "count")


def test_a_number_is_looked_for_once() -> None:
    asked = Baselines(BEFORE.result)
    for _ in range(2):
        assert asked.value(selector("http_reqs{scenario:default}"), "count") == 16.0
        with pytest.raises(NoDataError):
            asked.value(selector("http_reqs{endpoint:other}"), "count")
    assert len(asked.found) == 2


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
