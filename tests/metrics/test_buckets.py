"""Buckets: however they are kept, they are counted as a dict would count them, and in little room."""

import pickle
import random
from array import array
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from room import room

from planrunner.metrics.buckets import FEW, STEP, USUAL, WIDEST, Buckets, smallest
from planrunner.metrics.fold import buckets
from planrunner.metrics.places import BULK, FULL, MARGIN

LARGEST = 2**32 - 1


def add(made: Buckets, counts: Mapping[int, int]) -> None:
    """Count buckets as the numbers of a second come: in their order."""
    found = sorted(counts)
    made.add(array("i", found), array(smallest(max(counts.values())), [counts[each] for each in found]))


def counted(*found: int) -> Buckets:
    made = Buckets()
    for bucket in found:
        add(made, {bucket: 1})
    return made


def at_once(*found: int) -> Buckets:
    made = Buckets()
    add(made, Counter(found))
    return made


def spread(dice: random.Random, width: int, number: int, low: int = 1000) -> list[int]:
    return [low + dice.randrange(width) for _ in range(number)]


@pytest.mark.parametrize("width", [3, FEW, 500, WIDEST, 3 * WIDEST])
@pytest.mark.parametrize("odd", [(), (0,), (0, -5, -7000, 10**6), tuple(range(-200, 0))])
@pytest.mark.parametrize("low", [1000, USUAL[0] + 100, USUAL[1] - 100])
def test_buckets_are_counted_as_a_dict_counts_them(width: int, odd: tuple[int, ...], low: int) -> None:
    found = [*spread(random.Random(width), width, 400, low), *odd]
    random.Random(1).shuffle(found)
    made = counted(*found)
    assert made.items() == at_once(*found).items() == sorted(Counter(found).items())
    assert len(made) == len(set(found))


@pytest.mark.parametrize("widths", [(3, 3), (3, 400), (400, 3), (400, 400), (400, 3 * WIDEST), (9000, 400)])
@pytest.mark.parametrize("apart", [0, 300, 5000, 100_000])
@pytest.mark.parametrize("make", [counted, at_once])
def test_merged_buckets_are_those_of_all(
    widths: tuple[int, int], apart: int, make: Callable[..., Buckets]
) -> None:
    dice = random.Random(apart)
    one, two = spread(dice, widths[0], 300), [*spread(dice, widths[1], 300, 1000 + apart), 0, -3]
    made = make(*one)
    made.merge(make(*two))
    made.merge(Buckets())
    assert made.items() == sorted(Counter(one + two).items())


@pytest.mark.parametrize("size", [3, 300])
def test_merging_leaves_the_other_as_it_is(size: int) -> None:
    found = spread(random.Random(1), 400, size)
    for two in (counted(*found), at_once(*found)):
        one = Buckets()
        one.merge(two)
        add(one, {found[0]: 5})
        one.merge(two)
        assert two.items() == sorted(Counter(found).items())


@pytest.mark.parametrize("bits", [8, 16, 32, 40])
def test_large_counts_are_exact(bits: int) -> None:
    made, wanted = counted(*range(1, 2 * FEW)), Counter(range(1, 2 * FEW))
    for found in ({1: 2**bits - 1}, {1: 2, 500: 2**bits + 7}, {3: 2**bits, 60: 1}, {60: 2**bits - 1}):
        add(made, found)
        wanted.update(found)
    assert made.items() == sorted(wanted.items())
    made.merge(made)
    assert made.items() == sorted((bucket, 2 * number) for bucket, number in wanted.items())


def test_large_counts_far_from_each_other_are_exact() -> None:
    first, last = USUAL
    wanted = Counter(dict.fromkeys(range(first, last, 40), 1))
    made = at_once(*wanted)
    for bucket in (first + 3000, first + 3001, last - 10, first, last, first + 3000):
        add(made, {bucket: 2**20 + 5})
        wanted[bucket] += 2**20 + 5
        assert made.items() == sorted(wanted.items())


@pytest.mark.parametrize("width", [BULK - 1, BULK])
def test_large_counts_of_many_buckets_are_exact(width: int) -> None:
    found = range(USUAL[0] + 10, USUAL[0] + 10 + width)
    made = at_once(*found)
    for number in (254, 2**16, 3):
        add(made, dict.fromkeys(found, number))
    assert made.items() == [(bucket, 1 + 254 + 2**16 + 3) for bucket in found]


def test_usual_times_are_those_from_a_microsecond_to_sixteen_seconds() -> None:
    first, last = buckets(np.array([2.0**-20, np.nextafter(16.0, 0)])).tolist()
    assert (first, last) == USUAL


def test_where_there_are_many_buckets_no_new_one_takes_more_room() -> None:
    made = counted(*range(USUAL[0] + 1000, USUAL[0] + 1000 + FEW + 1))
    before = room(made)
    add(made, dict.fromkeys(range(USUAL[0], USUAL[1] + 1), FULL - 2))
    assert room(made) == before < 1.2 * (USUAL[1] - USUAL[0])


def test_where_most_values_are_large_counts_take_no_more_room() -> None:
    middle = range(USUAL[0] + 2000, USUAL[0] + 2000 + FEW + 1)
    made = counted(*middle)
    before = room(made)
    add(made, dict.fromkeys(middle, FULL**2 - 2))
    assert room(made) == before


def test_elsewhere_large_counts_take_room_for_their_range() -> None:
    made = counted(*range(USUAL[0] + 2000, USUAL[0] + 2000 + FEW + 1))
    before, rare = room(made), range(USUAL[0] + 3000, USUAL[0] + 3200)
    add(made, dict.fromkeys(rare, FULL))
    assert room(made) - before < 1200 + 3 * MARGIN


def test_what_is_outside_the_usual_gets_room_for_its_range() -> None:
    made = counted(*range(2000, 2000 + FEW + 1))
    add(made, {1900: 1, 1901: 1, 1902: 1, 1903: 1, 1904: 1})
    assert room(made) < FEW + 100 + 3 * STEP + 1000


def test_what_is_counted_once_stays_as_small_as_it_came() -> None:
    made = at_once(*range(USUAL[0], USUAL[1], 10))
    assert room(made) < 5 * len(made) + 1000
    assert len(pickle.dumps(made)) < 5 * len(made) + 200


def test_buckets_cross_processes() -> None:
    for made in (counted(*range(100), 0, -1), at_once(*range(100), -1), Buckets()):
        assert pickle.loads(pickle.dumps(made)).items() == made.items()


def test_what_has_crossed_processes_is_added_to() -> None:
    made: Buckets = pickle.loads(pickle.dumps(Buckets()))
    add(made, {7: 2})
    assert made.items() == [(7, 2)]
