"""How far two sides are apart."""

from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.compare.estimate import Estimate, apart, discoveries, paired

NUMBERS = st.lists(st.floats(-100, 100), min_size=2, max_size=30)


def test_pairs_are_as_gosset_had_them() -> None:
    # Student, The Probable Error of a Mean, 1908, section 9: hours of sleep that two drugs gained.
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    found = paired(gained)
    assert found is not None
    assert (found.middle, found.low, found.high) == pytest.approx((1.58, 0.7001, 2.4599), abs=1e-4)
    assert found.chance == pytest.approx(0.002833, abs=1e-6)


def test_two_groups_are_apart_as_a_pooled_test_says() -> None:
    found = apart([1, 2, 3, 4], [4, 5, 6, 7])  # variance 5/3 of both: t = 3 / sqrt(5/3 * 1/2), 6 degrees
    assert found is not None
    assert found.middle == 3
    assert found.chance == pytest.approx(0.01669, abs=1e-5)


def test_one_new_value_is_held_against_the_scatter_of_the_old_ones() -> None:
    found = apart([1.0, 2.0, 3.0], [2.0])
    assert found is not None
    assert found.high == pytest.approx(4.303 * (1 + 1 / 3) ** 0.5, abs=1e-3)


@pytest.mark.parametrize(("base", "head"), [([1.0], [2.0]), ([], [1.0, 2.0]), ([1.0, 2.0], [])])
def test_of_one_value_each_nothing_is_known(base: list[float], head: list[float]) -> None:
    assert apart(base, head) is None


def test_of_one_pair_nothing_is_known() -> None:
    assert paired([1.0]) is None


@pytest.mark.parametrize(("value", "chance"), [(0.0, 1.0), (0.3, 0.0)])
def test_what_never_scatters_is_known_exactly(value: float, chance: float) -> None:
    assert paired([value] * 4) == Estimate(value, value, value, chance)


@given(NUMBERS)
def test_the_range_holds_what_was_measured(values: list[float]) -> None:
    found = paired(values)
    assert found is not None
    assert found.low <= found.middle <= found.high
    assert found.middle == pytest.approx(fmean(values))


def test_the_range_holds_the_truth_in_95_of_100_comparisons() -> None:
    chance = Random(1)
    found = [paired([chance.gauss(0.5, 2) for _ in range(8)]) for _ in range(4000)]
    assert sum(one.low <= 0.5 <= one.high for one in found if one) / len(found) == pytest.approx(
        0.95, abs=0.01
    )


def test_of_many_differences_those_are_named_that_benjamini_and_hochberg_name() -> None:
    # Benjamini and Hochberg, 1995, section 4.1: at 5 %, the four smallest of fifteen.
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    chances += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert discoveries(chances, 0.05) == [True] * 4 + [False] * 11


def test_of_no_differences_none_is_named() -> None:
    assert discoveries([], 0.05) == []
