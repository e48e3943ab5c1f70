"""Whether outputs delay the load: how late planrunner is with them, be their backends well or ill."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from benchmarks.backend import backend
from benchmarks.case import Case, Figure, Side, Stage, numbers, value
from benchmarks.load import Load
from benchmarks.ours import command, read
from benchmarks.plans import keys, many_series

RATE, SECONDS = 2_000, 10
NOBODY = "127.0.0.1:9"  # discard: a port where nobody listens
OFTEN = "1s"  # between pictures of the run, where five or ten seconds are usual: more of them to be seen


def output(kind: str, where: str) -> Mapping[str, Mapping[str, Any]]:
    """Write what a plan says of it."""
    path = f"http://{where}"
    said: Mapping[str, Mapping[str, Any]] = {
        "prometheus": {"url": path, "push_interval": OFTEN},
        "native histograms": {"url": path, "push_interval": OFTEN, "native_histograms": True},
        "opentelemetry": {"endpoint": f"{path}/v1/metrics", "export_interval": OFTEN},
        "influxdb": {"url": path},
    }
    return {"prometheus" if kind == "native histograms" else kind: said[kind]}


def planned(load: Load, kind: str, where: str) -> str:
    """Write the plan: each iteration is one of many requests, so that what begins late is one request."""
    plan = json.loads(many_series(load))
    plan["steps"] = [{"choose": [{"steps": [step]} for step in plan["steps"]]}]
    plan["load"] = keys(load)
    return json.dumps(plan | ({"outputs": output(kind, where)} if kind else {}))


def sending(kind: str, mode: str) -> Side:
    """Measure a run of a thousand series that has an output; none where no kind is given."""

    def measure(stage: Stage) -> dict[str, float]:
        ill = nullcontext(NOBODY) if mode == "nobody" else backend(mode, stage.cores.server)
        load = Load(stage.served.url, stage.folder, vus=200, rate=RATE, seconds=SECONDS)
        with ill as where:
            ran = stage.run(command(load, planned(load, kind, where)), SECONDS)
        return numbers(ran, read(ran, load))

    return Side("planrunner", measure)


NONE = "no output"
KINDS = ("prometheus", "native histograms", "opentelemetry", "influxdb")
SIDES = {
    NONE: sending("", "nobody"),
    **{kind: sending(kind, "takes") for kind in KINDS},
    **{f"prometheus, {mode}": sending("prometheus", mode) for mode in ("nobody", "refuses", "slow")},
    **{f"influxdb, {mode}": sending("influxdb", mode) for mode in ("nobody", "slow")},
}

OUTPUTS = Case(
    "outputs",
    f"{RATE:,} requests/s with 1,000 series and an output that is told every second",
    SIDES,
    (
        *(
            Figure(f"p99 of requests, {name}", value(name, "p99"), "milliseconds", less=True)
            for name in SIDES
        ),
        *(
            Figure(f"start later than due, p99, {name}", value(name, "lag p99"), "milliseconds", less=True)
            for name in SIDES
        ),
        *(Figure(f"dropped, {name}", value(name, "dropped"), "count", 0, 0, less=True) for name in SIDES),
    ),
)
