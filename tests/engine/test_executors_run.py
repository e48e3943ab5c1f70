"""The six executors, carried out in virtual time: exact counts, exact moments."""

import asyncio

import pytest
from fakes import VirtualLoop
from running import Lab

from planrunner.result import Result

PLAN = """
name: lab
target: http://h
load: {load}
steps:
  - get: /a
"""


def lab(load: str, **rest: object) -> Lab:
    return Lab(PLAN.replace("{load}", "{" + load + "}"), **rest)  # type: ignore[arg-type]


def count(result: Result, name: str) -> float | None:
    return result.value(name, "count")


def test_without_a_load_there_is_one_iteration() -> None:
    made = lab("")
    result = made.run()
    assert (made.sent, count(result, "iterations"), count(result, "http_reqs")) == ([0.0], 1, 1)


def test_shared_iterations_are_shared_by_whoever_is_free() -> None:
    made = lab("vus: 3, iterations: 7")
    result = made.run()
    assert made.sent == pytest.approx([0, 0, 0, 0.125, 0.125, 0.125, 0.25])
    assert (count(result, "iterations"), result.duration) == (7, 0.375)


def test_each_vu_has_its_own_iterations() -> None:
    made = lab("vus: 2, iterations_per_vu: 3")
    assert count(made.run(), "iterations") == 6
    assert made.sent == pytest.approx([0, 0, 0.125, 0.125, 0.25, 0.25])


@pytest.mark.parametrize(
    ("load", "dropped"), [("iterations: 20, vus: 2", 14), ("iterations_per_vu: 10, vus: 2", 14)]
)
def test_iterations_that_max_duration_leaves_no_time_for_are_dropped(load: str, dropped: int) -> None:
    result = lab(load + ", max_duration: 350ms").run()
    assert (count(result, "iterations"), count(result, "dropped_iterations")) == (6, dropped)


def test_constant_vus_loop_for_the_duration() -> None:
    result = lab("vus: 4, duration: 1s").run()
    assert (count(result, "iterations"), count(result, "http_reqs")) == (32, 32)
    assert (result.value("vus", "max"), result.value("vus_max", "value")) == (4, 4)


def test_ramping_vus_follow_the_stages() -> None:
    made = lab("start_vus: 0, stages: [{duration: 4s, target: 4}, {duration: 4s, target: 0}]")
    result = made.run()
    assert made.sent[0] == pytest.approx(1.0)  # k6: the first user is there when the ramp has reached 1
    assert result.value("vus", "max") == 4
    assert result.duration == pytest.approx(8.0, abs=0.1)


def test_a_vu_that_a_ramp_takes_away_has_its_grace() -> None:
    stages = "stages: [{duration: 1s, target: 1}, {duration: 9s, target: 1}]"
    slow = lab(
        f"start_vus: 2, {stages}, graceful_ramp_down: 1s",
        answer=lambda _: (200, 3.0),
    )
    result = slow.run()
    assert count(result, "interrupted_iterations") == 1
    assert count(result, "http_reqs") == 1 + 4  # the interrupted one was sent too


def test_iterations_take_at_least_min_iteration_duration() -> None:
    made = lab("vus: 1, iterations: 3, min_iteration_duration: 1s")
    made.run()
    assert made.sent == pytest.approx([0, 1, 2])


@pytest.mark.parametrize(
    "load",
    [
        "vus: 2, duration: 1s",
        "rate: 2/s, duration: 1s, max_vus: 2",
        "vus: 2, iterations: 2, max_duration: 1s",
    ],
)
def test_what_runs_past_its_grace_is_interrupted(load: str) -> None:
    made = lab(load + ", graceful_stop: 500ms", answer=lambda _: (200, 60.0))
    result = made.run()
    assert (count(result, "iterations"), count(result, "interrupted_iterations")) == (None, 2)
    assert (count(result, "http_reqs"), result.interrupted_iterations) == (2, 2)
    assert result.duration == pytest.approx(1.5)
    assert all(session.closed for session in made.sessions)


def test_an_interrupted_request_is_neither_failed_nor_not() -> None:
    result = lab("vus: 1, duration: 1s, graceful_stop: 0s", answer=lambda _: (200, 60.0)).run()
    assert (count(result, "http_reqs"), result.metric("http_req_failed"), result.errors) == (1, None, ())


LOADS = [
    "vus: 2, duration: 60s",
    "rate: 10/s, duration: 60s, max_vus: 5",
    "vus: 2, iterations: 5000",
    "vus: 2, iterations_per_vu: 5000",
    "stages: [{duration: 60s, target: 5}]",
    "stages: [{duration: 60s, target: 50/s}], max_vus: 50",
]


