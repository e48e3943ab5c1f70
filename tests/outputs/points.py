"""What stands in files of samples, added up as a result has it."""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest

from planrunner.metrics.series import METRICS, Counter, Gauge, Rate, Sink, Trend
from planrunner.outputs.samples.csv_rows import TAGS
from planrunner.result import Result
from planrunner.result.series import read

Tags = tuple[tuple[str, str], ...]


@dataclass
class Points:
    """All samples of a series, in the unit of the result."""

    values: list[float] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)

    def equal(self, sink: Sink) -> None:
        """Hold them against what the result has."""
        values = self.values
        match sink:
            case Counter(value, samples):
                assert sum(values) == pytest.approx(value)
                assert len(values) == samples
            case Gauge(value, low, high):
                assert values[-1] == value  # what levels were between two seconds is no sample
                assert low <= min(values) <= max(values) <= high
            case Rate(passes, fails):
                assert (values.count(1), values.count(0)) == (passes, fails)
            case Trend(histogram):
                assert len(values) == histogram.count
                nanoseconds = 1e-9 * len(values)
                assert sum(values) == pytest.approx(histogram.sum, rel=1e-12, abs=nanoseconds)
                assert (min(values), max(values)) == pytest.approx((histogram.min, histogram.max), abs=1e-9)


Found = dict[tuple[str, Tags], Points]


def content(path: Path) -> str:
    """Read a file, packed or not."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()


def lines(path: Path) -> Iterator[tuple[str, str, float, Mapping[str, str]]]:
    """Read a file of JSON or CSV: metric, time, value and tags of each sample."""
    if ".csv" in path.name:
        for row in csv.DictReader(StringIO(content(path))):
            more = dict(pair.split("=", 1) for pair in filter(None, row["extra_tags"].split("&")))
            tags = {name: row[name] for name in TAGS if row[name]} | more
            yield row["metric_name"], row["timestamp"], float(row["metric_value"]), tags
        return
    for line in map(json.loads, content(path).splitlines()):
        data = line["data"]
        if line["type"] == "Point":
            yield line["metric"], data["time"], data["value"], data["tags"]


def added(found: Iterable[tuple[str, str, float, Mapping[str, str]]], *common: str) -> Found:
    """Add up samples by series; `common` are the tags of everything in a run."""
    series: Found = {}
    for metric, moment, value, tags in found:
        own = tuple(sorted((name, text) for name, text in tags.items() if name not in common))
        points = series.setdefault((metric, own), Points())
        in_time = metric in METRICS and METRICS[metric].contains == "time"
        points.values.append(value / 1000 if in_time else value)
        points.moments.append(moment)
    return series


def compare(found: Found, result: Result, *common: str) -> None:
    """Hold every series of a result against its samples; there are no others."""
    wanted: dict[tuple[str, Tags], Sink] = {}
    for one in result.series:
        tags = tuple(sorted((name, text) for name, text in one.tags.items() if name not in common))
        for metric, part in one.parts().items():
            sink = read(part)
            if not isinstance(sink, Counter) or sink.samples:  # that something never happened is no sample
                wanted[metric, tags] = sink
    assert found.keys() == wanted.keys(), found.keys() ^ wanted.keys()
    for key, sink in wanted.items():
        found[key].equal(sink)
