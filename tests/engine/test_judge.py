"""The judge: thresholds on snapshots, whole and in windows, whoever sent them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import Request, Requests, judge_of, judged, request
from snapshots import REQUESTS, SECONDS, second, snapshot

from planrunner.metrics.series import Counter, Key
from planrunner.metrics.tally import Snapshot, merge

OTHER = "http_req_duration{endpoint:b}"
SLOW, FAST = [request(2.0)], [request(0.125)]


def test_one_broken_window_fails_and_the_worst_is_kept() -> None:
    (found,) = judged("http_req_duration: max < 1s over 2s", [FAST, SLOW, FAST, FAST, [request(3.0)], FAST])
    assert (found.verdict, found.measured, found.at, found.samples) == ("failed", 3.0, 5.0, 2)


def test_only_full_windows_are_judged() -> None:
    (found,) = judged("http_reqs: rate < 2/s over 3s", [[*FAST] * 4, FAST, [], FAST, FAST])
    assert (found.verdict, found.at) == ("passed", 3.0)
    assert found.measured == pytest.approx(5 / 3)


def test_windows_without_samples_are_skipped() -> None:
    (found,) = judged("http_req_duration: min > 100ms over 1s", [[], FAST, [], []])
    assert (found.verdict, found.measured, found.at) == ("passed", 0.125, 2.0)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("http_req_duration{endpoint:b}: max < 1s over 2s", "no window of 2s could be judged: no samples"),
        (
            "http_req_duration: {threshold: max < 1s over 2s, min_samples: 3}",
            "no window of 2s could be judged: 2 samples, fewer than min_samples 3",
        ),
        (
            f"http_req_duration: max < max of {OTHER} over 2s",
            f"no window of 2s could be judged: no samples of {OTHER}, which the limit refers to",
        ),
    ],
)
def test_without_a_window_that_could_be_judged_there_is_no_data(rule: str, reason: str) -> None:
    (found,) = judged(rule, [FAST, FAST, FAST])
    assert (found.verdict, found.measured, found.reason) == ("no data", None, reason)


def test_min_samples_skips_the_windows_with_fewer() -> None:
    rule = "http_req_duration: {threshold: max < 1s over 1s, min_samples: 2}"
    (found,) = judged(rule, [SLOW, FAST * 2, SLOW])
    assert (found.verdict, found.at) == ("passed", 2.0)


def test_a_run_shorter_than_the_window_is_judged_whole() -> None:
    (found,) = judged("http_req_duration: max < 1s over 30s", [FAST, SLOW])
    assert (found.verdict, found.measured, found.at) == ("failed", 2.0, None)


def test_an_outcome_that_a_window_lacks_is_counted_as_zero() -> None:
    (found,) = judged("http_reqs{status:500}: count < 1 over 2s", [FAST, FAST, FAST])
    assert (found.verdict, found.measured) == ("passed", 0)


def test_a_window_refers_to_other_metrics_of_the_same_time() -> None:
    rule = "http_reqs{status:500}: count <= count of http_reqs * 50% over 2s"
    calm, bad = [request(), request()], [request(failed=True)]
    (found,) = judged(rule, [calm * 9, calm * 9, bad, bad, calm])
    assert (found.verdict, found.measured, found.limit, found.at) == ("failed", 2, 1.0, 4.0)


def test_a_broken_window_stops_the_run_and_one_that_is_not_full_does_not() -> None:
    judge = judge_of("http_req_duration: {threshold: max < 1s over 2s, abort_on_fail: true}")
    judge.take(snapshot(0, second(SLOW)))
    assert judge.broken(1.0) is None
    judge.take(snapshot(1, second(FAST)))
    broken = judge.broken(2.0)
    assert broken
    assert (broken[1].verdict, broken[1].at) == ("failed", 2.0)


def test_what_setup_measured_counts_in_the_whole_and_in_no_window() -> None:
    judge = judge_of("http_reqs: [count == 3, count == 1 over 1s]")
    judge.take_aside(snapshot(0, second(FAST)))
    judge.take(snapshot(0, second(FAST)))
    judge.take_aside(snapshot(1, second(FAST)))
    assert [found.measured for _, found in judge.verdicts(1.0)] == [3, 1]


def fate(number: int, requests: Requests, dropped: int) -> Snapshot:
    sinks = second(requests)
    merge(sinks, Key("dropped_iterations", (("scenario", "x"),)), Counter(dropped, dropped))
    return snapshot(number, sinks)


def test_what_was_dropped_in_a_window_hides_its_percentiles_only() -> None:
    judge = judge_of("http_req_duration: [p(95) < 1s over 2s, p(95) < 1s over 5s, p(95) < 1s]")
    for number, dropped in enumerate([9, 0, 0, 0, 0]):
        judge.take(fate(number, [request(0.5 if number == 4 else 0.125)] * 9, dropped))
    assert [found.censored for _, found in judge.verdicts(5.0)] == [False, True, True]


def test_a_threshold_of_two_metrics_waits_for_samples_of_both() -> None:
    (found,) = judged("errors: count < count of http_reqs{endpoint:b} * 1%", [FAST])
    assert found.verdict == "no data"


RULES = """http_req_duration: [p(95) < 1s, avg < 1s over 2s]
http_req_duration{endpoint:b}: max < 2 * med of http_req_duration{endpoint:a} over 3s
http_req_duration{endpoint:a, status!=500}: [p(99.9) < 1s over 2s, sum < 9s, count > 1 over 4s]
http_reqs{status:500}: count < count of http_reqs * 30% over 2s
http_req_failed{scenario:*}: [rate < 20% over 3s, rate < 1, count > 3]
http_reqs: rate > 2/s over 2s"""

SHARDS = st.lists(st.lists(st.tuples(st.integers(0, 2), REQUESTS), max_size=8), min_size=1, max_size=8)


@pytest.mark.slow
@given(SHARDS)
def test_shards_that_are_merged_are_judged_as_the_whole(
    seconds: list[list[tuple[int, Request]]],
) -> None:
    together, apart = judge_of(RULES), judge_of(RULES)
    for number, requests in enumerate(seconds):
        together.take(snapshot(number, second(one for _, one in requests)))
        parts = [second(one for shard, one in requests if shard == each) for each in range(3)]
        merged = snapshot(number, parts[0])
        for part in parts[1:]:
            for key, sink in part.items():
                merge(merged.sinks, key, sink)
        apart.take(merged)
    end = float(len(seconds))
    assert [*apart.verdicts(end)] == [*together.verdicts(end)]


@pytest.mark.slow
@settings(max_examples=40)
@given(SECONDS)
def test_windows_are_judged_as_if_each_was_counted_anew(seconds: list[list[Request]]) -> None:
    (found,) = judged("http_req_duration: p(90) < 1s over 2s", seconds)
    pairs = [[*first, *then] for first, then in pairwise(seconds)] or seconds
    single = [judged("http_req_duration: p(90) < 1s", [pair])[0] for pair in pairs]
    values = [one.measured for one in single if one.measured is not None]
    assert found.measured == (max(values) if values else None)
    assert (found.verdict == "failed") is any(one.verdict == "failed" for one in single)


def test_while_a_run_goes_on_a_window_that_is_not_over_says_nothing() -> None:
    judge = judge_of("http_req_duration: max < 1s over 2s\nhttp_reqs: count > 1")
    judge.take(snapshot(0, second(SLOW)))
    standing = [judgement for _, judgement in judge.standing(1.0)]
    assert [one.verdict for one in standing] == ["no data", "failed"]
    assert standing[0].reason == "no window of 2s is over yet"
    judge.take(snapshot(1, second(FAST)))
    assert [one.verdict for _, one in judge.standing(2.0)] == ["failed", "passed"]


def test_while_a_run_goes_on_windows_without_samples_say_so() -> None:
    judge = judge_of("http_req_duration{endpoint:b}: max < 1s over 2s")
    for number in range(3):
        judge.take(snapshot(number, second(FAST)))
    ((_, standing),) = judge.standing(3.0)
    assert standing.reason == "no window of 2s could be judged: no samples"
