"""A picture of a run in the words of remote write, decoded again with the same messages."""

from collections.abc import Iterable
from typing import Any

import cramjam
import numpy as np
import pytest

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import METRICS, Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.metrics.statistics import measured
from planrunner.outputs.kinds import PROMETHEUS
from planrunner.outputs.pictures import Picture, State
from planrunner.outputs.prometheus import encode, headers
from planrunner.outputs.prometheus.encode import Encoder
from planrunner.outputs.prometheus.labels import label_name, labels, statistic_name
from planrunner.outputs.prometheus.proto import message
from planrunner.outputs.sender import Batch

TAGS = (("name", "GET /"), ("status", "200"))
Told = dict[tuple[tuple[str, str], ...], list[tuple[int, float]]]


def encoder(*statistics: str, histograms: bool = False, stale: bool = False) -> Encoder:
    return Encoder(METRICS, {"testid": "t"}, statistics or ("p(99)",), histograms=histograms, stale=stale)


def picture(*series: tuple[str, Sink], at: float = 10.0, last: bool = False) -> Picture:
    found = [(Key(metric, TAGS), sink) for metric, sink in series]
    return Picture(at, at - 5, found, (State("test_running", 1.0),), last)


def decoded(batch: Batch) -> Any:
    made = message("WriteRequest")()
    made.ParseFromString(bytes(cramjam.snappy.decompress_raw(batch.data)))
    return made


def told(batches: Iterable[Batch | None]) -> Told:
    """Read labels and samples of all series, and hold the number of points against them."""
    found: Told = {}
    for batch in filter(None, batches):
        series = decoded(batch).timeseries
        assert batch.points == sum(len(one.samples) + len(one.histograms) for one in series)
        for one in series:
            key = tuple((label.name, label.value) for label in one.labels)
            assert key == tuple(sorted(key))
            found.setdefault(key, []).extend((each.timestamp, each.value) for each in one.samples)
    return found


def named(found: Told) -> dict[str, list[tuple[int, float]]]:
    return {dict(key)["__name__"]: samples for key, samples in found.items()}


def trend(*values: float) -> Trend:
    made = Histogram()
    made.add(np.array(values))
    return Trend(made)


def test_names_and_labels_are_those_of_k6() -> None:
    found = told(encoder()(picture(("http_reqs", Counter(7, 7)))))
    whole = (("__name__", "k6_http_reqs_total"), ("name", "GET /"), ("status", "200"), ("testid", "t"))
    assert [*found] == [whole, (("__name__", "k6_test_running"), ("testid", "t"))]


def test_each_kind_of_metric_has_its_suffix() -> None:
    sinks: dict[str, Sink] = {
        "vus": Gauge(3, 1, 5),
        "checks": Rate(3, 0),
        "http_req_duration": trend(0.25, 0.25),
    }
    found = named(told(encoder("p(99)", "avg", "count")(picture(*sinks.items()))))
    assert found == {
        "k6_vus": [(10_000, 3.0)],
        "k6_checks_rate": [(10_000, 1.0)],
        "k6_checks_total": [(5_000, 0.0), (10_000, 3.0)],
        "k6_http_req_duration_p99": [(10_000, 0.25)],
        "k6_http_req_duration_avg": [(10_000, 0.25)],
        "k6_http_req_duration_count": [(10_000, 2.0)],
        "k6_test_running": [(10_000, 1.0)],
    }


def test_a_counter_begins_at_zero_so_that_its_first_seconds_are_an_increase() -> None:
    write = encoder()
    first = named(told(write(picture(("http_reqs", Counter(7, 7))))))
    second = named(told(write(picture(("http_reqs", Counter(9, 9)), at=15.0))))
    assert first["k6_http_reqs_total"] == [(5_000, 0.0), (10_000, 7.0)]
    assert second["k6_http_reqs_total"] == [(15_000, 9.0)]


def test_a_rate_is_also_counted_since_shares_cannot_be_added_up() -> None:
    write, tags = encoder(), (("name", "GET /"), ("testid", "t"))
    first = told(write(picture(("checks", Rate(3, 0)))))
    second = told(write(picture(("checks", Rate(4, 1)), at=15.0)))

    def key(condition: str) -> tuple[tuple[str, str], ...]:
        return tuple(
            sorted((*tags, ("status", "200"), ("__name__", "k6_checks_total"), ("condition", condition)))
        )

    assert (first[key("nonzero")], key("zero") in first) == ([(5_000, 0.0), (10_000, 3.0)], False)
    assert (second[key("nonzero")], second[key("zero")]) == ([(15_000, 4.0)], [(10_000, 0.0), (15_000, 1.0)])


