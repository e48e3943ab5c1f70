"""Curves: exact counts, exact moments, and the same users as k6 has."""

from bisect import bisect_right
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.pacing.curve import Curve, Ramp, through

stages = st.lists(
    st.tuples(st.integers(0, 9).map(float), st.integers(0, 12).map(float)), min_size=1, max_size=6
)


def k6_steps(start: int, legs: list[tuple[float, float]]) -> list[tuple[float, int]]:
    """Return (time, users) steps as k6 plans them (lib/executor/ramping_vus.go, getRawExecutionSteps)."""
    steps, users, began = [(0.0, start)], start, 0.0
    for seconds, target in legs:
        change = int(target) - users
        for done in range(1, abs(change) + 1):
            moment = began + (seconds * done / abs(change) if seconds else 0.0)
            steps.append((moment, users + (done if change > 0 else -done)))
        users, began = int(target), began + seconds
    return steps


def users_at(curve: Curve, moment: float) -> int:
    peak = int(curve.peak)
    return sum(any(a <= moment < b for a, b in curve.spans(j)) for j in range(peak))


def test_a_constant_rate_has_exactly_rate_times_duration_arrivals() -> None:
    due = [moment for _, moment in Curve((Ramp(4, 50, 50),)).arrivals()]
    assert (len(due), due[0], due[1], due[-1]) == (200, 0.0, 0.02, 3.98)


def test_areas_may_end_before_the_curve_does() -> None:
    curve = through(2, [(1, 2), (2, 4)])
    assert list(curve.due([(0, 0.5), (1, 2.0), (2, 5.0)])) == [
        (0, 0.25),
        (1, 1.0),
        (2, pytest.approx(2.1623, 1e-4)),
    ]


@pytest.mark.parametrize("moment", [-1.0, 0.0, 0.013, 1.0, 2.5, 4.99, 5.0, 6.1, 7.9, 8.0, 99.0])
def test_how_many_are_due_before_a_moment_is_known_without_counting_them(moment: float) -> None:
    curve = through(0, [(2, 7), (3, 7), (0, 40), (1.5, 0), (0.5, 0), (1, 3)])
    assert curve.before(moment) == sum(due < moment for _, due in curve.arrivals())


def test_a_ramp_from_zero_accumulates_its_triangle() -> None:
    due = [moment for _, moment in Curve((Ramp(10, 0, 10),)).arrivals()]
    assert len(due) == 50
    assert due[8] == pytest.approx(4.0)  # t*t/2 = 8


def test_a_falling_ramp_ends_in_time() -> None:
    due = [moment for _, moment in Curve((Ramp(10, 10, 0),)).arrivals()]
    assert len(due) == 50
    assert due == sorted(due)
    assert due[-1] < 10


def test_a_third_of_a_second_three_times_is_one_arrival() -> None:
    assert len(list(Curve((Ramp(3, 1 / 3, 1 / 3),)).arrivals())) == 1


def test_a_rate_of_zero_in_between_lets_time_pass() -> None:
    curve = through(2, [(1, 2), (0, 0), (5, 0), (0, 2), (1, 2)])
    assert [moment for _, moment in curve.arrivals()] == [0.0, 0.5, 6.0, 6.5]


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 16])
def test_shards_together_make_the_whole_schedule(workers: int) -> None:
    curve = through(5, [(10, 100), (3, 20), (0, 50), (2, 0)])
    parts = [arrival for i in range(workers) for arrival in curve.arrivals(count(i, workers))]
    assert sorted(parts) == list(curve.arrivals())


@pytest.mark.slow
@given(start=st.integers(0, 12), legs=stages)
def test_users_come_and_go_when_k6_says(start: int, legs: list[tuple[float, float]]) -> None:
    curve, steps = through(start, legs), k6_steps(start, legs)
    times = [moment for moment, _ in steps]
    for moment in {t + 1e-6 for t in times} | {t + 0.03 for t in times}:
        if moment < curve.seconds and not any(0 < t - moment < 1e-5 for t in times):
            assert users_at(curve, moment) == steps[bisect_right(times, moment) - 1][1]


@pytest.mark.slow
@given(start=st.integers(0, 12), legs=stages, user=st.integers(0, 12))
def test_spans_are_in_order_and_have_a_length(start: int, legs: list[tuple[float, float]], user: int) -> None:
    edges = [edge for span in through(start, legs).spans(user) for edge in span]
    assert edges == sorted(edges)
    assert all(a < b for a, b in through(start, legs).spans(user))


@pytest.mark.slow
@given(start=st.integers(0, 50), legs=stages)
def test_arrivals_are_as_many_as_the_area_is_large(start: int, legs: list[tuple[float, float]]) -> None:
    curve = through(start, legs)
    area, due = sum(ramp.area for ramp in curve.ramps), [moment for _, moment in curve.arrivals()]
    assert len(due) == pytest.approx(area, abs=1)
    assert due == sorted(due)
    assert all(0 <= moment < curve.seconds for moment in due)
