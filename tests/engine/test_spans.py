"""The timeline: bounded, and nothing lost when spans are joined."""

from itertools import pairwise

import numpy as np

from planrunner.engine.timeline import SPANS, Timeline
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


def test_a_long_run_keeps_its_sums_in_few_spans() -> None:
    timeline = Timeline()
    for number in range(5000):
        timeline.add(snapshot(number))
    moments = timeline.moments()
    assert SPANS <= len(moments) < 2 * SPANS
    assert (sum(m.requests for m in moments), sum(m.failed for m in moments)) == (15000, 5000)
    assert (moments[0].at, moments[-1].at + moments[-1].seconds) == (0.0, 5000.0)
    assert {b.at - a.at for a, b in pairwise(moments)} == {8.0}


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
