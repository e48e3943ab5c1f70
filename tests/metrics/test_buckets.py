"""Buckets: however they are kept, they are counted as a dict would count them."""

import pickle
import random
from collections import Counter

import pytest

from planrunner.metrics.buckets import FEW, STEP, WIDEST, Buckets

LARGEST = 2**32 - 1


def counted(*found: int) -> Buckets:
    made = Buckets()
    for bucket in found:
        made.add([bucket], [1])
    return made


def spread(dice: random.Random, width: int, number: int, low: int = 1000) -> list[int]:
    return [low + dice.randrange(width) for _ in range(number)]


@pytest.mark.parametrize("width", [3, FEW, 500, WIDEST, 3 * WIDEST])
@pytest.mark.parametrize("odd", [(), (0,), (0, -5, -7000, 10**6), tuple(range(-200, 0))])
def test_buckets_are_counted_as_a_dict_counts_them(width: int, odd: tuple[int, ...]) -> None:
    found = [*spread(random.Random(width), width, 400), *odd]
    random.Random(1).shuffle(found)
    made = counted(*found)
    assert made.items() == sorted(Counter(found).items())
    assert len(made) == len(set(found))


@pytest.mark.parametrize("widths", [(3, 3), (3, 400), (400, 3), (400, 400), (400, 3 * WIDEST), (9000, 400)])
@pytest.mark.parametrize("apart", [0, 300, 5000, 100_000])
def test_merged_buckets_are_those_of_all(widths: tuple[int, int], apart: int) -> None:
    dice = random.Random(apart)
    one, two = spread(dice, widths[0], 300), [*spread(dice, widths[1], 300, 1000 + apart), 0, -3]
    made = counted(*one)
    made.merge(counted(*two))
    assert made.items() == sorted(Counter(one + two).items())


def test_merging_leaves_the_other_as_it_is() -> None:
    found = spread(random.Random(1), 400, 300)
    one, two = Buckets(), counted(*found)
    one.merge(two)
    one.add([found[0]], [5])
    assert two.items() == sorted(Counter(found).items())


def test_counts_beyond_four_bytes_are_exact() -> None:
    made = counted(*range(1, 2 * FEW))
    made.add([1], [LARGEST])
    made.merge(made)
    made.add([2 * FEW + 100, *range(500, 500 + FEW)], [LARGEST, *[1] * FEW])
    assert dict(made.items())[1] == 2 * (LARGEST + 1)
    assert dict(made.items())[2 * FEW + 100] == LARGEST


def test_counts_beyond_two_bytes_are_exact() -> None:
    made = counted(*range(1, 2 * FEW))
    made.add([1, 500], [2**16 - 1, 7])
    made.add([1], [2])
    assert dict(made.items())[1] == 2**16 + 2


def test_many_buckets_take_little_room() -> None:
    made = counted(*range(1000, 3000))
    assert len(pickle.dumps(made)) < 2 * (2000 + 3 * STEP) + 500


def test_buckets_cross_processes() -> None:
    made = counted(*range(100), 0, -1)
    assert pickle.loads(pickle.dumps(made)).items() == made.items()
