"""The statistics of the benchmarks."""

import pytest

from benchmarks.numbers import counted, off, percentile, percentiles, slope, spread, worst, worst_second

HUNDRED = [float(number) for number in range(1, 101)]


def test_a_percentile_is_the_nearest_rank() -> None:
    assert percentiles(HUNDRED[::-1]) == {50: 50.0, 90: 90.0, 95: 95.0, 99: 99.0}
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([7.0], 0) == 7.0


def test_counted_numbers_have_the_percentiles_of_the_numbers_themselves() -> None:
    numbers = [1.0] * 50 + [2.0] * 45 + [9.0] * 5
    assert counted({9.0: 5, 1.0: 50, 2.0: 45}) == percentiles(numbers)


def test_the_spread_is_a_share_of_the_median() -> None:
    assert spread([200_000, 100_000, 160_000]) == 0.625
    assert spread([0.0, 0.0]) == 0.0


def test_an_error_is_a_share_of_the_truth_whatever_its_sign() -> None:
    assert (off(90, 100), off(110, 100)) == (0.1, 0.1)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({50: 0.001}, 0.0),
        ({50: 0.00115}, 0.5),  # 0.15 ms of 0.3 ms, which is more than 2 % of 1 ms
        ({99: 0.098}, 1.0),  # 2 % of 100 ms, which is more than 0.3 ms
        ({50: 0.0016, 99: 0.1}, 2.0),
    ],
)
def test_the_worst_percentile_counts_in_units_of_what_is_allowed(
    told: dict[int, float], expected: float
) -> None:
    assert worst(told, {50: 0.001, 99: 0.1}, 0.02, 0.0003) == pytest.approx(expected)


def test_the_slope_is_that_of_the_points_that_are_not_skipped() -> None:
    points = [(0.0, 900.0), (1.0, 500.0), (2.0, 10.0), (3.0, 12.0), (4.0, 14.0)]
    assert slope(points, 0.4) == pytest.approx(2.0)


def test_arrivals_that_are_even_have_no_bad_second() -> None:
    assert worst_second([100.25 + number / 1_000 for number in range(3_000)], 1_000, 3) == 0.0


def test_a_second_is_judged_by_what_came_in_it() -> None:
    late = [5.0 + number / 100 + (0.75 if 150 <= number < 200 else 0.0) for number in range(400)]
    # Of the second second, numbers 150 to 199 come in the third one.
    assert worst_second(late, 100, 4) == 0.5


def test_the_first_arrival_does_not_move_the_seconds_when_it_was_late() -> None:
    arrivals = [1.0 + number / 100 for number in range(200)]
    assert worst_second([1.004, *arrivals[1:]], 100, 2) == 0.0


def test_what_comes_after_the_end_is_not_counted_in_the_last_second() -> None:
    assert worst_second([number / 10 for number in range(20)] + [3.5], 10, 2) == 0.0


def test_a_second_in_which_nothing_came_is_the_worst() -> None:
    assert worst_second([number / 10 for number in range(10)], 10, 2) == 1.0
