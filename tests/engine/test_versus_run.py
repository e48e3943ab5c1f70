"""Two sides in virtual time: who has which window, what counts of it, and what comes of it."""

from itertools import pairwise

import pytest
from contests import HEAD, RATE, Duel

from planrunner.result import Result

LOOP = HEAD + "load: {vus: 1, duration: 1m}\nsteps: [{get: /a}]\n"


def slow(_: int) -> tuple[int, float]:
    return 200, 0.25


def counts(result: Result) -> tuple[float | None, float | None]:
    return result.value("http_reqs", "count"), result.value("http_req_duration", "max")


def test_base_and_head_alternate_one_window_after_the_other() -> None:
    duel = Duel(LOOP)
    duel.fight()
    assert [name for name, _ in duel.windows] == ["base", "head", "head", "base", "base", "head"]
    began = [moment for _, moment in duel.windows]
    assert [later - moment for moment, later in pairwise(began)] == [4.0] * 5


def test_the_result_is_that_of_the_head_without_warm_ups() -> None:
    result = Duel(LOOP, base=slow).fight()
    # In each window begin 32 iterations of an eighth of a second, 4 of them in the first 0.4 s.
    assert counts(result) == (2 * 28, 0.125)
    assert (result.target, result.duration, result.warm_up) == ("http://head", 7.2, ())
    assert result.scenarios[0].description == "1 looping VUs for 4s (graceful_stop: 30s), 2 windows"


def test_its_timeline_has_no_gaps_where_the_base_had_its_windows() -> None:
    timeline = Duel(LOOP).fight().timeline
    ends = [moment.at + moment.seconds for moment in timeline]
    assert [moment.at for moment in timeline] == pytest.approx([0.0, *ends[:-1]])
    assert sum(moment.requests for moment in timeline) == 2 * 28


def test_its_load_was_held_in_all_of_its_time() -> None:
    (phase,) = Duel(LOOP).fight().phases
    assert (phase.name, phase.begin, phase.end, phase.last) == ("hold", 0.0, 7.2, 1.0)


def test_what_never_happened_in_what_counts_is_told_as_zero() -> None:
    result = Duel(rounds=1).fight()
    assert result.value("dropped_iterations", "count") == 0.0


@pytest.mark.parametrize(("head", "verdict"), [(0.125, "passed"), (0.5, "failed")])
def test_thresholds_judge_the_head_alone(head: float, verdict: str) -> None:
    plan = LOOP + "thresholds: {http_req_duration: p(95) < 200ms}\n"
    result = Duel(plan, base=slow, head=lambda _: (200, head)).fight()
    assert result.verdict == verdict
    assert result.thresholds[0].measured == pytest.approx(head, rel=0.01)


def test_a_threshold_of_the_head_stops_both() -> None:
    plan = LOOP + "thresholds: {http_req_duration: {threshold: p(95) < 200ms, abort_on_fail: true}}\n"
    duel = Duel(plan, head=slow)
    result = duel.fight()
    assert (result.stopped, result.exit_code, len(duel.windows)) == ("threshold", 99, 3)


def test_each_window_draws_random_values_of_its_own() -> None:
    duel = Duel(LOOP)
    duel.fight()
    assert len({given.seed for given in duel.givens}) == 6


def test_failed_checks_keep_few_samples_whatever_the_number_of_windows() -> None:
    plan = LOOP.replace("{get: /a}", "{get: /a, checks: [{status: 201}]}")
    (check,) = Duel(plan).fight().checks
    assert (check.fails, len(check.samples)) == (56, 5)
    assert all(0.0 <= sample.at <= 3.6 for sample in check.samples)


def test_the_newest_value_of_a_gauge_is_the_one_of_the_last_window() -> None:
    # The iterations of the first window set it earlier within their window than the last one of the second.
    steps = "steps: [{get: /a, save: {n: {json: $.n}}, record: {n: '${n}'}}]\n"
    plan = LOOP.replace("steps: [{get: /a}]\n", "metrics: {n: {type: gauge}}\n" + steps)
    windows = [0]

    def answer(number: int) -> tuple[int, float, bytes]:
        windows[0] += number == 0
        return 200, 0.5 if windows[0] == 3 and number == 6 else 0.25, b'{"n": %d}' % windows[0]

    # The head has a warm-up and two windows; its last iteration in the third begins earlier.
    assert Duel(plan, head=answer).fight().value("n", "value") == 3


def test_who_looks_on_sees_both_sides() -> None:
    duel = Duel(LOOP, base=slow)
    result = duel.fight()
    assert list(dict.fromkeys(tick.window for tick in duel.ticks)) == [
        "warm-up of base",
        "warm-up of head",
        "head 1/2",
        "base 1/2",
        "base 2/2",
        "head 2/2",
    ]
    assert sorted({round(tick.at) for tick in duel.ticks}) == [*range(1, 25)]
    assert duel.ticks[-1].requests == 3 * 16 + 3 * 32 > sum(one.count for one in result.requests)
    assert duel.run is not None
    assert len(duel.run.course.moments()) == 24


def test_logs_of_all_windows_are_shown_once() -> None:
    plan = LOOP.replace("{get: /a}", "{get: /a}, {think: 9s}, {log: hello}")
    duel = Duel(plan.replace("duration: 1m", "duration: 1m, graceful_stop: 9s"), rounds=1)
    duel.fight()
    assert duel.said == ["hello"] * 4


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 3])
def test_shards_of_windows_make_the_whole(processes: int) -> None:
    alone, shared = (Duel(RATE, rounds=1, processes=count).fight() for count in (1, processes))
    assert counts(alone) == counts(shared) == (57, 0.125)


def test_the_plan_may_stop_the_test_in_any_window() -> None:
    plan = LOOP.replace("{get: /a}", "{get: /a}, {stop: test}")
    duel = Duel(plan)
    result = duel.fight()
    assert (result.stopped, result.exit_code, result.comparison) == ("plan", 108, None)
    assert len(duel.windows) == 1
