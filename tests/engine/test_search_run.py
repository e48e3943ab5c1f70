"""Searches, carried out in virtual time against targets whose capacity is known."""

import asyncio
from collections.abc import Callable
from functools import cache

import pytest
from fakes import VirtualLoop
from queueing import Queueing
from running import Lab

from planrunner.errors import Exit
from planrunner.reports.wording import verdict
from planrunner.result import Capacity, Result

PLAN = """
name: lab
target: http://h
load: {load}
steps:
  - get: /a
thresholds:
  http_req_duration: p(95) < 200ms
"""
RATE = "find: rate, from: 4/s, to: 60/s, hold: 6s, max_vus: 100"
VUS = "find: vus, from: 1, to: 100, hold: 6s"


def lab(load: str, **rest: object) -> Lab:
    return Lab(PLAN.replace("{load}", "{" + load + "}"), **rest)  # type: ignore[arg-type]


@cache
def searched(processes: int) -> tuple[Lab, Result]:
    """Search a target that bears 20 requests a second, once for all tests that look at it."""
    made = lab(RATE, answer=Queueing(2, 0.1), processes=processes)
    return made, made.run()


def found(result: Result) -> Capacity:
    assert result.capacity is not None
    return result.capacity


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_the_capacity_of_a_target_lies_between_the_two_levels(processes: int) -> None:
    _, result = searched(processes)
    made = found(result)
    assert [one.level for one in made.levels] == [4, 8, 16, 32, 22.6, 19, 20.7]
    assert (made.last_good, made.first_bad, made.ended) == (19, 20.7, "found")
    assert (result.verdict, result.exit_code, result.judged) == ("passed", 0, True)
    assert verdict(result) == (
        "passed: holds 19/s (p(95) 100ms); "
        "breaks at 20.7/s: http_req_duration p(95) < 200ms measured 289.64ms"
    )


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2, 3])
def test_each_level_has_the_arrivals_of_its_rate(processes: int) -> None:
    made, result = searched(processes)
    *levels, last = found(result).levels
    counts = [sum(one.at <= moment < one.at + 7 for moment in made.sent) for one in levels]
    assert counts[:4] == [28, 56, 112, 224]  # of six seconds, and one until the next level is known
    assert counts[4:] == pytest.approx([22.6 * 7, 19 * 7], abs=1)
    assert sum(last.at <= moment for moment in made.sent) == pytest.approx(20.7 * 6, abs=1)


def test_a_level_is_judged_without_the_time_in_which_it_settles() -> None:
    first, second, *_ = found(searched(1)[1]).levels
    assert (first.at, first.seconds, first.rate) == pytest.approx((0, 5, 4))
    assert (second.at, second.seconds, second.rate) == pytest.approx((7, 5, 8))
    assert (first.p50, first.p99) == pytest.approx((0.1, 0.1))
    assert (first.failed, first.dropped) == (0, 0)


def test_after_a_level_that_is_too_much_nothing_begins_until_its_iterations_are_over() -> None:
    made, result = searched(1)
    bad, following = found(result).levels[3:5]
    assert (bad.level, bad.at, following.at) == (32, 21, 34)  # the last of its 224 is answered at 32.3
    assert [moment for moment in made.sent if 28 <= moment < 34] == []


def failing(after: float, seconds: float) -> Callable[[int], tuple[int, float]]:
    """Return a target that from some moment on answers only after so many seconds."""
    return lambda _: (200, seconds if asyncio.get_running_loop().time() >= after else 0.125)


@pytest.mark.slow
def test_a_target_that_does_not_recover_is_given_graceful_stop() -> None:
    levels = found(lab(f"{RATE}, graceful_stop: 4s", answer=failing(7, 3.0)).run()).levels
    assert (levels[1].verdict, levels[1].at, levels[2].at) == ("bad", 7, 7 + 7 + 3 + 1)
    levels = found(lab(f"{RATE}, graceful_stop: 4s", answer=failing(7, 90.0)).run()).levels
    assert (levels[1].verdict, levels[1].at, levels[2].at) == ("bad", 7, 7 + 7 + 4 + 1)


def test_a_target_that_answers_nothing_at_all_is_too_slow() -> None:
    levels = found(lab(f"{RATE}, graceful_stop: 1s", answer=failing(7, 900.0)).run()).levels
    assert [one.verdict for one in levels[:2]] == ["good", "bad"]
    assert (levels[1].reason, levels[1].p95, levels[1].broken) == ("no request was answered", None, ())


