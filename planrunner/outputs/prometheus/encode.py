"""A picture of the run as remote write: protobuf, packed by snappy, in pieces of so many samples."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import cramjam

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Metric, Rate, Sink, Tags
from planrunner.metrics.statistics import measured
from planrunner.outputs.pictures import Picture
from planrunner.outputs.prometheus import native
from planrunner.outputs.prometheus.labels import UNITS, labels, statistic_name
from planrunner.outputs.prometheus.proto import message
from planrunner.outputs.sender import Batch

MOST: Final = 500  # samples of a request
HEAVY: Final = 8  # samples that take as long to pack as a histogram

STALE: Final[float] = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
"""The NaN by which Prometheus knows that a series has ended (model/value)."""


class Encoder:
    """Remembers what it told: the labels of each series, and which have begun."""

    def __init__(
        self,
        metrics: Mapping[str, Metric],
        tags: Mapping[str, str],
        statistics: Sequence[str],
        *,
        histograms: bool,
        stale: bool,
    ) -> None:
        self._metrics, self._tags, self._statistics = metrics, tuple(tags.items()), statistics
        self._histograms, self._stale = histograms, stale
        self._labels: dict[tuple[str, tuple[tuple[str, str], ...]], Any] = {}  # series without samples
        self._request = message("WriteRequest")()
        self._points = self._weight = 0

    def __call__(self, picture: Picture) -> Iterator[Batch | None]:
        """Yield what is to be sent, and None wherever others may run."""
        at, since = (int(seconds * 1000) for seconds in (picture.at, picture.since))
        for key, sink in picture.series:
            self._add(key, sink, at, since)
            yield self._batch() if self._weight >= MOST else None
        for state in picture.states:
            self._sample(state.name, state.tags, state.value, at)
        if picture.last and self._stale:
            yield from self._markers(at + 1)
        if self._points:
            yield self._batch()

    def _add(self, key: Key, sink: Sink, at: int, since: int) -> None:
        name, tags = key
        match sink:
            case Counter(value):
                self._count(name, tags, value, at, since)
            case Gauge(value):
                self._sample(name, tags, value, at)
            case Rate(passes, fails):
                self._sample(f"{name}_rate", tags, sink.rate, at)
                for condition, count in (("nonzero", passes), ("zero", fails)):
                    if count:
                        self._count(name, (*tags, ("condition", condition)), count, at, since)
            case _:
                self._trend(key, sink.histogram, at)

    def _count(self, name: str, tags: Tags, value: float, at: int, since: int) -> None:
        begun = (f"{name}_total", tags) in self._labels
        made = self._sample(f"{name}_total", tags, value, at)
        if not begun and since < at:  # from nothing, or what came first would be no increase
            made.samples.insert(0, message("Sample")(value=0.0, timestamp=since))
            self._points += 1

    def _trend(self, key: Key, held: Histogram, at: int) -> None:
        name, tags = key
        if not held.count:
            return  # what is not finite was left out, and nothing else came
        if self._histograms:
            made = self._series(name + UNITS[self._metrics[name].contains], tags)
            native.fill(made.histograms.add(), held, at)
            self._weight += HEAVY - 1
            return
        for asked, value in zip(self._statistics, measured(held, self._statistics), strict=True):
            self._sample(f"{name}_{statistic_name(asked)}", tags, value, at)

    def _series(self, name: str, tags: Iterable[tuple[str, str]]) -> Any:
        """Add a series to the request, without samples."""
        place = name, tuple(tags)
        known = self._labels.get(place)
        if known is None:
            known = self._labels[place] = message("TimeSeries")()
            for label, value in labels(name, place[1], self._tags):
                known.labels.add(name=label, value=value)
        self._points += 1
        self._weight += 1
        self._request.timeseries.append(known)
        return self._request.timeseries[-1]

    def _sample(self, name: str, tags: Iterable[tuple[str, str]], value: float, at: int) -> Any:
        made = self._series(name, tags)
        made.samples.add(value=value, timestamp=at)
        return made

    def _markers(self, at: int) -> Iterator[Batch | None]:
        """End every series; they go behind what is left, in requests of their own."""
        yield self._batch()
        for name, tags in [*self._labels]:
            self._sample(name, tags, STALE, at)
            yield self._batch() if self._weight >= MOST else None

    def _batch(self) -> Batch:
        packed = bytes(cramjam.snappy.compress_raw(self._request.SerializeToString()))
        made = Batch(self._points, packed)
        self._request.Clear()
        self._points = self._weight = 0
        return made
