"""A picture of a run as OTLP, decoded again with OpenTelemetry's classes."""

from typing import Any

import numpy as np
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE

from planrunner import __version__
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import METRICS, Counter, Gauge, Key, Metric, Rate, Sink, Trend
from planrunner.outputs.kinds import OPENTELEMETRY
from planrunner.outputs.opentelemetry import encode
from planrunner.outputs.opentelemetry.encode import BOUNDS, Encoder
from planrunner.outputs.pictures import Picture, State
from planrunner.outputs.sender import Batch

TAGS = (("a.b", "1"), ("name", "GET /"))


def encoder(**changed: object) -> Encoder:
    usual = {option.name: option.usual for option in OPENTELEMETRY}
    metrics = {**METRICS, "oven": Metric("gauge", "time")}
    return Encoder(metrics, {"testid": "t"}, {**usual, **changed})


def batches(write: Encoder, *series: tuple[str, Sink], at: float = 10.0) -> list[Batch]:
    found = [(Key(metric, TAGS), sink) for metric, sink in series]
    state = State("threshold_ok", 1.0, (("metric", "m"),))
    return [*filter(None, write(Picture(at, at - 5, found, (state,))))]


def decoded(batch: Batch) -> ExportMetricsServiceRequest:
    made = ExportMetricsServiceRequest()
    made.ParseFromString(batch.data)
    return made


def metrics(write: Encoder, *series: tuple[str, Sink]) -> dict[str, Any]:
    """Encode, and return the metrics by name."""
    (batch,) = batches(write, *series)
    (scope,) = decoded(batch).resource_metrics[0].scope_metrics
    assert scope.scope.name == "k6"
    return {metric.name: metric for metric in scope.metrics}


def trend(*values: float) -> Trend:
    made = Histogram()
    made.add(np.array(values))
    return Trend(made)


def test_the_resource_says_who_measured() -> None:
    (batch,) = batches(encoder(), ("vus", Gauge(1, 1, 1)))
    found = decoded(batch).resource_metrics[0].resource.attributes
    named = {one.key: one.value.string_value for one in found}
    assert named == {"service.name": "k6", "service.version": __version__}
    assert batch.points == 2


def test_a_counter_is_a_sum_that_grows_from_the_beginning_of_the_run() -> None:
    made = metrics(encoder(metric_prefix="k6_"), ("data_sent", Counter(7, 7)))["k6_data_sent"]
    (point,) = made.sum.data_points
    assert (made.unit, made.sum.is_monotonic) == ("By", True)
    assert made.sum.aggregation_temporality == AGGREGATION_TEMPORALITY_CUMULATIVE
    assert (point.as_double, point.start_time_unix_nano, point.time_unix_nano) == (7.0, 5 * 10**9, 10**10)
    tags = {one.key: one.value.string_value for one in point.attributes}
    assert tags == {"a.b": "1", "name": "GET /", "testid": "t"}


def test_the_beginning_stays_the_same() -> None:
    write = encoder()
    batches(write, ("vus", Gauge(1, 1, 1)))
    (batch,) = batches(write, ("vus", Gauge(2, 1, 2)), at=15.0)
    point = decoded(batch).resource_metrics[0].scope_metrics[0].metrics[0].gauge.data_points[0]
    assert (point.as_double, point.start_time_unix_nano, point.time_unix_nano) == (2.0, 5 * 10**9, 15 * 10**9)


def test_times_are_milliseconds_as_in_k6() -> None:
    found = metrics(encoder(), ("oven", Gauge(0.25, 0, 1)), ("http_req_duration", trend(0.25, 0.5)))
    assert (found["oven"].unit, found["oven"].gauge.data_points[0].as_double) == ("ms", 250.0)
    (point,) = found["http_req_duration"].histogram.data_points
    assert (point.count, point.sum, point.min, point.max) == (2, 750.0, 250.0, 500.0)


def test_histograms_have_the_usual_bounds() -> None:
    values = [0.0, 0.004, 0.3, 0.31, 20.0]
    (point,) = metrics(encoder(), ("http_req_duration", trend(*values)))[
        "http_req_duration"
    ].histogram.data_points
    assert tuple(point.explicit_bounds) == BOUNDS
    assert [*point.bucket_counts] == [1, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1]


def test_exponential_histograms_hold_every_value_in_its_bucket() -> None:
    made = metrics(
        encoder(histogram="exponential"), ("http_req_duration", trend(0.0, 0.002, 0.004, 0.004, -0.001))
    )
    (point,) = made["http_req_duration"].exponential_histogram.data_points
    # In milliseconds: 4 is the end of bucket 15, and what stands for 2 lies in the bucket that 2 begins.
    assert (point.scale, point.zero_count, point.count) == (3, 1, 5)
    assert (point.positive.offset, [*point.positive.bucket_counts]) == (8, [1, 0, 0, 0, 0, 0, 0, 2])
    assert (point.negative.offset, [*point.negative.bucket_counts]) == (-1, [1])


def test_a_distribution_without_values_is_not_told() -> None:
    assert [*metrics(encoder(), ("http_req_duration", Trend()))] == ["threshold_ok"]


@pytest.mark.parametrize(
    ("rate", "counts"),
    [(Rate(3, 1), {"nonzero": 3, "zero": 1}), (Rate(0, 4), {"zero": 4}), (Rate(2, 0), {"nonzero": 2})],
)
def test_a_rate_is_one_counter_by_condition(rate: Rate, counts: dict[str, int]) -> None:
    found = metrics(encoder(), ("checks", rate))
    points = found["checks.total"].sum.data_points
    told = {
        next(tag.value.string_value for tag in point.attributes if tag.key == "condition"): point.as_int
        for point in points
    }
    assert (told, [*found]) == (counts, ["checks.total", "threshold_ok"])


def test_a_rate_may_be_two_counters_as_it_was() -> None:
    found = metrics(encoder(single_counter_for_rate=False), ("checks", Rate(3, 1)))
    assert found["checks.occurred"].sum.data_points[0].as_int == 3
    assert found["checks.total"].sum.data_points[0].as_int == 4


def test_many_points_go_in_several_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "MOST", 2)
    vus = ("vus", Gauge(1, 1, 1))
    assert [batch.points for batch in batches(encoder(), *[vus] * 5)] == [2, 2, 2]
    monkeypatch.setattr(encode, "MOST", 5)
    assert [batch.points for batch in batches(encoder(), *[vus] * 5)] == [5, 1]


def test_nothing_to_tell_is_no_request() -> None:
    assert [*encoder()(Picture(10, 5, [], ()))] == []


def test_exponential_histograms_may_have_no_value_on_a_side() -> None:
    made = metrics(encoder(histogram="exponential"), ("http_req_duration", trend(0.001)))
    (point,) = made["http_req_duration"].exponential_histogram.data_points
    assert ([*point.positive.bucket_counts], [*point.negative.bucket_counts]) == ([1], [])
