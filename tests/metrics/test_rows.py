"""Rows: samples of many series, counted together, are what they would be one series at a time."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from planrunner.metrics.fold import FEW
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.rows import MANY, PACK, Rows, counting
from planrunner.metrics.series import Trend


def held(rows: Rows) -> list[Histogram]:
    return [sink.histogram for _, sink in rows.cut() if isinstance(sink, Trend)]


def count_all(rows: list[Rows]) -> None:
    for _ in counting(rows):
        pass


def alone(values: list[float]) -> Histogram:
    made = Histogram()
    made.add(np.array(values))
    return made


def filled(number: int, samples: Sequence[tuple[float, ...]]) -> Rows:
    made = Rows([f"m{column}" for column in range(len(samples[0]))], (("name", str(number)),))
    for row in samples:
        made.add(row)
    return made


@pytest.mark.parametrize("series", [1, 2, 7, 40])
def test_series_counted_together_are_those_counted_alone(series: int) -> None:
    dice = random.Random(series)
    samples = [
        [
            (0.0, dice.lognormvariate(-5, 2), dice.choice([0.0, 1e-9, 3600.0]))
            for _ in range(dice.randint(1, 9))
        ]
        for _ in range(series)
    ]
    rows = [filled(number, one) for number, one in enumerate(samples)]
    count_all(rows)
    for one, made in zip(samples, rows, strict=True):
        for column, histogram in enumerate(held(made)):
            wanted = alone([row[column] for row in one])
            assert (histogram.counts, histogram.count) == (wanted.counts, wanted.count)
            assert (histogram.min, histogram.max) == (wanted.min, wanted.max)
            assert histogram.sum == pytest.approx(wanted.sum)


@pytest.mark.parametrize("sizes", [(3, PACK + 3, 5, FEW, 2), (PACK + 1, 1), (1, FEW - 2), (FEW - 1, 1)])
def test_series_with_many_and_few_samples_are_counted_together(sizes: tuple[int, ...]) -> None:
    dice = random.Random(1)
    samples = [[(dice.random(), 1.0 * number) for _ in range(size)] for number, size in enumerate(sizes)]
    rows = [filled(number, one) for number, one in enumerate(samples)]
    assert list(counting(rows)) == []
    for number, (one, made) in enumerate(zip(samples, rows, strict=True)):
        first, second = held(made)
        assert first.counts == alone([row[0] for row in one]).counts
        assert (second.min, second.max, second.count) == (number, number, sizes[number])


def test_series_of_different_widths_do_not_mix() -> None:
    one, two = filled(1, [(1.0,)]), filled(2, [(2.0, 3.0)])
    count_all([one, two])
    assert [h.sum for h in held(one)] == [1.0]
    assert [h.sum for h in held(two)] == [2.0, 3.0]


@pytest.mark.parametrize("often", [1, FEW])  # with numpy and without
def test_negative_values_and_what_is_not_finite_keep_to_their_series(often: int) -> None:
    inf, nan = float("inf"), float("nan")
    one = filled(1, [(-2.0,), (inf,)] * often)
    two, three = filled(2, [(nan,)] * often), filled(3, [(5.0,)] * often)
    count_all([one, two, three])
    assert [(h.count, h.sum) for h in held(one)] == [(often, -2.0 * often)]
    assert held(two) == []
    assert [(h.count, h.sum) for h in held(three)] == [(often, 5.0 * often)]


@pytest.mark.parametrize("often", [1, FEW])
def test_negative_values_of_many_series_are_told_apart(often: int) -> None:
    one, two = filled(1, [(-2.0,), (3.0,)] * often), filled(2, [(-2.0,)] * often)
    count_all([one, two])
    assert held(one)[0].counts == alone([-2.0, 3.0] * often).counts
    assert held(two)[0].counts == alone([-2.0] * often).counts


@pytest.mark.parametrize("often", [1, FEW])
def test_values_as_large_as_can_be_are_counted_without_a_word(often: int) -> None:
    one, two = filled(1, [(1.7e308,)] * often), filled(2, [(1.7e308,)] * often)
    count_all([one, two])  # a warning of numpy would fail this test
    assert [h.count for made in (one, two) for h in held(made)] == [often, often]


def test_many_samples_are_counted_with_pauses_and_few_without() -> None:
    size = MANY + PACK + 3
    many = filled(1, [(0.5, float(number)) for number in range(size)])
    assert len(list(counting([many]))) == 2
    assert [histogram.count for histogram in held(many)] == [size, size]
    assert list(counting([filled(2, [(1.0,)])])) == []


def test_what_was_cut_is_not_counted_again() -> None:
    made = filled(1, [(1.0,)])
    count_all([made])
    assert len(held(made)) == 1
    count_all([made])
    assert held(made) == []
