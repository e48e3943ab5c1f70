"""Arrivals, carried out in virtual time: when each is due, who serves it, and when it is dropped."""

import asyncio

import pytest
from fakes import VirtualLoop
from running import Lab

from planrunner.pacing.curve import Curve, Ramp
from planrunner.pacing.executors import Arrivals, Shard
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


def test_a_constant_rate_starts_what_is_due_when_it_is_due() -> None:
    made = lab("rate: 10/s, duration: 2s, max_vus: 5")
    result = made.run()
    assert made.sent == pytest.approx([k / 10 for k in range(20)])
    assert (count(result, "iterations"), count(result, "dropped_iterations")) == (20, 0)
    assert result.duration == pytest.approx(2.025)  # the last one, due at 1.9, has ended


def test_an_arrival_without_a_free_vu_is_dropped_and_not_made_up_for() -> None:
    result = lab("rate: 10/s, duration: 1s, max_vus: 2", answer=lambda _: (200, 0.45)).run()
    assert (count(result, "iterations"), count(result, "dropped_iterations")) == (4, 6)


def test_that_there_are_too_few_vus_is_said_once() -> None:
    made = lab("rate: 10/s, duration: 1s, max_vus: 2", answer=lambda _: (200, 0.45))
    made.run()
    assert made.logs == [
        "scenario default: all 2 VUs are busy, so iterations are dropped; raise `max_vus`",
    ]


def test_vus_are_added_up_to_max_vus() -> None:
    made = lab("rate: 10/s, duration: 1s, pre_allocated_vus: 1, max_vus: 3", answer=lambda _: (200, 0.25))
    result = made.run()
    assert (len(made.sessions), result.value("vus_max", "value")) == (3, 3)
    assert count(result, "dropped_iterations") == 0


def test_a_ramping_rate_accumulates_its_area() -> None:
    made = lab("stages: [{duration: 2s, target: 10/s}], max_vus: 10")
    assert count(made.run(), "iterations") == 10
    assert made.sent[:3] == pytest.approx([0, (1 / 2.5) ** 0.5, (2 / 2.5) ** 0.5])


@pytest.mark.slow
def test_a_rate_beyond_the_clock_does_not_starve_the_rest() -> None:
    result = lab("rate: 5000/s, duration: 1s, max_vus: 700").run()
    assert count(result, "iterations") == 5000


@pytest.mark.slow
def test_arrivals_that_are_all_dropped_let_others_run() -> None:
    result = lab("rate: 1000000/s, duration: 10ms, max_vus: 1", answer=lambda _: (200, 0.001)).run()
    done, dropped = count(result, "iterations"), count(result, "dropped_iterations")
    assert done is not None
    assert dropped is not None
    assert done + dropped == 10_000


def test_arrivals_missed_while_the_loop_was_blocked_are_started_late_and_together() -> None:
    clocks: list[VirtualLoop] = []

    def blocking(number: int) -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        if not clocks:
            clocks.append(loop)
            loop.block(0.5)
        return 200, 0.125

    made = lab("rate: 1000/s, duration: 1s, max_vus: 1000", answer=blocking)
    assert count(made.run(), "iterations") == 1000
    assert sum(moment == 0.5 for moment in made.sent) == pytest.approx(500, abs=1)


def test_arrivals_by_chance_begin_when_the_seed_says() -> None:
    made = lab("rate: 20/s, duration: 10s, max_vus: 20, arrival: poisson")
    result = made.run()
    schedule = Arrivals(Curve((Ramp(10, 20, 20),)), 20, 20, poisson=True)
    due = [moment for _, moment in schedule.due(Shard(), "1/default")]
    assert made.sent == pytest.approx(due)
    assert count(result, "iterations") == len(due) != 200
    assert result.scenarios[0].description == (
        "20 iterations/s (poisson) for 10s (max_vus: 20, graceful_stop: 30s)"
    )


@pytest.mark.slow
def test_rate_stages_can_come_by_chance() -> None:
    made = lab("stages: [{duration: 100s, target: 20/s}], max_vus: 50, arrival: poisson")
    made.run()
    assert len(made.sent) == pytest.approx(1000, abs=130)
    assert sum(moment < 50 for moment in made.sent) == pytest.approx(250, abs=65)


def test_a_vu_that_ended_makes_room_for_another_one_up_to_max_vus() -> None:
    made = lab("rate: 10/s, duration: 1s, pre_allocated_vus: 1, max_vus: 3")
    made.plan += "  - stop: vu\n"
    result = made.run()
    assert (count(result, "iterations"), count(result, "dropped_iterations")) == (3, 7)
    assert len(made.sessions) == 3
    assert all(session.closed for session in made.sessions)


def test_min_iteration_duration_keeps_the_vu_of_an_arrival_busy() -> None:
    made = lab("rate: 10/s, duration: 1s, max_vus: 1, min_iteration_duration: 250ms")
    result = made.run()
    assert made.sent == pytest.approx([0, 0.3, 0.6, 0.9])
    assert count(result, "dropped_iterations") == 6


def test_vus_that_are_wanted_beforehand_are_made_before_the_first_arrival() -> None:
    there: list[int] = []

    def answer(number: int) -> tuple[int, float]:
        there.append(len(made.sessions))
        return 200, 0.001

    made = lab("rate: 10/s, duration: 1s, max_vus: 2000", answer=answer)
    result = made.run()
    assert there[0] == 2000
    assert result.value("vus_max", "value") == 2000


def test_vus_that_nobody_needs_are_not_made() -> None:
    made = lab("rate: 1/s, duration: 1s, max_vus: 2000, pre_allocated_vus: 3")
    result = made.run()
    assert result.value("vus_max", "value") == 3


def test_each_process_says_that_its_own_vus_are_busy() -> None:
    made = lab("rate: 20/s, duration: 1s, max_vus: 2", answer=lambda _: (200, 5.0))
    made.processes = 2
    made.run()
    assert [line.split(",")[0] for line in made.logs] == [
        "scenario default: all 1 VUs of process 1 of 2 are busy",
        "scenario default: all 1 VUs of process 2 of 2 are busy",
    ]
