"""The timeline: bounded, and nothing lost when spans are joined."""

from itertools import pairwise

import numpy as np
import pytest
from room import room

from planrunner.engine.verdict.timeline import SPANS, Timeline
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Snapshot


def snapshot(number: int, seconds: float = 1.0) -> Snapshot:
    histogram = Histogram()
    histogram.add(np.array([0.1 * (number % 3 + 1)]))
    sinks: dict[Key, Sink] = {
        Key("http_reqs", (("name", "a"),)): Counter(2),
        Key("http_reqs", (("name", "b"),)): Counter(1),
        Key("http_req_failed", ()): Rate(1, 2),
        Key("iterations", ()): Counter(1),
        Key("http_req_duration", ()): Trend(histogram),
        Key("vus", ()): Gauge(number % 10, 0, 9),
        Key("data_sent", ()): Counter(5),
    }
    return Snapshot(number, number + seconds, seconds, sinks, [], [])


def test_a_snapshot_is_a_moment() -> None:
    timeline = Timeline()
    timeline.add(snapshot(1))
    (moment,) = timeline.moments()
    assert (moment.at, moment.seconds, moment.vus) == (1.0, 1.0, 1)
    assert (moment.requests, moment.failed, moment.iterations, moment.p95) == (3, 1, 1, 0.2)


def test_a_span_without_replies_has_no_latency() -> None:
    timeline = Timeline()
    timeline.add(Snapshot(0, 1.0, 1.0, {}, [], []))
    (moment,) = timeline.moments()
    assert (moment.p50, moment.p95, moment.p99) == (None, None, None)


@pytest.mark.slow
def test_a_long_run_keeps_its_sums_in_few_spans() -> None:
    timeline = Timeline()
    for number in range(5000):
        timeline.add(snapshot(number))
    moments = timeline.moments()
    assert SPANS <= len(moments) < 2 * SPANS
    assert (sum(m.requests for m in moments), sum(m.failed for m in moments)) == (15000, 5000)
    assert (moments[0].at, moments[-1].at + moments[-1].seconds) == (0.0, 5000.0)
    assert {b.at - a.at for a, b in pairwise(moments)} == {8.0}


@pytest.mark.slow
def test_joined_spans_have_the_percentiles_of_all_they_hold() -> None:
    timeline = Timeline()
    for number in range(2 * SPANS + 1):
        timeline.add(snapshot(number))
    moments = timeline.moments()
    assert (len(moments), moments[0].seconds, moments[-1].seconds) == (SPANS + 1, 2.0, 1.0)
    # Two snapshots after each other, of 0.1 and 0.2, 0.3 and 0.1, 0.2 and 0.3 seconds.
    assert [moment.p50 for moment in moments[:3]] == pytest.approx([0.15, 0.2, 0.25], rel=0.002)
    assert moments[-1].p50 == moments[-1].p99 == 0.1


def test_a_span_that_is_over_is_ten_numbers() -> None:
    timeline = Timeline()
    for number in range(SPANS):
        timeline.add(snapshot(number))
    before, spans = room(timeline), SPANS // 2
    for number in range(SPANS, SPANS + spans):
        timeline.add(snapshot(number))
    assert room(timeline) - before < 2 * spans * 10 * 8 * 1.25  # on all tracks; arrays grow by an eighth


@pytest.mark.slow
def test_what_a_timeline_takes_is_bounded() -> None:
    timeline = Timeline()
    for number in range(3 * SPANS):
        timeline.add(snapshot(number))
    before = room(timeline)
    for number in range(3 * SPANS, 8 * SPANS):
        timeline.add(snapshot(number))
    assert room(timeline) < 1.25 * before


@pytest.mark.slow
def test_looking_at_a_timeline_does_not_end_it() -> None:
    timeline = Timeline()
    for number in range(2 * SPANS + 2):
        timeline.add(snapshot(number))
    assert timeline.moments() == timeline.moments()


def test_a_timeline_without_snapshots_is_empty() -> None:
    assert Timeline().moments() == ()


def test_a_short_rest_belongs_to_the_span_before() -> None:
    timeline = Timeline()
    timeline.add(snapshot(0))
    timeline.add(snapshot(1, seconds=0.1))
    (moment,) = timeline.moments()
    assert (moment.seconds, moment.requests) == (1.1, 6)


def test_a_run_that_is_short_as_a_whole_is_a_span() -> None:
    timeline = Timeline()
    timeline.add(snapshot(0, seconds=0.1))
    assert [moment.seconds for moment in timeline.moments()] == [0.1]
