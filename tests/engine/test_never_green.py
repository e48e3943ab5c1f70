"""What is green in k6 although nothing was shown: here it is an error before the run, or no data."""

import pytest
from running import Lab, checked_plan

from planrunner.errors import Problems
from planrunner.reports.wording import verdict

HEAD = """name: lab
target: http://h
load: {vus: 1, iterations: 3}
metrics:
  slices: {type: trend}
  ripe: {type: rate}
endpoints:
  shop: {get: /shop, checks: [{status: 200}]}
  other: {get: /other, checks: [{status: 201}]}
steps:
  - request: shop
  - if: ${status == 500}
    request: other
    record: {slices: "${1}", ripe: "${true}"}
thresholds:
"""


@pytest.mark.parametrize(
    ("threshold", "message"),
    [
        ('"http_req_duration{endpont:shop}": p(95) < 1s', "unknown tag 'endpont'"),
        ('"http_req_duration{endpoint:shopp}": p(95) < 1s', "there is no endpoint 'shopp' in this plan"),
        ('"checks{check:status is 404}": rate > 99%', "there is no check 'status is 404' in this plan"),
        ("http_req_durations: p(95) < 1s", "unknown metric 'http_req_durations'"),
        ('"http_req_duration{iter:0}": p(95) < 1s', "'iter' is no tag that can be asked for"),
        ("http_req_failed: p(95) < 1s", "'p(95) < 1s' is no threshold for http_req_failed"),
    ],
)
def test_what_is_misspelt_is_an_error_before_the_run(threshold: str, message: str) -> None:
    problems = Problems()
    checked_plan(f"{HEAD}  {threshold}\n", problems)
    assert [problem.message for problem in problems if not problem.warning] == [message]


@pytest.mark.parametrize(
    "threshold",
    [
        "slices: avg < 12",  # an empty metric
        "slices: count < 5",
        "ripe: rate < 1%",  # a rate without samples
        "ripe: rate > 99%",
        '"checks{check:status is 201}": rate > 99%',  # a check that never ran
        '"http_req_failed{endpoint:other}": rate < 1%',
        '"http_req_failed{status:503}": rate < 1%',
        '"http_req_duration{name:GET /nowhere*}": p(95) < 1s',
        '"http_req_duration{url:/misspelt}": p(95) < 1s',
        "http_reqs: count > count of slices",
        "slices: avg < 12 over 1s",
    ],
)
def test_what_was_never_measured_is_no_data_which_fails(threshold: str) -> None:
    result = Lab(f"{HEAD}  {threshold}\n").run()
    assert (result.exit_code, result.thresholds[0].verdict) == (99, "no data")
    assert verdict(result) == "failed: 1 of 1 thresholds without data"
