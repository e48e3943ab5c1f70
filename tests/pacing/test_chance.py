"""Poisson arrivals: what chance must look like, and that it is the same each time."""

from itertools import islice, pairwise
from math import exp, sqrt

import pytest

from planrunner.pacing.chance import fewest, poisson
from planrunner.pacing.curve import Curve, Ramp, through
from planrunner.pacing.executors import Arrivals, Shard

N = 20_000
CONSTANT = Curve((Ramp(10, 50, 50),))
RISING = through(0, [(10, 100), (5, 100), (0, 20), (5, 0)])


def gaps(seed: str) -> list[float]:
    areas = [0.0, *(area for _, area in islice(poisson(seed), N))]
    return [later - earlier for earlier, later in pairwise(areas)]


@pytest.mark.parametrize("seed", ["1/default", "2/default"])
def test_gaps_are_one_on_average_and_vary_as_much(seed: str) -> None:
    found = gaps(seed)
    mean = sum(found) / N
    assert mean == pytest.approx(1, abs=4 / sqrt(N))
    assert sum((gap - mean) ** 2 for gap in found) / N == pytest.approx(1, abs=4 * sqrt(8 / N))


def test_gaps_are_exponential() -> None:
    distances = [
        max(abs(place / N - (1 - exp(-gap))), abs((place + 1) / N - (1 - exp(-gap))))
        for place, gap in enumerate(sorted(gaps("1/default")))
    ]
    assert max(distances) < 1.95 / sqrt(N)  # Kolmogorov and Smirnov: one in a thousand is further off


def test_a_gap_says_nothing_of_the_next_one() -> None:
    found = gaps("1/default")
    together = sum((a - 1) * (b - 1) for a, b in pairwise(found)) / N
    assert together == pytest.approx(0, abs=4 / sqrt(N))


@pytest.mark.parametrize("curve", [CONSTANT, RISING])
@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_shards_together_make_the_whole_process(curve: Curve, workers: int) -> None:
    schedule = Arrivals(curve, 100, 100, poisson=True)
    parts = [arrival for i in range(workers) for arrival in schedule.due(Shard(i, workers), "7/default")]
    assert sorted(parts) == list(schedule.due(Shard(), "7/default"))


def test_the_seed_decides_and_is_all_that_decides() -> None:
    schedule = Arrivals(CONSTANT, 9, 9, poisson=True)
    first, again, other = (list(schedule.due(Shard(), seed)) for seed in ("1/a", "1/a", "1/b"))
    assert first == again
    assert [due for _, due in first] != [due for _, due in other]


@pytest.mark.parametrize("curve", [CONSTANT, RISING])
def test_arrivals_are_numbered_in_order_and_end_with_the_curve(curve: Curve) -> None:
    numbers, moments = zip(*Arrivals(curve, 9, 9, poisson=True).due(Shard(), "1/default"), strict=True)
    assert list(numbers) == list(range(len(numbers)))
    assert list(moments) == sorted(moments)
    assert 0 < moments[0] < moments[-1] < curve.seconds


def test_a_rate_that_rises_has_its_arrivals_where_it_is_high() -> None:
    schedule = Arrivals(Curve((Ramp(100, 0, 100),)), 9, 9, poisson=True)
    moments = [due for _, due in schedule.due(Shard(), "1/default")]
    early = sum(due < 50 for due in moments)  # a quarter of the area lies there
    assert early == pytest.approx(1250, abs=4 * sqrt(1250))
    assert len(moments) == pytest.approx(5000, abs=4 * sqrt(5000))


@pytest.mark.slow
def test_the_total_is_a_matter_of_chance() -> None:
    schedule = Arrivals(CONSTANT, 9, 9, poisson=True)
    totals = [sum(1 for _ in schedule.due(Shard(), f"{seed}/default")) for seed in range(200)]
    mean = sum(totals) / 200
    assert mean == pytest.approx(500, abs=4 * sqrt(500 / 200))
    assert sum((total - mean) ** 2 for total in totals) / 200 == pytest.approx(500, rel=0.4)
    assert min(totals) >= schedule.fewest


@pytest.mark.parametrize(("mean", "least"), [(0, 0), (30, 0), (100, 40), (1_000_000, 994_000)])
def test_so_many_come_at_least(mean: float, least: int) -> None:
    assert fewest(mean) == least
