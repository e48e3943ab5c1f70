"""Sliding windows: what came in the newest seconds, whenever it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.series import Counter
from planrunner.metrics.threshold.window import Window


def total(window: Window) -> float | None:
    found = window.total()
    assert found is None or isinstance(found, Counter)
    return found.value if found else None


COUNTS = st.lists(st.none() | st.integers(1, 99), max_size=40)


@pytest.mark.slow
@given(COUNTS, st.integers(1, 9), st.integers(0, 12))
def test_a_window_holds_its_newest_seconds(counts: list[int | None], seconds: int, first: int) -> None:
    window = Window(seconds, first)
    for number, count in enumerate(counts, 1):
        window.push(1.0, None if count is None else Counter(count, 1))
        newest = [one for one in counts[max(number - seconds, 0) : number] if one is not None]
        assert total(window) == (sum(newest) if newest else None)
        assert (len(window), window.full) == (min(number, seconds), number >= seconds)


def test_seconds_that_are_a_little_early_or_late_are_seconds() -> None:
    window = Window(3)
    for length in (0.99, 1.01, 0.98, 1.02, 0.99):
        window.push(length, Counter(1, 1))
    assert (total(window), len(window)) == (3, 3)


def test_the_short_second_at_the_end_is_part_of_the_last_window() -> None:
    window = Window(2)
    for length in (1.0, 1.0, 0.3):
        window.push(length, Counter(1, 1))
    assert total(window) == 3
    assert window.seconds == pytest.approx(2.3)


def test_a_second_that_took_longer_than_the_window_is_judged_alone() -> None:
    window = Window(2)
    for length in (1.0, 5.0):
        window.push(length, Counter(length, 1))
    assert (total(window), window.seconds) == (5, 5)
