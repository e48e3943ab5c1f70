"""The tally: nothing is lost or counted twice between a sample and the totals."""

import random
from collections.abc import Iterator

import pytest
from room import room

from planrunner.metrics.rows import MANY
from planrunner.metrics.selector import selector
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Trend
from planrunner.metrics.tally import COMPLAINTS, GROUP, LOGS, Complaint, Snapshot, Tally, Totals

TRENDS = ("http_req_waiting", "http_req_duration")


def test_every_sample_reaches_the_totals_however_it_is_cut() -> None:
    tally, totals = Tally(), Totals()
    handle = tally.exchanges(TRENDS, "http_reqs", "http_req_failed", {"name": "a"}, fails=False)
    for number in range(3 * MANY + 7):
        handle.take(0, 0, (0.0, 0.001 * number))
        if number % 1000 == 999:
            totals.add(tally.cut(number / 1000))
    totals.add(tally.cut(4.0))
    trend, counter = totals.select(selector("http_req_duration")), totals.select(selector("http_reqs"))
    assert isinstance(trend, Trend)
    assert (trend.histogram.count, counter) == (3 * MANY + 7, Counter(3 * MANY + 7, 3 * MANY + 7))
    assert trend.histogram.max == pytest.approx(0.001 * (3 * MANY + 6))


def test_an_exchange_is_counted_failed_not_failed_or_neither() -> None:
    tally = Tally()
    for fails in (True, False, None):
        handle = tally.exchanges(TRENDS, "http_reqs", "http_req_failed", {"x": str(fails)}, fails=fails)
        handle.take(0, 0, ())
        handle.take(0, 0, ())
    found = {
        key.tags[0][1]: sink for key, sink in tally.cut(1).sinks.items() if key.metric == "http_req_failed"
    }
    assert found == {"True": Rate(2, 0), "False": Rate(0, 2)}


def test_bytes_are_added_up_by_scenario() -> None:
    tally = Tally()
    for name in "ab":
        tags = {"name": name, "scenario": "s"}
        handle = tally.exchanges(TRENDS, "http_reqs", "http_req_failed", tags, fails=False)
        handle.take(10, 100, ())
    sinks, key = tally.cut(1).sinks, (("scenario", "s"),)
    assert (sinks[Key("data_sent", key)], sinks[Key("data_received", key)]) == (
        Counter(20, 2),
        Counter(200, 2),
    )


def test_a_handle_that_saw_nothing_says_nothing() -> None:
    tally = Tally()
    tally.exchanges(TRENDS, "http_reqs", "http_req_failed", {}, fails=False)
    tally.outcomes({"check": "c"})
    tally.rows(("iteration_duration",), {})
    tally.count("iterations", {})
    tally.level("vus")
    assert tally.cut(1).sinks == {}


def test_a_told_counter_says_zero_once() -> None:
    tally = Tally()
    tally.count("dropped_iterations", {}, told=True)
    key = Key("dropped_iterations", ())
    assert (tally.cut(1).sinks, tally.cut(2).sinks) == ({key: Counter(0)}, {})


def test_a_level_remembers_its_peak_between_snapshots() -> None:
    tally = Tally()
    level, key = tally.level("vus"), Key("vus", ())
    for change in (1, 1, 1, -2):
        level.change(change)
    assert tally.cut(1).sinks[key] == Gauge(1, 1, 3)
    level.change(-1)
    assert tally.cut(2).sinks[key] == Gauge(1, 1, 1)
    assert tally.cut(3).sinks == {}


def test_only_a_few_complaints_of_each_check_are_kept() -> None:
    tally = Tally()
    first, second = tally.outcomes({"check": "a"}), tally.outcomes({"check": "b"})
    for number in range(COMPLAINTS + 3):
        tally.complain(first, Complaint(0, number, "no"))
    tally.complain(second, Complaint(1, 9.0, "never"))
    kept = tally.cut(1).complaints
    assert ([c.at for c in kept if c.check == 0], kept[-1].text) == ([0, 1, 2, 3, 4], "never")
    tally.complain(first, Complaint(0, 10.0, "again"))
    assert tally.cut(2).complaints == []


def test_a_flood_of_log_lines_is_cut_and_counted() -> None:
    tally = Tally()
    for number in range(LOGS + 5):
        tally.log(str(number))
    snapshot = tally.cut(1)
    assert (len(snapshot.logs), snapshot.logs_lost) == (LOGS, 5)
    assert tally.cut(2).logs == []


