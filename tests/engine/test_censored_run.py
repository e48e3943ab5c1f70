"""Runs that drop or interrupt iterations: their high percentiles are lower bounds, and say so."""

import pytest
from running import Lab

from planrunner.reports.wording import lower_bounds
from planrunner.result import Result, Threshold, from_json, to_json

PLAN = """
name: lab
target: http://h
scenarios:
  rushed:
    load: {rate: 10/s, duration: 2s, max_vus: 1, graceful_stop: 1s}
    steps:
      - get: /a
  calm:
    load: {vus: 1, iterations: 20, max_duration: 1s}
    steps:
      - get: /b
thresholds:
  http_req_duration{scenario:rushed}: [p(95)<500ms, p(95)<100ms, med<500ms, avg<500ms, min<500ms]
  http_req_duration{scenario:calm}: p(95)<500ms
"""


def run(answer: float = 0.1875) -> Result:
    return Lab(PLAN, answer=lambda _: (200, answer)).run()


def told(limit: Threshold) -> tuple[str, str, bool]:
    return limit.expression, limit.verdict, limit.censored


def test_a_threshold_on_what_is_hidden_keeps_its_verdict_and_says_why() -> None:
    rushed = run().thresholds
    assert [told(limit) for limit in rushed[:5]] == [
        ("p(95)<500ms", "passed", True),
        ("p(95)<100ms", "failed", True),
        ("med<500ms", "passed", False),
        ("avg<500ms", "passed", False),
        ("min<500ms", "passed", False),
    ]
    assert rushed[0].reason == rushed[1].reason == "50 % of the iterations were dropped or interrupted"
    assert rushed[2].reason == ""


def test_iterations_a_loop_had_no_time_for_hide_nothing() -> None:
    result = run()
    assert result.value("dropped_iterations", "count") == 10 + 14
    assert told(result.thresholds[5]) == ("p(95)<500ms", "passed", False)


def test_the_values_of_metrics_and_requests_are_marked() -> None:
    result = run()
    whole, part = (result.metric("http_req_duration", s) for s in ("", "scenario:rushed"))
    assert whole is not None
    assert part is not None
    assert (whole.censored, part.censored) == (("max", "p(90)", "p(95)", "p(99)"),) * 2
    assert {r.name: r.censored for r in result.requests} == {
        "GET /a": ("p90", "p95", "p99", "max"),
        "GET /b": (),
    }


def test_a_mixed_run_tells_what_its_arrivals_lost() -> None:
    result = run()
    assert result.value("dropped_iterations", "count", "scenario:rushed") == 10
    assert result.metric("dropped_iterations", "scenario:calm") is None
    assert lower_bounds(result) == (
        "10 of 26 iterations were dropped because no VU was free (raise `max_vus`): "
        "values with >= are at least that."
    )


def test_times_before_a_request_is_sent_are_known() -> None:
    before = [run().metric(f"http_req_{name}") for name in ("blocked", "connecting", "tls_handshaking")]
    assert [found.censored for found in before if found] == [(), (), ()]


def test_what_is_interrupted_hides_the_slowest_of_any_load() -> None:
    plan = "name: x\ntarget: http://h\nload: {vus: 4, duration: 1s, graceful_stop: 0s}\nsteps:\n  - get: /a\n"
    result = Lab(plan, answer=lambda number: (200, 60.0 if number == 3 else 0.25)).run()
    found = result.metric("http_req_duration")
    assert result.interrupted_iterations == 4
    assert found is not None
    assert found.censored == ("max", "p(90)", "p(95)", "p(99)")


def test_a_moment_knows_what_was_dropped_in_it() -> None:
    plan = "name: x\ntarget: http://h\nload: {rate: 4/s, duration: 4s, max_vus: 1}\nsteps:\n  - get: /a\n"
    result = Lab(plan, answer=lambda number: (200, 1.125 if number == 4 else 0.125)).run()
    assert result.value("dropped_iterations", "count") == 4
    assert [moment.censored for moment in [*result.timeline][:4]] == [(), (), ("p95", "p99"), ()]


def test_nothing_is_marked_where_nothing_is_hidden() -> None:
    plan = "name: x\ntarget: http://h\nload: {rate: 4/s, duration: 2s}\nsteps:\n  - get: /a\n"
    result = Lab(plan).run()
    assert {m.censored for m in result.metrics} | {r.censored for r in result.requests} == {()}
    assert {moment.censored for moment in result.timeline} == {()}


@pytest.mark.parametrize("word", [b'"censored"'])
def test_a_result_of_before_is_still_read(word: bytes) -> None:
    result = run()
    old = to_json(result).replace(word, b'"unknown_to_it"')
    assert {m.censored for m in from_json(old).metrics} == {()}
    assert from_json(to_json(result)) == result
