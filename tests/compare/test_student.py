"""Student's t distribution, against what is known of it."""

from math import atan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.compare.student import beyond, width

FREEDOM = st.integers(1, 500)


@given(st.floats(0, 1e6))
def test_one_degree_of_freedom_is_cauchys_distribution(t: float) -> None:
    assert beyond(t, 1) == pytest.approx(1 - 2 * atan(t) / pi, abs=1e-12)


@given(st.floats(0, 1e6))
def test_two_degrees_of_freedom_have_a_formula(t: float) -> None:
    assert beyond(t, 2) == pytest.approx(1 - t / sqrt(2 + t * t), abs=1e-12)


@pytest.mark.parametrize(
    ("freedom", "confidence", "t"),
    [
        (1, 0.95, 12.706),
        (4, 0.95, 2.776),
        (7, 0.95, 2.365),
        (10, 0.99, 3.169),
        (30, 0.9, 1.697),
        (120, 0.95, 1.980),
    ],
)
def test_intervals_are_as_wide_as_the_printed_tables_say(freedom: int, confidence: float, t: float) -> None:
    assert width(confidence, freedom) == pytest.approx(t, abs=5e-4)


@given(st.floats(0.001, 0.999), FREEDOM)
def test_what_lies_beyond_the_width_is_what_the_confidence_leaves(confidence: float, freedom: int) -> None:
    assert beyond(width(confidence, freedom), freedom) == pytest.approx(1 - confidence, rel=1e-6)


@given(st.floats(-1e3, 1e3), FREEDOM)
def test_both_sides_are_alike(t: float, freedom: int) -> None:
    assert beyond(t, freedom) == beyond(-t, freedom)
    assert 0 <= beyond(t, freedom) <= 1