def test_snapshots_are_numbered_and_know_their_span() -> None:
    tally = Tally()
    assert [(s.number, s.at, s.seconds) for s in (tally.cut(1.0), tally.cut(2.5))] == [
        (0, 1.0, 1.0),
        (1, 2.5, 1.5),
    ]


def test_totals_group_series_by_their_tags() -> None:
    tally, totals = Tally(), Totals()
    for scenario, endpoint in (("s", "a"), ("t", "a"), ("s", "b"), ("s", "")):
        tally.count("errors", {"scenario": scenario, "endpoint": endpoint}).value += 1
    totals.add(tally.cut(1))
    assert totals.group("errors", ("endpoint",)) == {
        ("a",): Counter(2, 2),
        ("b",): Counter(1, 1),
        ("",): Counter(1, 1),
    }
    assert totals.select(selector("checks")) is None
    assert totals.names() == ["errors"]


def test_trends_of_their_own_are_cut_too() -> None:
    tally = Tally()
    rows = tally.rows(("iteration_duration",), {"scenario": "s"})
    rows.add((2.0,))
    ((key, sink),) = tally.cut(1).sinks.items()
    assert (key, sink.values(1)["max"]) == (Key("iteration_duration", (("scenario", "s"),)), 2.0)


def test_checks_are_counted_by_how_they_went() -> None:
    tally = Tally()
    outcomes = tally.outcomes({"check": "c"})
    outcomes.passes, outcomes.fails = 3, 1
    assert tally.cut(1).sinks == {Key("checks", (("check", "c"),)): Rate(3, 1)}
    assert tally.cut(2).sinks == {}


def test_a_snapshot_of_many_series_is_made_in_pieces_and_loses_nothing() -> None:
    tally, totals = Tally(), Totals()
    counts = [tally.count("http_reqs", {"name": str(number)}) for number in range(3 * GROUP)]
    pauses, cutting = 0, tally.cutting(1.0)
    while True:
        for count in counts:
            count.value += 1
        try:
            next(cutting)
        except StopIteration as done:
            totals.add(done.value)
            break
        pauses += 1
    totals.add(tally.cut(2.0))
    assert pauses == 2
    assert totals.select(selector("http_reqs")) == Counter(9 * GROUP, 9 * GROUP)


def test_the_times_of_a_request_that_comes_between_two_pieces_are_not_lost() -> None:
    tally, totals, made = Tally(), Totals(), list[Snapshot]()
    handle = tally.exchanges(TRENDS, "http_reqs", "http_req_failed", {}, fails=False)

    def send(times: int) -> None:
        for _ in range(times):
            handle.take(0, 0, (0.0, 0.5))

    def cut() -> Iterator[None]:
        made.append((yield from tally.cutting(1.0)))

    send(MANY)
    for piece, _ in enumerate(cut()):
        send(piece == 0)  # what had come in before is being counted
    for snapshot in (*made, tally.cut(2.0)):
        totals.add(snapshot)
    trend, counter = totals.select(selector("http_req_duration")), totals.select(selector("http_reqs"))
    assert isinstance(trend, Trend)
    assert (trend.histogram.count, counter) == (MANY + 1, Counter(MANY + 1, MANY + 1))


def test_a_steady_run_takes_no_more_room_the_longer_it_is() -> None:
    dice = random.Random(1)
    tally, totals = Tally(), Totals()
    handles = [tally.exchanges(TRENDS, "http_reqs", "f", {"name": name}, fails=False) for name in "abc"]
    taken = []
    for second in range(200):
        for handle in handles:
            for _ in range(40):
                handle.take(0, 0, (0.0, dice.lognormvariate(-8, 1)))
        totals.add(tally.cut(second + 1.0))
        taken.append(room(totals, tally))
    assert taken[-1] - taken[10] < 100  # numbers that became larger


def test_what_a_second_brought_takes_room_for_what_was_found_alone() -> None:
    tally, dice = Tally(), random.Random(1)
    handle = tally.rows(("m",), {})
    for _ in range(200):
        handle.add((dice.lognormvariate(-8, 1),))
    (trend,) = tally.cut(1.0).sinks.values()
    assert isinstance(trend, Trend)
    assert room(trend) < 5 * len(trend.histogram.buckets) + 1000
