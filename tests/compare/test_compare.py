"""Runs of a plan, held against earlier ones."""

from dataclasses import replace

import pytest
from compared_runs import PLAN, run

from planrunner.compare.compare import FEW, MOST_REQUESTS, compare, shortened
from planrunner.result import Change, Comparison, Effect, Result
from planrunner.result.comparison import EFFECT


def held(base: list[Result], head: list[Result], effect: Effect = EFFECT) -> Comparison:
    return compare(base, head, ("base.json", "head.json"), effect)


def change(found: Comparison, measure: str, request: str = "") -> Change:
    return next(c for c in found.changes if c.measure == measure and c.request == request)


def runs(first: int, count: int, slower: float = 1.0, failing: float = 0.0, size: int = 400) -> list[Result]:
    return [
        run(seed, slower, failing=failing, count=size) for seed in range(100 + first, 100 + first + count)
    ]


def test_a_slower_head_is_slower_and_by_about_so_much() -> None:
    found = held(runs(0, 5), runs(5, 5, 1.3))
    p95 = change(found, "p(95)")
    assert (found.verdict, found.sound, p95.verdict) == ("slower", True, "slower")
    assert p95.low is not None
    assert p95.high is not None
    assert p95.low < 0.3 < p95.high
    assert found.regressed


def test_a_faster_head_is_faster() -> None:
    found = held(runs(0, 5), runs(5, 5, 0.7))
    assert found.verdict == "faster"
    assert not found.regressed


def test_the_same_code_has_no_clear_change() -> None:
    found = held(runs(0, 5), runs(5, 5))
    assert (found.verdict, found.sound, found.reasons) == ("no clear change", True, ())


def test_failures_that_are_more_are_told_as_such() -> None:
    found = held(runs(0, 5), runs(5, 5, failing=0.05))
    assert found.verdict == "more failures"
    assert change(found, "failed").change == pytest.approx(0.05)


def test_a_change_that_nobody_would_notice_is_none() -> None:
    huge = Effect(change=0.9, difference=0.005)
    assert held(runs(0, 5), runs(5, 5, 1.3), huge).verdict == "no clear change"
    long = Effect(change=0.1, difference=1.0)
    assert held(runs(0, 5), runs(5, 5, 1.3), long).verdict == "no clear change"


def test_one_run_of_each_shows_numbers_and_no_verdict() -> None:
    found = held(runs(0, 1), runs(5, 1, 1.5))
    p50 = change(found, "p(50)")
    assert (found.verdict, found.sound, found.reasons) == ("not enough data", False, (FEW,))
    assert p50.change == pytest.approx(0.5, abs=0.15)
    assert (p50.low, p50.high) == (None, None)


def test_few_runs_have_a_verdict_that_fails_nothing() -> None:
    found = held(runs(0, 3), runs(5, 3, 1.5))
    assert (found.verdict, found.sound, found.regressed) == ("slower", False, False)


def test_one_run_against_eight_old_ones_has_a_verdict() -> None:
    found = held(runs(0, 8), runs(20, 1, 1.5))
    assert (found.verdict, found.sound) == ("slower", True)


def test_a_percentile_of_too_few_samples_is_not_compared() -> None:
    found = held(runs(0, 5, size=30), runs(5, 5, 1.5, size=30))
    assert change(found, "p(95)").verdict == "not enough data"
    assert change(found, "p(50)").verdict == "slower"


def test_one_request_that_is_slower_is_found_among_others() -> None:
    slow = [run(seed, {"POST /cart": 1.5}) for seed in range(105, 110)]
    found = held(runs(0, 5), slow)
    assert change(found, "p(50)", "POST /cart").verdict == "slower"
    assert change(found, "p(50)", "GET /").verdict == "no clear change"


def test_a_request_that_only_one_side_has_is_shown_without_a_verdict() -> None:
    bare = [
        replace(one, series=tuple(s for s in one.series if s.tags["name"] != "GET /")) for one in runs(5, 5)
    ]
    found = change(held(runs(0, 5), bare), "p(50)", "GET /")
    assert (found.head, found.change, found.verdict) == (None, None, "not enough data")


def test_without_any_request_nothing_is_known() -> None:
    idle = [replace(one, series=()) for one in runs(0, 5)]
    found = held(idle, idle)
    assert (found.changes, found.verdict) == ((), "not enough data")


def test_what_cannot_be_compared_still_shows_its_numbers() -> None:
    other = run(1, plan=PLAN.replace("get: /", "get: /other"))
    found = held(runs(0, 1), [other])
    assert (found.verdict, found.reasons) == ("not comparable", ("the plan is another one",))
    assert {c.verdict for c in found.changes} == {"not comparable"}
    assert change(found, "p(50)").change is not None


def test_each_run_of_all_requests_is_kept() -> None:
    found = held(runs(0, 3), runs(5, 2))
    assert [(len(c.bases), len(c.heads)) for c in found.overall] == [(3, 2)] * 5
    assert all(not c.bases for c in found.changes if c.request)


def test_of_very_many_requests_those_are_kept_that_changed() -> None:
    plain = change(held(runs(0, 5), runs(5, 5)), "p(50)")
    many = [
        replace(plain, request=f"GET /{n}", verdict="slower" if n == 250 else plain.verdict)
        for n in range(300)
    ]
    kept, more = shortened([plain, *many])
    assert (len(kept), more) == (MOST_REQUESTS + 1, 100)
    assert [c.request for c in kept[:2]] == ["", "GET /250"]
