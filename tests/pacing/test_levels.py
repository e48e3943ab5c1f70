"""Levels of a search: when each begins, what is not judged, and which arrivals are due."""

import pytest

from planrunner.pacing.executors import RateSearch, Shard, VusSearch
from planrunner.pacing.levels import Course, Level, Trials
from planrunner.pacing.search import Search

RISE = (Level(10.0, 0.0, 3.0), Level(20.5, 3.0, 6.0), Level(4.0, 9.0, 12.0))


def trials(hold: float = 30.0, pause: float = 30.0) -> Trials:
    return Trials(Search(50, 400, 0.5, whole=False), hold, pause)


def schedule(*, poisson: bool = False) -> RateSearch:
    return RateSearch(trials(), max_vus=7, pre_allocated_vus=7, poisson=poisson)


def due(course: Course) -> list[tuple[int, float]]:
    return [one for level in RISE for one in course.due(level)]


def test_each_level_has_the_arrivals_of_its_rate_and_numbers_go_on() -> None:
    course = schedule().course(Shard())
    counts = [len(list(course.due(level))) for level in RISE]
    assert counts == [30, 62, 12]  # 30, 61.5 and 12: the one that is due at 91.5 comes with the third level
    assert [number for number, _ in due(schedule().course(Shard()))] == list(range(104))


def test_arrivals_of_a_level_are_evenly_spread_within_it() -> None:
    course = schedule().course(Shard())
    first, _, third = ([moment for _, moment in course.due(level)] for level in RISE)
    assert first == pytest.approx([k / 10 for k in range(30)])
    assert third == pytest.approx([9.125 + k / 4 for k in range(12)])


@pytest.mark.parametrize("poisson", [False, True])
@pytest.mark.parametrize("workers", [1, 2, 3, 9])
def test_shards_together_make_the_whole_of_each_level(workers: int, poisson: bool) -> None:
    whole = due(schedule(poisson=poisson).course(Shard(), "1/a"))
    parts = [due(schedule(poisson=poisson).course(Shard(i, workers), "1/a")) for i in range(workers)]
    assert sorted(one for part in parts for one in part) == whole


def test_arrivals_by_chance_stay_within_their_level() -> None:
    course = schedule(poisson=True).course(Shard(), "7/a")
    for level in RISE:
        moments = [moment for _, moment in course.due(level)]
        assert all(level.begin <= moment < level.end for moment in moments)
        assert len(moments) == pytest.approx(level.value * 3, abs=5 * (level.value * 3) ** 0.5)


@pytest.mark.parametrize(("hold", "settling"), [(2, 1), (10, 1), (11, 2), (30, 3), (300, 5)])
def test_a_tenth_of_a_level_is_not_judged_at_least_one_second_at_most_five(
    hold: float, settling: int
) -> None:
    assert trials(hold).settling == settling


@pytest.mark.parametrize(("moment", "begin"), [(0.0, 0.0), (1.2, 2.0), (3.0000000001, 3.0), (7.0, 7.0)])
def test_levels_begin_with_a_whole_second_and_go_on_until_the_next_is_known(
    moment: float, begin: float
) -> None:
    assert trials(2.5).at(80.0, moment) == Level(80.0, begin, begin + 4)


def test_a_search_takes_at_most_all_its_levels_and_the_pauses_after_those_that_are_too_much() -> None:
    made = trials(9, 5)
    assert [*made.search.rise] == [50, 100, 200, 400]
    assert made.most == 5  # and one between the last two
    assert made.seconds == 5 * 10 + 2 * (5 + 1)
    assert made.load == (50 + 100 + 200 + 400 + 283) * 10
    assert made.curve.seconds == 40


def test_there_are_never_more_vus_than_the_highest_level() -> None:
    assert VusSearch(Trials(Search(1, 40, 0.1, whole=True), 30, 30)).max_vus == 40
