"""Histograms: within the promised error of the truth, merged exactly."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.fold import buckets
from planrunner.metrics.histogram import Histogram, middle

numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300).filter(
    lambda x: x == 0 or abs(x) > 1e-300
)


def filled(values: list[float]) -> Histogram:
    made = Histogram()
    made.add(np.array(values, dtype=np.float64))
    return made


@given(numbers)
def test_the_middle_of_a_bucket_is_within_two_per_mille(value: float) -> None:
    bucket = int(buckets(np.array([value]))[0])
    assert middle(bucket) == pytest.approx(value, rel=1 / 512, abs=0)


@pytest.mark.slow
@given(st.lists(numbers, min_size=2))
def test_buckets_are_in_the_order_of_the_values(values: list[float]) -> None:
    found = buckets(np.array(sorted(values)))
    assert (np.diff(found) >= 0).all()


@pytest.mark.slow
@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=200), st.floats(0, 1))
def test_a_quantile_is_k6s_within_two_per_mille(values: list[float], share: float) -> None:
    truth = float(np.quantile(np.array(values), share))  # numpy's default is k6's definition
    assert filled(values).quantile(share) == pytest.approx(truth, rel=1 / 512)


@pytest.mark.slow
@given(st.lists(numbers, min_size=1), st.lists(numbers, min_size=1))
def test_merged_histograms_are_the_histogram_of_all(first: list[float], second: list[float]) -> None:
    merged, whole = filled(first), filled(first + second)
    merged.merge(filled(second))
    assert (merged.counts, merged.count, merged.min, merged.max) == (
        whole.counts,
        whole.count,
        whole.min,
        whole.max,
    )


def test_the_outermost_values_are_exact() -> None:
    held = filled([0.1, 0.2, 0.30000001])
    assert (held.quantile(0), held.quantile(1), held.sum) == (0.1, 0.30000001, 0.1 + 0.2 + 0.30000001)


def test_without_values_everything_is_zero() -> None:
    held = Histogram()
    held.add(np.array([], dtype=np.float64))
    assert (held.count, held.mean, held.quantile(0.95)) == (0, 0.0, 0.0)


def test_what_is_not_finite_is_left_out() -> None:
    held = filled([1.0, float("nan"), float("inf"), 3.0])
    assert (held.count, held.mean, held.max) == (2, 2.0, 3.0)


def test_zeros_and_negative_values_have_their_place() -> None:
    held = filled([-2.0, 0.0, 0.0, 0.0, 5.0])
    assert (held.min, held.quantile(0.5), held.max) == (-2.0, 0.0, 5.0)


def test_the_smallest_of_all_values_are_counted_as_zero() -> None:
    assert filled([0.0, 5e-324, 1.0, -5e-324]).counts == {0: 3, 1023 * 256: 1}


def test_values_of_many_magnitudes_stay_few_buckets() -> None:
    held = filled([10.0**power for power in range(-200, 200)])
    assert (len(held.counts), held.count) == (400, 400)


@pytest.mark.slow
@given(st.lists(st.integers(-512, 512), min_size=1, max_size=200), st.floats(0, 1))
def test_small_whole_numbers_stay_whole(numbers: list[int], share: float) -> None:
    wanted = float(np.quantile(numbers, share))
    assert filled([*map(float, numbers)]).quantile(share) == pytest.approx(wanted, abs=1e-9)


@given(st.integers(513, 2**40))
def test_large_whole_numbers_are_told_as_whole_ones(number: int) -> None:
    found = filled([1.0, float(number), 2.0**41]).quantile(0.5)
    assert found.is_integer()
    assert found == pytest.approx(number, rel=1 / 512)


def test_a_single_fraction_makes_them_numbers_like_others() -> None:
    assert filled([6, 7, 8.5]).quantile(0.5) == pytest.approx(7, rel=1 / 512)
    assert filled([6, 7, 8.5]).quantile(0.5) != 7


@pytest.mark.parametrize("size", [2, 1000])
def test_values_as_large_as_can_be_are_counted_without_a_word(size: int) -> None:
    found = filled([1.7e308] * size)  # a warning of numpy would fail this test
    assert (found.count, found.min, found.sum) == (size, 1.7e308, inf)
    assert filled([inf, -inf, 1.0]).count == 1