@pytest.mark.parametrize("load", LOADS)
def test_a_stop_lets_what_runs_come_to_its_end(load: str) -> None:
    made = lab(load, answer=lambda _: (200, 0.3), stop_at=5.05)
    result = made.run()
    assert (result.stopped, result.exit_code) == ("interrupted", 105)
    assert count(result, "iterations") == len(made.sent) == count(result, "http_reqs")
    assert 5.0 <= result.duration < 5.5
    assert (result.interrupted_iterations, count(result, "dropped_iterations")) == (0, 0)


@pytest.mark.parametrize("load", LOADS)
def test_a_stop_interrupts_what_outlasts_its_grace(load: str) -> None:
    made = lab(load + ", graceful_stop: 1s", answer=lambda _: (200, 60.0), stop_at=5.05)
    result = made.run()
    assert count(result, "http_reqs") == len(made.sent) == result.interrupted_iterations > 0
    assert result.duration == pytest.approx(6.05)


def test_a_pause_between_iterations_is_not_interrupted_and_delays_nothing() -> None:
    result = lab("vus: 2, duration: 5s, graceful_stop: 2s, min_iteration_duration: 60s").run()
    assert (count(result, "iterations"), result.interrupted_iterations, result.duration) == (2, 0, 5.0)


@pytest.mark.parametrize(
    ("load", "dropped"), [("vus: 1, iterations: 10", 9), ("vus: 2, iterations_per_vu: 10", 18)]
)
def test_iterations_that_an_interruption_leaves_are_dropped(load: str, dropped: int) -> None:
    slow = lab(f"{load}, max_duration: 1s, graceful_stop: 1s", answer=lambda _: (200, 60.0))
    result = slow.run()
    assert count(result, "dropped_iterations") == dropped


def test_a_load_that_cannot_keep_up_stops_when_asked() -> None:
    def blocking(_: int) -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.block(0.01)  # each request costs ten times the time between two arrivals
        return 200, 0.0

    made = lab("rate: 1000/s, duration: 60s, max_vus: 100", answer=blocking, stop_at=2.0)
    assert 2.0 <= made.run().duration < 5.0


def test_a_stop_in_the_moment_a_limit_expires_reaches_the_other_scenarios() -> None:
    made = Lab(
        """
name: two
target: http://h
scenarios:
  a:
    load: {vus: 1, iterations: 5, max_duration: 2s, graceful_stop: 1s}
    steps:
      - get: /a
  b:
    load: {vus: 1, duration: 60s, graceful_stop: 5s}
    steps:
      - get: /b
""",
        answer=lambda _: (200, 100.0),
        stop_at=3.0,
    )
    assert made.run().duration == pytest.approx(8.0)


def test_a_stop_ends_a_wait_at_once() -> None:
    made = Lab(
        "name: x\ntarget: http://h\nscenarios:\n  a:\n    start_after: 1h\n    steps:\n      - get: /a\n",
        stop_at=2.0,
    )
    result = made.run()
    assert made.sent == []
    assert result.duration == pytest.approx(2.0)


def test_scenarios_run_side_by_side_from_their_start_on() -> None:
    made = Lab(
        """
name: two
target: http://h
scenarios:
  first:
    load: {vus: 1, iterations: 2}
    steps:
      - get: /a
  second:
    start_after: 5s
    load: {rate: 1/s, duration: 3s}
    steps:
      - get: /b
"""
    )
    result = made.run()
    assert made.sent == pytest.approx([0, 0.125, 5, 6, 7])
    assert [(s.name, s.executor) for s in result.scenarios] == [
        ("first", "shared-iterations"),
        ("second", "constant-arrival-rate"),
    ]
    assert result.duration == pytest.approx(8.0)  # the scenario lasts as long as planned


@pytest.mark.slow
def test_an_hour_is_over_in_no_time() -> None:
    result = lab("rate: 2/s, duration: 1h, max_vus: 2").run()
    assert count(result, "iterations") == 7200
    assert 300 <= len(result.timeline) <= 1200
    assert sum(moment.requests for moment in result.timeline) == 7200


@pytest.mark.parametrize("load", ["rate: 10/s, duration: 1s", "vus: 1, duration: 1s"])
def test_a_fault_of_ours_in_a_step_is_not_swallowed(load: str) -> None:
    def broken(number: int) -> tuple[int, float]:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as caught:
        lab(load, answer=broken).run()
    assert caught.group_contains(ZeroDivisionError)


def test_thinking_and_polling_take_exactly_as_long_as_they_say() -> None:
    made = lab("vus: 1, iterations: 2")
    made.plan += (
        "  - think: 333ms\n  - until: ${false}\n    every: 77ms\n    max: 3\n    steps: [{get: /b}]\n"
    )
    made.run()
    step, gap = 0.125, 0.077
    polls = [step + 0.333 + k * (step + gap) for k in range(3)]
    once = [0, *polls]
    assert made.sent == pytest.approx([*once, *(polls[-1] + step + moment for moment in once)], abs=1e-9)