@pytest.mark.parametrize("processes", [1, 2])
def test_the_highest_number_of_vus_is_found(processes: int) -> None:
    result = lab(VUS, answer=Queueing(3, 0.1), processes=processes).run()  # 6 VUs wait for 200 ms
    made = found(result)
    assert ([one.level for one in made.levels], made.last_good) == ([1, 2, 4, 8, 5, 6, 7], 6)
    assert (result.value("vus", "max"), result.scenarios[0].max_vus) == (8, 100)
    assert verdict(result).startswith("passed: holds 6 VUs (p(95) 199.95ms); breaks at 7 VUs: http_req_")


def test_vus_that_are_there_go_on_and_new_ones_come_one_after_the_other() -> None:
    made = lab("find: vus, from: 2, to: 4, hold: 3s", answer=lambda _: (200, 0.125))
    made.run()
    assert [moment for moment in made.sent if moment < 0.6] == [0, 0.125, 0.25, 0.375, 0.5, 0.5]
    # From 4 s on there are four: the third begins half a second later, the fourth a quarter after it.
    assert len([moment for moment in made.sent if 4 <= moment < 4.5]) == 8
    assert len([moment for moment in made.sent if 4.5 <= moment < 4.75]) == 6
    assert len(made.sessions) == 4


def test_levels_that_all_hold_end_at_the_highest_one() -> None:
    result = lab("find: rate, from: 10/s, to: 30/s, hold: 2s").run()
    assert (found(result).last_good, found(result).first_bad, found(result).ended) == (30, None, "top")
    assert verdict(result) == "passed: holds 30/s (p(95) 125ms), the highest level it was to try"


def test_a_lowest_level_that_is_too_much_fails_the_run() -> None:
    result = lab("find: rate, from: 10/s, to: 30/s, hold: 2s", answer=lambda _: (200, 0.25)).run()
    assert (found(result).ended, result.verdict, result.exit_code) == ("bottom", "failed", Exit.THRESHOLDS)
    assert verdict(result) == (
        "failed: breaks at 10/s already: http_req_duration p(95) < 200ms measured ~250ms"
    )


def test_too_few_vus_end_the_search_and_not_the_verdict() -> None:
    result = lab("find: rate, from: 10/s, to: 90/s, hold: 4s, max_vus: 4").run()  # 32 a second
    assert (found(result).last_good, found(result).ended, result.verdict) == (20, "generator", "passed")
    assert found(result).levels[-1].dropped == 24
    assert verdict(result) == (
        "passed: holds 20/s (p(95) 125ms); no verdict at 40/s, where the load could not be made: "
        "24 of 120 iterations found no free VU (raise `max_vus`)"
    )


def test_too_few_vus_for_the_lowest_level_find_nothing_and_fail() -> None:
    result = lab("find: rate, from: 50/s, to: 90/s, hold: 4s, max_vus: 4").run()
    assert (found(result).last_good, result.verdict, result.exit_code) == (None, "failed", Exit.THRESHOLDS)
    assert verdict(result).startswith("failed: no verdict at 50/s, where the load could not be made: 63 of")


def test_a_machine_that_is_late_judges_itself_and_not_the_target() -> None:
    def answer(number: int) -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.block(0.01)  # for each request: more than 100 a second it cannot send
        return 200, 0.0625

    result = lab("find: rate, from: 60/s, to: 400/s, hold: 5s, max_vus: 2000", answer=answer).run()
    assert (found(result).last_good, found(result).ended) == (60, "generator")
    assert (
        "at 120/s, where the load could not be made: this machine is too slow: one iteration in twenty began"
        in verdict(result)
    )


def test_a_threshold_without_samples_ends_the_search() -> None:
    made = lab("find: rate, from: 10/s, to: 90/s, hold: 3s")
    made.plan = made.plan.replace("p(95) < 200ms", "{threshold: p(95) < 200ms, min_samples: 30}")
    result = made.run()
    assert (found(result).ended, result.exit_code) == ("no data", Exit.THRESHOLDS)
    assert verdict(result) == (
        "failed: no verdict at 10/s: http_req_duration p(95) < 200ms has no data: "
        "20 samples, fewer than min_samples 30"
    )


@pytest.mark.slow
def test_failures_are_too_much_as_slowness_is() -> None:
    made = lab(RATE, answer=Queueing(2, 0.1, breaking=2))
    made.plan += "  http_req_failed: rate < 1%\n"
    result = made.run()
    assert (found(result).last_good, found(result).first_bad) == (19, 20.7)
    assert found(result).levels[3].failed == pytest.approx(0.37, abs=0.02)


@pytest.mark.slow
def test_no_threshold_aborts_a_search() -> None:
    made = lab(RATE, answer=Queueing(2, 0.1))
    made.plan += "abort_on_fail: true\n"
    result = made.run()
    assert (result.stopped, found(result).ended) == ("", "found")


