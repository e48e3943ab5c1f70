"""Makes the pictures of the pages on outputs: `python -m pictures.outputs`, in docs/.

One run of plan.yml sends to Prometheus, InfluxDB and a collector at the same time, and writes its samples.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from collector import Collector, over_grpc
from influxdb import Influx, influxdb
from prometheus import Server, prometheus

from pictures.charts import Panel, Series, picture
from pictures.grafana import grafana
from pictures.shots import photograph, terminal

HERE = Path(__file__).parent
IMAGES = HERE.parent / "images"
RATES = "sum by (name, status) (rate(k6_http_reqs_total[10s]))"
SETTINGS = {
    "PLANRUNNER_PROMETHEUS_PUSH_INTERVAL": "2s",
    "PLANRUNNER_PROMETHEUS_NATIVE_HISTOGRAMS": "true",
}
SHOWN = ("http_req_duration", "http_reqs", "http_req_failed.total", "threshold_ok", "test_passed")
FIELDS = "count(value), percentile(value, 95), max(value)"
TIMES = f'SELECT {FIELDS} FROM http_req_duration GROUP BY "name"'  # noqa: S608 - only our own words are in it
MILLISECONDS = 1000


def main() -> None:
    """Run the plan once and look at what came."""
    collector = Collector()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(prometheus(folder, "--enable-feature=native-histograms"))
        database = stack.enter_context(influxdb(folder))
        endpoint = stack.enter_context(over_grpc(collector))
        samples = folder / "samples.csv"
        began = time.time()
        run(
            f"prometheus={server.write}",
            f"influxdb={database.url}/pizza",
            f"opentelemetry=grpc://{endpoint}",
            f"csv={samples}",
        )
        of_prometheus(server)
        grafana(server, (began, time.time()), IMAGES / "grafana.png")
        of_influxdb(database)
        of_opentelemetry(collector)
        of_samples(samples)


def run(*outs: str) -> None:
    """Run the plan; its verdict is no matter."""
    command = [sys.executable, "-m", "planrunner", "run", str(HERE / "plan.yml"), "--quiet"]
    for out in outs:
        command += ["--out", out]
    environ = {**os.environ, **SETTINGS, "PLANRUNNER_CSV_TIME_FORMAT": "unix_milli"}
    subprocess.run(command, check=False, env=environ)  # noqa: S603 - only our own words are in it


def of_prometheus(server: Server) -> None:
    """Show its own page of a query."""
    graph = {"g0.expr": RATES, "g0.tab": "0", "g0.range_input": "2m", "g0.step_input": "2"}
    photograph(f"{server.url}/classic/graph?{urlencode(graph)}", IMAGES / "prometheus.png")


def of_influxdb(database: Influx) -> None:
    """Show what it answers to a query, as its command line writes a table."""
    lines = []
    for series in database.ask(TIMES, "pizza"):
        names = [name for name in series["columns"] if name != "time"]
        lines += [f"name: {series['name']}", f"tags: name={series['tags']['name']}"]
        rows = [names, ["-" * len(name) for name in names]]
        rows += [[f"{value:.7g}" for value in row[1:]] for row in series["values"]]
        lines += ["".join(f"{cell:<14}" for cell in row).rstrip() for row in rows] + [""]
    terminal(f"$ influx -database pizza -execute '{TIMES}'", "\n".join(lines), IMAGES / "influxdb.png", 1180)


def of_opentelemetry(collector: Collector) -> None:
    """Show some of what came last, decoded by OpenTelemetry's own classes."""
    request = collector.requests[-1].resource_metrics[0]
    told = [f"resource  {attributes(request.resource)}", ""]
    metrics = {metric.name: metric for metric in request.scope_metrics[0].metrics}
    for name in SHOWN:
        data = getattr(metrics[name], metrics[name].WhichOneof("data") or "")
        kind = type(data).__name__.lower() + (
            ", cumulative" if hasattr(data, "aggregation_temporality") else ""
        )
        told += [f"{name}  {kind}  {metrics[name].unit}".rstrip(), *map(point, data.data_points[:2]), ""]
    terminal("a collector, on some of what came last", "\n".join(told), IMAGES / "opentelemetry.png", 1280)


def point(data: Any) -> str:
    """Write a point in two lines."""
    if hasattr(data, "bucket_counts"):
        bounds = ["", *map("{:g}".format, data.explicit_bounds), ""]
        buckets = zip(pairwise(bounds), data.bucket_counts, strict=True)
        filled = [f"{low}..{high}: {count}" for (low, high), count in buckets if count]
        value = f"count {data.count}  min {data.min:.1f}  max {data.max:.1f}  buckets {', '.join(filled)}"
    else:
        value = f"{data.as_int if data.HasField('as_int') else data.as_double:g}"
    return f"    {attributes(data)}\n        {value}"


def attributes(of: Any) -> str:
    """Write attributes as `name=value`."""
    return " ".join(f"{one.key}={one.value.string_value}" for one in of.attributes)


def of_samples(file: Path) -> None:
    """Show every request as a dot."""
    with file.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["metric_name"] == "http_req_duration"]
    began = min(float(row["timestamp"]) for row in rows) / MILLISECONDS
    names = dict.fromkeys(row["name"] for row in rows)
    series = []
    for name in names:
        own = [row for row in rows if row["name"] == name]
        times = [float(row["timestamp"]) / MILLISECONDS - began for row in own]
        series.append(Series(name, times, [float(row["metric_value"]) for row in own]))
    title = f"http_req_duration of each of {len(rows):,} requests"
    span = (0.0, max(time for one in series for time in one.times))
    panel = Panel(title=title, kind="dots", x=0, y=0, w=24, h=12, unit="ms", series=series, span=span)
    picture([panel], IMAGES / "raw-samples.png", 1200, 490)


if __name__ == "__main__":
    main()
