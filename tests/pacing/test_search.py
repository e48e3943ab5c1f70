"""The search for a capacity: it ends, where it should, after as few levels as it said."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.pacing.search import Search


def tried(search: Search, holds: Callable[[float], bool]) -> tuple[Search, list[float]]:
    """Search a target that holds some levels; returns what is known at the end, and the levels."""
    levels: list[float] = []
    while (level := search.level) is not None:
        levels.append(level)
        search = search.told(good=holds(level))
    return search, levels


def rates(low: float = 50, high: float = 5000, within: float = 0.1) -> Search:
    return Search(low, high, within, whole=False)


@pytest.mark.parametrize(
    ("limit", "levels", "good", "bad"),
    [
        (850, [50, 100, 200, 400, 800, 1600, 1130, 951, 872], 800, 872),
        (50, [50, 100, 70.7, 59.5, 54.5], 50, 54.5),
        (49, [50], None, 50),
        (9999, [50, 100, 200, 400, 800, 1600, 3200, 5000], 5000, None),
    ],
)
def test_levels_double_until_one_is_too_much_and_halve_then(
    limit: float, levels: list[float], good: float | None, bad: float | None
) -> None:
    found, seen = tried(rates(), lambda level: level <= limit)
    assert (seen, found.good, found.bad) == (levels, good, bad)


def test_a_number_of_vus_is_found_to_the_last_one() -> None:
    found, seen = tried(Search(1, 500, 0.01, whole=True), lambda level: level <= 17)
    assert seen == [1, 2, 4, 8, 16, 32, 22, 18, 17]
    assert (found.good, found.bad) == (17, 18)


bounds = st.tuples(st.floats(0.01, 1e4), st.floats(1.05, 1e4)).map(lambda pair: (pair[0], pair[0] * pair[1]))


@pytest.mark.slow
@given(bounds, st.floats(0.01, 1.0), st.floats(0, 1.2))
def test_a_limit_is_found_as_closely_as_was_asked(
    ends: tuple[float, float], within: float, place: float
) -> None:
    low, high = ends
    limit = low * 0.9 + (high - low) * place
    start = rates(low, high, within)
    found, seen = tried(start, lambda level: level < limit)
    assert found.good is None or found.good < limit
    assert found.bad is None or found.bad >= limit
    if found.good and found.bad:
        assert found.bad / found.good <= (1 + within) * (1 + 1e-9)
    else:
        assert found.bad == low if found.bad else found.good == high
    assert len(seen) <= start.most(lambda _level, _good: 1.0)


@pytest.mark.slow
@given(st.integers(1, 300), st.integers(1, 3000), st.floats(0.01, 1.0), st.floats(0, 1.2))
def test_a_number_of_vus_is_found_as_closely_as_was_asked(
    low: int, more: int, within: float, place: float
) -> None:
    limit = low + more * place
    found, seen = tried(Search(low, low + more, within, whole=True), lambda level: level < limit)
    assert all(level == round(level) for level in seen)
    if found.good and found.bad:
        assert found.good < limit <= found.bad
        assert found.bad - found.good <= max(1, within * found.good + 1e-6)


@pytest.mark.slow
@given(bounds, st.floats(0.01, 1.0), st.lists(st.booleans(), min_size=100, max_size=100), st.booleans())
def test_answers_that_contradict_each_other_end_it_too(
    ends: tuple[float, float], within: float, answers: list[bool], whole: bool
) -> None:
    low, high = (max(1, round(end)) for end in ends) if whole else ends
    start = Search(low, max(high, low + 1) if whole else high, within, whole)
    told = iter(answers)
    found, seen = tried(start, lambda _: next(told))
    assert len(seen) <= start.most(lambda _level, _good: 1.0)
    assert found.good is None or found.bad is None or found.good < found.bad


def test_the_most_that_a_search_can_cost_is_known_beforehand() -> None:
    assert rates().most(lambda _level, _good: 1.0) == 11
    assert rates(10, 20, 1.0).most(lambda level, good: level if good else 0.0) == 30
