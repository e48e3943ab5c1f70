"""How often the verdict is wrong, on pairs of which the truth is known (docs/how-to/compare.md)."""

from collections import Counter

import numpy as np
import pytest
from compared_runs import times

from planrunner.compare.judge import Sides, changes, verdict
from planrunner.compare.observe import ALL, Observation, Seen
from planrunner.result import Measure
from planrunner.result.comparison import BETTER, WORSE

PAIRS, ROUNDS, REQUESTS = 200, 8, 400
DRIFT, STEP, NOISE = 0.9, 0.03, 0.02
"""A machine whose speed wanders: so much of it stays, so much is new; windows differ by so much besides."""


def window(chance: np.random.Generator, factor: float, failing: float) -> Observation:
    p50, p95, p99 = np.quantile(times(chance, REQUESTS) * factor, (0.5, 0.95, 0.99))
    failed = chance.binomial(REQUESTS, failing) / REQUESTS
    values: dict[Measure, float] = {
        "p(50)": float(p50),
        "p(95)": float(p95),
        "p(99)": float(p99),
        "failed": failed,
        "rate": REQUESTS / 15,
    }
    return {ALL: Seen(REQUESTS, REQUESTS, values)}


def pair(chance: np.random.Generator, slower: float, failing: float = 0.01) -> Sides:
    """Measure both sides in turns, A B then B A, on a machine whose speed wanders."""
    found: dict[str, list[Observation]] = {"A": [], "B": []}
    drift = chance.normal(0, 0.08)
    for turn in range(ROUNDS):
        for name in "AB" if turn % 2 == 0 else "BA":
            drift = DRIFT * drift + chance.normal(0, STEP)
            factor = float(np.exp(drift + chance.normal(0, NOISE))) * (slower if name == "B" else 1.0)
            found[name].append(window(chance, factor, failing))
    return Sides(found["A"], found["B"], side_by_side=True)


def verdicts(slower: float, seed: int) -> Counter[str]:
    chance = np.random.default_rng(seed)
    pairs = (pair(chance, slower) for _ in range(PAIRS))
    return Counter(verdict(changes(sides), sides) for sides in pairs)


@pytest.mark.slow
def test_of_two_hundred_pairs_without_a_change_at_most_two_percent_are_false_alarms() -> None:
    said = verdicts(1.0, seed=1)
    assert sum(said[word] for word in (*WORSE, *BETTER)) <= 0.02 * PAIRS


@pytest.mark.slow
def test_a_fifth_slower_is_found_in_at_least_85_percent() -> None:
    assert verdicts(1.2, seed=2)["slower"] >= 0.85 * PAIRS


@pytest.mark.slow
def test_a_fifth_slower_at_the_95th_percentile_alone_is_found_in_at_least_85_percent() -> None:
    chance = np.random.default_rng(3)
    named = [
        next(c.verdict for c in changes(pair(chance, 1.2)) if c.measure == "p(95)") for _ in range(PAIRS)
    ]
    assert named.count("slower") >= 0.85 * PAIRS


def test_a_pair_with_a_window_that_is_missing_is_no_pair() -> None:
    whole = pair(np.random.default_rng(4), 1.5)
    torn = Sides([{}, *whole.base[1:]], whole.head, side_by_side=True)
    assert {c.verdict for c in changes(torn)} == {"not enough data"}