def test_a_trend_without_values_is_not_told() -> None:
    assert [*named(told(encoder()(picture(("http_req_duration", Trend())))))] == ["k6_test_running"]


def test_stale_markers_end_every_series_behind_all_else() -> None:
    *first, last = filter(None, encoder(stale=True)(picture(("vus", Gauge(3, 1, 5)), last=True)))
    assert len(first) == 1
    ended = decoded(last).timeseries
    bits = [np.float64(one.samples[0].value).view(np.uint64) for one in ended]
    assert (len(ended), {hex(each) for each in bits}) == (2, {"0x7ff0000000000002"})
    assert {one.samples[0].timestamp for one in ended} == {10_001}


def test_many_samples_go_in_several_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "MOST", 4)
    many = [(Key("vus", (("n", str(number)),)), Gauge(1, 1, 1)) for number in range(10)]
    batches = [*filter(None, encoder(stale=True)(Picture(1, 0, many, (), last=True)))]
    assert [batch.points for batch in batches] == [4, 4, 2, 4, 4, 2]


def test_native_histograms_hold_every_value_in_its_bucket() -> None:
    values = [0.0, 0.25, 0.26, 4.0, -1.0]
    (batch,) = filter(None, encoder(histograms=True)(picture(("http_req_duration", trend(*values)))))
    series = decoded(batch).timeseries[0]
    (held,) = series.histograms
    assert {one.name: one.value for one in series.labels}["__name__"] == "k6_http_req_duration_seconds"
    assert (held.count_int, held.zero_count_int, held.sum) == (5, 1, sum(values))
    # Bucket i ends at 2**(i/8). What stands for 0.25, the middle of its bucket of ours, lies in -15 already.
    assert [(one.offset, one.length) for one in held.positive_spans] == [(-15, 1), (30, 1)]
    assert [*held.positive_deltas] == [2, -1]
    assert [(one.offset, one.length) for one in held.negative_spans] == [(0, 1)]
    assert [*held.negative_deltas] == [1]


def test_neighbouring_buckets_are_one_span() -> None:
    made = trend(*(1.05 * 2 ** (step / 8) for step in range(4)))
    (batch,) = filter(None, encoder(histograms=True)(picture(("http_req_duration", made))))
    (held,) = decoded(batch).timeseries[0].histograms
    assert [(one.offset, one.length) for one in held.positive_spans] == [(1, 4)]
    assert [*held.positive_deltas] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("tag", "name"), [("team", "team"), ("a-b.c", "a_b_c"), ("7up", "tag_7up"), ("__name__", "tag___name__")]
)
def test_tags_become_names_that_prometheus_takes(tag: str, name: str) -> None:
    assert label_name(tag) == name


def test_of_two_tags_with_one_name_the_nearer_to_the_sample_counts() -> None:
    found = labels("x", (("a-b", "1"), ("a.b", "2"), ("none", "")), [("testid", "t"), ("a_b", "3")])
    assert found == (("__name__", "k6_x"), ("a_b", "1"), ("testid", "t"))


@pytest.mark.parametrize(("said", "name"), [("p(95)", "p95"), ("p(99.9)", "p999"), ("avg", "avg")])
def test_statistics_are_called_as_in_k6(said: str, name: str) -> None:
    assert statistic_name(said) == name


def test_statistics_come_in_the_order_they_were_asked_for() -> None:
    held = trend(1.0, 2.0, 3.0, 4.0).histogram
    assert measured(held, ("max", "med", "sum", "p(100)", "min")) == [4.0, 2.5, 10.0, 4.0, 1.0]
    assert measured(held, ("avg", "count")) == [2.5, 4]


def test_nothing_to_tell_is_no_request() -> None:
    assert [*encoder()(Picture(10, 5, [], ()))] == []


@pytest.mark.parametrize(
    ("said", "header"),
    [
        ({}, None),
        ({"username": "ann", "password": "secret"}, "Basic YW5uOnNlY3JldA=="),
        ({"bearer_token": "abc"}, "Bearer abc"),
        ({"headers": {"Authorization": "own", "Content-Encoding": "none"}}, "own"),
    ],
)
def test_who_asks_is_told_in_a_header(said: dict[str, Any], header: str | None) -> None:
    found = headers({option.name: option.usual for option in PROMETHEUS} | said)
    assert found.get("Authorization") == header
    assert found["Content-Encoding"] == "snappy"