def test_a_search_that_is_interrupted_tells_what_it_knows() -> None:
    result = lab(RATE, answer=Queueing(2, 0.1), stop_at=17).run()
    assert (found(result).last_good, found(result).ended) == (8, "interrupted")
    assert [one.verdict for one in found(result).levels] == ["good", "good", "inconclusive"]
    assert result.exit_code == Exit.INTERRUPTED
    assert verdict(result) == (
        "interrupted after 17.03s: holds 8/s (p(95) 100ms); the search is not complete"
    )


def test_a_search_that_is_interrupted_between_two_levels_has_tried_those_before() -> None:
    result = lab(RATE, answer=Queueing(2, 0.1), stop_at=30).run()
    assert [one.level for one in found(result).levels] == [4, 8, 16, 32]


def test_a_search_that_is_interrupted_at_its_first_level_has_neither_passed_nor_failed() -> None:
    result = lab(RATE, stop_at=3).run()
    assert result.exit_code == Exit.INTERRUPTED
    assert verdict(result) == "interrupted after 3s: the search is not complete"


def test_other_scenarios_run_beside_it_and_end_with_it() -> None:
    made = lab("")
    search, beside = ("steps: [{get: /a}]}" for _ in range(2))
    made.plan = f"""
name: lab
target: http://h
scenarios:
  search: {{start_after: 1500ms, load: {{find: rate, from: 10/s, to: 40/s, hold: 4s}}, {search}
  beside: {{load: {{rate: 5/s, duration: 1h}}, {beside}
thresholds:
  http_req_duration: p(95) < 200ms
"""
    result = made.run()
    assert [(one.level, one.at) for one in found(result).levels] == [(10, 2), (20, 7), (40, 12)]
    assert [one.rate for one in found(result).levels] == pytest.approx([10, 20, 40], abs=0.4)
    assert found(result).scenario == "search"
    assert result.duration == pytest.approx(16.1, abs=0.1)


def test_a_search_can_warm_up_at_its_first_level() -> None:
    made = lab("find: rate, from: 10/s, to: 30/s, hold: 3s, max_vus: 90")
    made.answer = lambda _: (200, 3.0 if asyncio.get_running_loop().time() < 3.5 else 0.125)
    made.plan += "warm_up: 3500ms\n"
    levels = found(made.run()).levels
    assert [(one.level, one.at, one.verdict) for one in levels] == [
        (10, 4, "good"),
        (20, 8, "good"),
        (30, 12, "good"),
    ]
    assert sum(moment < 4 for moment in made.sent) == 40


@pytest.mark.slow
def test_arrivals_of_a_search_can_come_by_chance() -> None:
    made = lab("find: rate, from: 20/s, to: 40/s, hold: 20s, arrival: poisson")
    result = made.run()
    assert [one.rate for one in found(result).levels] == pytest.approx([20, 40], rel=0.2)
    assert result.scenarios[0].description == (
        "search from 20 to 40 iterations/s (poisson), at most 5 levels of 20s "
        "(max_vus: 40, graceful_stop: 30s)"
    )


def test_data_that_has_run_out_ends_the_search() -> None:
    made = lab("find: rate, from: 10/s, to: 90/s, hold: 3s")
    made.plan = made.plan.replace("/a", "/${n}") + "data: {n: {rows: [1, 2, 3], at_end: stop}}\n"
    result = made.run()
    assert (len(made.sent), found(result).ended) == (3, "interrupted")
    assert verdict(result) == "failed: the search is not complete"


def test_vus_that_have_ended_do_no_more() -> None:
    made = lab("find: vus, from: 2, to: 3, hold: 3s")
    made.plan = made.plan.replace("  - get: /a", "  - get: /a\n  - stop: vu")
    result = made.run()
    assert (len(made.sent), found(result).ended) == (2, "no data")


def test_the_others_go_on_when_one_vu_has_ended() -> None:
    made = lab("find: vus, from: 2, to: 4, hold: 3s")
    made.plan = made.plan.replace("  - get: /a", "  - get: /a\n  - if: ${vu.id == 1}\n    stop: vu")
    result = made.run()
    assert [one.rate for one in found(result).levels] == pytest.approx([8, 24], abs=0.6)
    assert (found(result).ended, result.verdict) == ("top", "passed")


@pytest.mark.parametrize("load", [RATE, VUS])
def test_at_the_end_iterations_have_their_grace_and_no_more(load: str) -> None:
    made = lab(f"{load}, graceful_stop: 2s", answer=lambda _: (200, 90.0))
    result = made.run()
    assert result.duration == pytest.approx(6 + 2)
    assert result.value("interrupted_iterations", "count") == pytest.approx(
        24 if "rate" in load else 1, abs=1
    )
