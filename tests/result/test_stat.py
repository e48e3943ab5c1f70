"""One number of a result, whatever is asked."""

from dataclasses import replace

import numpy as np
import pytest
import samples_of_results as made

from planrunner.metrics.series import Counter, Key, Rate, Trend
from planrunner.result import Metric, Result, stat


def run() -> Result:
    slow = Trend()
    slow.histogram.add(np.array([1.0, 2.0, 3.0, 4.0]))
    return made.of(
        {
            Key("http_req_duration", (("endpoint", "login"),)): slow,
            Key("http_reqs", (("endpoint", "login"),)): Counter(8.0, 8),
            Key("checks", ()): Rate(3, 1),
        }
    )


@pytest.mark.parametrize(
    ("picked", "aggregate", "expected"),
    [
        ("http_req_duration{endpoint:login}", "max", 4.0),
        ("http_req_duration", "sum", 10.0),
        ("http_req_duration", "p(100)", 4.0),
        ("http_reqs", "rate", 8.0),
        ("checks", "rate", 0.75),
        ("checks", "count", 4.0),
        ("http_req_duration{endpoint:pay}", "max", None),
        ("nothing", "p(99.9)", None),
    ],
)
def test_a_number_is_that_of_the_series(picked: str, aggregate: str, expected: float | None) -> None:
    assert stat(run(), picked, aggregate) == expected


@pytest.mark.parametrize(
    ("picked", "aggregate", "complaint"),
    [
        ("checks", "p(95)", "checks has no p"),
        ("checks", "p95", "unknown aggregate 'p95': write one of avg, "),
        ("checks{", "rate", "write it as metric or metric"),
    ],
)
def test_what_cannot_be_is_told(picked: str, aggregate: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        stat(run(), picked, aggregate)


def test_what_was_left_out_was_not_measured() -> None:
    result = run()
    lost = replace(result, series=tuple(replace(one, lost=("endpoint",)) for one in result.series))
    assert stat(lost, "http_reqs{endpoint:login}", "count") is None


def test_a_result_without_series_has_its_totals() -> None:
    total = Metric("http_reqs", "counter", "default", "", {"count": 7.0})
    assert stat(replace(made.empty(), metrics=(total,)), "http_reqs", "count") == 7.0
