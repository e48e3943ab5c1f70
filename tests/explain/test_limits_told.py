"""What thresholds ask for, in a tester's words."""

from explaining import section

BRAKE = "as soon as it is broken the run ends"

LIMITED = """
thresholds:
  http_req_duration: p(95) < 500ms
  iteration_duration: {threshold: p(90) < 2s, min_samples: 100}
  dropped_iterations: count == 0
  data_received: rate < 1000
  http_req_failed{status:500}: {threshold: rate < 1%, abort_on_fail: true, delay_abort_eval: 10s}
  checks{check:status is 200}: {threshold: rate > 99.9%, abort_on_fail: true}
  vus: value > 1
  slow: rate < 5%
metrics: {slow: {type: rate}}
steps: [{get: /, checks: [{status: 200}], record: {slow: 1}}]
"""


COMPUTED = """
thresholds:
  http_req_duration:
    - p(95) < baseline * 1.1
    - {threshold: p(99) < 2s over 30s, min_samples: 9}
  http_req_waiting: [sum < 5m, count > 5]
  errors: count < count of http_reqs * 1%
fail_on: [checks, errors]
"""
WINDOWS = "that is judged each second, and one such time that breaks it fails the run"
ENOUGH = "there must be 9 samples or more in each of them"
EARLIER = "baseline is the same number of an earlier result, given with --baseline"


def test_computed_limits_and_windows_are_explained() -> None:
    assert [line.strip() for line in section(COMPUTED, "THRESHOLDS")] == [
        "- http_req_duration: p(95) < baseline * 1.1",
        f"95 % of the requests must take less than baseline * 1.1; {EARLIER}",
        "- http_req_duration: p(99) < 2s over 30s",
        f"99 % of the requests must take less than 2s, in any 30s; {WINDOWS}; {ENOUGH}",
        "- http_req_waiting: sum < 5m",
        "the sum of http_req_waiting must be less than 5m0s",
        "- http_req_waiting: count > 5",
        "the count of http_req_waiting must be more than 5",
        "- errors: count < count of http_reqs * 1%",
        "the count of errors must be less than count of http_reqs * 1%",
        "- a broken threshold is shown, and does not fail the run (fail_on)",
        "- any check that fails fails the run (fail_on)",
        "- any request that fails, and any step that cannot be carried out, fails the run (fail_on)",
    ]


def test_what_fails_a_run_without_thresholds_is_explained() -> None:
    assert section("fail_on: [checks]", "THRESHOLDS") == ["- any check that fails fails the run (fail_on)"]
    assert section("fail_on: [untrusted]", "THRESHOLDS") == [
        "- numbers that cannot be trusted, since this machine is the limit, fail the run (fail_on)"
    ]
    assert section("fail_on: []", "THRESHOLDS")[0].startswith("none: the run measures")


def test_a_plain_limit_over_a_time_is_explained() -> None:
    lines = section("thresholds: {iterations: rate > 5/s over 10s}", "THRESHOLDS")
    assert lines[1].startswith("    iterations per second must be more than 5/s, in any 10s; that is")


def test_thresholds_are_explained() -> None:
    assert [line.strip() for line in section(LIMITED, "THRESHOLDS")] == [
        "- http_req_duration: p(95) < 500ms",
        "95 % of the requests must take less than 500ms",
        "- iteration_duration: p(90) < 2s",
        "90 % of iteration_duration must be less than 2s; there must be 100 samples or more",
        "- dropped_iterations: count == 0",
        "the count of dropped_iterations must be exactly 0",
        "- data_received: rate < 1000",
        "data_received per second must be less than 1.0 kB/s",
        "- http_req_failed{status:500}: rate < 1%",
        f"the share of failed requests must be less than 1% (only status:500); {BRAKE}, from 10s on",
        "- checks{check:status is 200}: rate > 99.9%",
        f"the share of checks that hold must be more than 99.9% (only check:status is 200); {BRAKE}",
        "- vus: value > 1",
        "the last value of vus must be more than 1",
        "- slow: rate < 5%",
        "the share of slow must be less than 5%",
    ]


def test_a_plan_without_thresholds_says_what_that_means() -> None:
    assert section("", "THRESHOLDS") == ["none: the run measures, and nothing decides whether it passed"]
