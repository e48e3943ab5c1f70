"""Warm-up: what begins in it is in the timeline, and in nothing else."""

import pytest
from running import Lab, checked_plan

from planrunner.errors import Problems
from planrunner.result import Result, WarmUp

HEAD = "name: lab\ntarget: http://h\n"
STEPS = "steps:\n  - get: /a\n    checks: [{status: 200}]\n"
LOOP = HEAD + "warm_up: 2s\nload: {vus: 1, duration: 5s}\n" + STEPS
RATE = HEAD + "warm_up: 2s\nload: {rate: 4/s, duration: 5s, max_vus: 10}\n" + STEPS


def slow_at_first(number: int) -> tuple[int, float]:
    """Answer the first two, which begin after 0 s and 1.5 s, badly."""
    return (500, 1.5) if number < 2 else (200, 0.125)


def counted(result: Result, *metrics: str) -> list[float | None]:
    return [result.value(metric, "count") for metric in metrics]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_what_is_due_in_the_warm_up_does_not_count(processes: int) -> None:
    result = Lab(RATE, lambda _: (200, 0.125), processes=processes).run()
    assert counted(result, "http_reqs", "iterations", "http_req_duration", "generator_lag") == [12] * 4
    assert result.warm_up == (WarmUp("default", 0.0, 2.0, iterations=8, requests=8, failed=0),)
    assert [(c.passes, c.fails) for c in result.checks] == [(12, 0)]


def test_the_beginning_decides_and_not_when_the_answer_comes() -> None:
    result = Lab(LOOP, slow_at_first).run()
    assert result.value("http_req_duration", "max") == 0.125
    assert result.value("http_req_failed", "passes") == 0
    assert (result.warm_up[0].failed, result.errors) == (2, ())


def test_the_timeline_shows_it() -> None:
    result = Lab(LOOP, slow_at_first).run()
    assert sum(moment.requests for moment in result.timeline) == 2 + 16
    assert sum(moment.failed for moment in result.timeline) == 2
    assert [moment.p99 for moment in result.timeline][1] == 1.5


def test_rates_are_those_of_the_time_that_counts() -> None:
    result = Lab(RATE.replace("5s", "6s"), lambda _: (200, 0.0)).run()
    assert (result.duration, result.value("http_reqs", "rate")) == (6.0, 4.0)
    assert result.requests[0].rate == 4.0


def test_looping_vus_warm_up_too_with_their_setup() -> None:
    plan = HEAD + "warm_up: 1s\nload: {vus: 2, duration: 3s}\nvu_setup: [{get: /in}]\n" + STEPS
    result = Lab(plan, lambda _: (200, 0.25)).run()
    assert [(r.name, r.count) for r in result.requests] == [("GET /a", 16)]
    assert (result.warm_up[0].requests, result.warm_up[0].iterations) == (8, 6)


def test_iterations_have_a_warm_up_too() -> None:
    result = Lab(HEAD + "warm_up: 1s\nload: {vus: 1, iterations: 10}\n" + STEPS, lambda _: (200, 0.25)).run()
    assert counted(result, "iterations") == [6]


def test_each_scenario_has_its_own() -> None:
    plan = (
        HEAD
        + "scenarios:\n"
        + "  a: {warm_up: 1s, load: {rate: 2/s, duration: 3s}, steps: [{get: /a}]}\n"
        + "  b: {start_after: 1s, load: {rate: 2/s, duration: 3s}, steps: [{get: /b}]}\n"
        + "  c: {start_after: 9s, warm_up: 1s, load: {rate: 2/s, duration: 3s}, steps: [{get: /c}]}\n"
    )
    result = Lab(plan, lambda _: (200, 0.0), stop_at=5.0).run()
    assert {r.name: r.count for r in result.requests} == {"GET /a": 4, "GET /b": 6}
    assert [(w.scenario, w.requests) for w in result.warm_up] == [("a", 2)]


def test_dropped_and_interrupted_iterations_of_a_warm_up_do_not_count() -> None:
    plan = HEAD + "warm_up: 2s\nload: {rate: 2/s, duration: 3s, max_vus: 1, graceful_stop: 0s}\n" + STEPS
    result = Lab(plan, lambda _: (200, 9.0)).run()
    assert counted(result, "dropped_iterations", "interrupted_iterations") == [2, 0]
    plan = HEAD + "warm_up: 2s\nload: {vus: 1, duration: 3s, graceful_stop: 0s}\n" + STEPS
    assert counted(Lab(plan, lambda _: (200, 9.0)).run(), "interrupted_iterations") == [0]


def test_a_run_that_ends_in_its_warm_up_has_no_data() -> None:
    lab = Lab(RATE + "thresholds: {http_req_duration: p(95) < 1s}\n", lambda _: (200, 0.125), stop_at=1.0)
    result = lab.run()
    assert [t.verdict for t in result.thresholds] == ["no data"]
    assert (result.metric("http_reqs"), result.warm_up[0].requests) == (None, 4)


def test_logs_of_the_warm_up_are_shown() -> None:
    lab = Lab(HEAD + "warm_up: 1s\nload: {vus: 1, duration: 2s}\nsteps: [{log: hello}, {think: 1s}]\n")
    lab.run()
    assert lab.logs == ["hello", "hello"]


def test_a_threshold_does_not_stop_the_run_for_its_warm_up() -> None:
    limit = "thresholds: {http_req_failed: {threshold: rate < 1%, abort_on_fail: true}}\n"
    result = Lab(LOOP + limit, slow_at_first).run()
    assert (result.exit_code, result.stopped) == (0, "")


def test_data_rows_go_on_from_the_warm_up() -> None:
    data = "data: {n: {rows: [1, 2, 3, 4, 5], pick: unique, at_end: stop}}\n"
    plan = (
        HEAD
        + data
        + 'warm_up: 1s\nload: {rate: 2/s, duration: 2s}\nsteps: [{get: "/${n}", checks: [{status: 404}]}]\n'
    )
    result = Lab(plan, lambda _: (200, 0.0)).run()
    assert [s.request for s in result.checks[0].samples] == ["GET h/3", "GET h/4"]


@pytest.mark.parametrize("load", ["{vus: 1, duration: 2s}", "{rate: 1/s, duration: 2s}"])
def test_a_warm_up_as_long_as_the_load_is_an_error(load: str) -> None:
    problems = Problems()
    checked_plan(f"{HEAD}warm_up: 2s\nload: {load}\n{STEPS}", problems)
    (problem,) = problems
    assert problem.message == "the warm-up is as long as the load (2s), so nothing would be measured"
    assert problem.place.line == 3


def test_what_is_wrong_is_said_once() -> None:
    problems = Problems()
    checked_plan(f"{HEAD}warm_up: 1s\nload: {{vus: 1, duration: 2s}}\nsteps: [{{get: '${{x}}'}}]\n", problems)
    assert len([*problems]) == 1
