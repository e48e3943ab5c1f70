"""A picture of the run as OTLP: names, units and attributes are those of k6's output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2 as otlp

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Contains, Counter, Gauge, Key, Metric, Rate, Sink, Tags
from planrunner.outputs.pictures import Picture
from planrunner.outputs.sender import Batch
from planrunner.outputs.spread import SCALE, ZERO, Counts, explicit, exponential

MOST: Final = 500  # points of a request
HEAVY: Final = 8  # points that take as long to pack as a histogram
SCOPE: Final = "k6"
UNITS: Final[Mapping[Contains, str]] = {"time": "ms", "data": "By", "default": ""}
BOUNDS: Final = (0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000)
"""Where buckets end unless somebody says otherwise (OpenTelemetry's specification, metrics SDK)."""

CUMULATIVE: Final = otlp.AGGREGATION_TEMPORALITY_CUMULATIVE


class Encoder:
    """Remembers the attributes of each series, and when all of them began."""

    def __init__(
        self,
        metrics: Mapping[str, Metric],
        tags: Mapping[str, str],
        settings: Mapping[str, Any],
    ) -> None:
        self._metrics, self._tags, self._settings = metrics, tags, settings
        self._attributes: dict[tuple[Tags, str], list[Any]] = {}
        self._start = 0
        self._begin()

    def __call__(self, picture: Picture) -> Iterator[Batch | None]:
        """Yield what is to be sent, and None wherever others may run."""
        self._start = self._start or int(picture.since * 1e9)
        at = int(picture.at * 1e9)
        for key, sink in picture.series:
            self._add(key, sink, at)
            yield self._batch() if self._weight >= MOST else None
        for state in picture.states:
            self._number(self._gauge(state.name, ""), state.tags, at, as_double=state.value)
        if self._points:
            yield self._batch()

    def _begin(self) -> None:
        self._request = ExportMetricsServiceRequest()
        of_run = self._request.resource_metrics.add()
        for name in ("service_name", "service_version"):
            value = str(self._settings[name])
            of_run.resource.attributes.append(_attribute(name.replace("_", "."), value))
        self._scope = of_run.scope_metrics.add()
        self._scope.scope.name = SCOPE
        self._made: dict[str, Any] = {}  # metrics of this request, by name
        self._points = self._weight = 0

    def _add(self, key: Key, sink: Sink, at: int) -> None:
        name, tags = key
        contains = self._metrics[name].contains
        match sink:
            case Counter(value):
                self._number(self._sum(name, UNITS[contains]), tags, at, as_double=value)
            case Gauge(value):
                if contains == "time":
                    value *= 1000
                self._number(self._gauge(name, UNITS[contains]), tags, at, as_double=value)
            case Rate(passes, fails):
                self._rate(name, tags, (passes, fails), at)
            case _:
                self._trend(key, sink.histogram, at)

    def _rate(self, name: str, tags: Tags, counts: tuple[int, int], at: int) -> None:
        """Write how often it was so and how often not; or, as k6 did before, how often altogether."""
        total = self._sum(f"{name}.total", "")
        if not self._settings["single_counter_for_rate"]:
            self._number(self._sum(f"{name}.occurred", ""), tags, at, as_int=counts[0])
            self._number(total, tags, at, as_int=sum(counts))
            return
        for condition, count in zip(("nonzero", "zero"), counts, strict=True):
            if count:
                self._number(total, tags, at, condition, as_int=count)

    def _trend(self, key: Key, held: Histogram, at: int) -> None:
        name, tags = key
        if not held.count:
            return  # what is not finite was left out, and nothing else came
        contains = self._metrics[name].contains
        factor = 1000.0 if contains == "time" else 1.0
        exponentially = self._settings["histogram"] == "exponential"
        metric = self._metric(name, UNITS[contains])
        data = metric.exponential_histogram if exponentially else metric.histogram
        data.aggregation_temporality = CUMULATIVE
        point = data.data_points.add(count=held.count, sum=held.sum * factor)
        point.min, point.max = held.min * factor, held.max * factor
        self._place(point, tags, at)
        self._weight += HEAVY - 1
        if not exponentially:
            point.explicit_bounds.extend(BOUNDS)
            point.bucket_counts.extend(explicit(held, BOUNDS, factor))
            return
        spread = exponential(held, factor)
        point.scale, point.zero_count, point.zero_threshold = SCALE, spread.zero, ZERO
        _fill(point.positive, spread.above)
        _fill(point.negative, spread.below)

    def _metric(self, name: str, unit: str) -> Any:
        name = self._settings["metric_prefix"] + name
        if name not in self._made:
            self._made[name] = self._scope.metrics.add(name=name, unit=unit)
        return self._made[name]

    def _sum(self, name: str, unit: str) -> Any:
        made = self._metric(name, unit).sum
        made.aggregation_temporality, made.is_monotonic = CUMULATIVE, True
        return made

    def _gauge(self, name: str, unit: str) -> Any:
        return self._metric(name, unit).gauge

    def _number(self, data: Any, tags: Tags, at: int, condition: str = "", **value: float) -> None:
        self._place(data.data_points.add(**value), tags, at, condition)

    def _place(self, point: Any, tags: Tags, at: int, condition: str = "") -> None:
        """Say of a point whose it is, and of when."""
        known = self._attributes.get((tags, condition))
        if known is None:
            whole = {**self._tags, **dict(tags)} | ({"condition": condition} if condition else {})
            known = [_attribute(name, value) for name, value in sorted(whole.items()) if value]
            self._attributes[tags, condition] = known
        point.attributes.extend(known)
        point.start_time_unix_nano, point.time_unix_nano = self._start, at
        self._points += 1
        self._weight += 1

    def _batch(self) -> Batch:
        made = Batch(self._points, self._request.SerializeToString())
        self._begin()
        return made


def _attribute(name: str, value: str) -> Any:
    made = KeyValue(key=name)
    made.value.string_value = value
    return made


def _fill(made: Any, counts: Counts) -> None:
    """Write counts of buckets that follow each other; here bucket `i` ends where ours named `i + 1` does."""
    places, times = counts
    if len(places):
        first = int(places[0])
        made.offset = first - 1
        dense = dict(zip((places - first).tolist(), times.tolist(), strict=True))
        made.bucket_counts.extend(dense.get(place, 0) for place in range(int(places[-1]) - first + 1))
