"""Known slowdowns: how their answers are drawn, and how comparisons are told."""

from random import Random
from statistics import median

import pytest

from benchmarks.slowed import answering
from benchmarks.versus import Change, Comparison, Form, row, totals


def comparison(low: float | None, high: float | None, verdict: str = "slower") -> Comparison:
    change = None if low is None or high is None else (low + high) / 2
    changes = [
        Change(name, measure, change, low, high, verdict)
        for name in ("GET /", "")
        for measure in ("p(50)", "p(95)")
    ]
    return Comparison(verdict, sound=True, changes=tuple(changes))


@pytest.mark.parametrize(("slowdown", "seconds"), [(0.0, 0.03), (0.2, 0.036)])
def test_answers_take_longer_by_the_slowdown(slowdown: float, seconds: float) -> None:
    random = Random(1)
    times = [answering(slowdown, random) for _ in range(5_000)]
    assert median(times) == pytest.approx(seconds, rel=0.02)
    assert sum(time > 2 * seconds for time in times) / 5_000 == pytest.approx(0.03, abs=0.01)


def test_a_comparison_is_a_row() -> None:
    assert row(20, comparison(0.15, 0.25)) == (
        "| 20 % | slower | +20.0% (+15.0% … +25.0%) | +20.0% (+15.0% … +25.0%) |"
    )
    assert (
        row(0, comparison(None, None, "not enough data"))
        == "| 0 % | not enough data | not known | not known |"
    )


def test_verdicts_are_counted_and_ranges_that_hold_the_truth() -> None:
    found = [comparison(0.15, 0.25), comparison(0.21, 0.3), comparison(None, None, "no clear change")]
    assert totals(20, found) == "| 20 % | 3 | slower 2, no clear change 1 | 1 | 1 |"


def test_a_comparison_takes_all_its_windows() -> None:
    assert Form(rounds=8, window=2, rate=200).seconds == 36
