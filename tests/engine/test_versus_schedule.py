"""Which side has which window, and how much of it does not count."""

import pytest

from planrunner.engine.versus.schedule import Window, warm_up, windows


def test_the_sides_alternate_so_that_each_is_first_as_often() -> None:
    order = [window.side for window in windows(4)]
    assert order == ["base", "head", "head", "base", "base", "head", "head", "base", "base", "head"]


def test_the_first_pair_is_a_warm_up() -> None:
    assert [window.pair for window in windows(2)] == [0, 0, 1, 1, 2, 2]
    assert [window.counts for window in windows(1)] == [False, False, True, True]


def test_a_window_has_a_name() -> None:
    assert Window(0, "base").named(8) == "warm-up of base"
    assert Window(3, "head").named(8) == "head 3/8"


@pytest.mark.parametrize(("seconds", "expected"), [(1.0, 0.1), (2.0, 0.2), (10.0, 1.0), (60.0, 1.0)])
def test_a_tenth_of_a_window_is_warm_up_and_a_second_at_most(seconds: float, expected: float) -> None:
    assert warm_up(seconds) == expected
