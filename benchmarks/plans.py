"""The plans that planrunner is measured with."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.load import CONSTANT, CUSTOMERS, Load

SERIES = 1_000
TIMINGS = 9  # series that one request makes: the times of its seven parts, their sum, and failed


def plan(load: Load) -> str:
    """Write the plan of a load. JSON is YAML."""
    step: dict[str, Any] = {"get": "/${delays}" if load.delays else load.path}
    written: dict[str, Any] = {
        "name": "Benchmark",
        "target": load.origin,
        "load": keys(load),
        "steps": [step],
    }
    if load.http2 or load.fresh:
        kept = {"keep_alive": "off"} if load.fresh else {}
        written["http"] = {"http2": "always" if load.http2 else "never", **kept}
    if load.body != "none":
        step = written["steps"][0] = {"post": load.path, "json": json.loads(CONSTANT)}
    if load.body == "row":
        step["json"] |= {"customer": "${customers.name}", "maxCaloriesPerSlice": "${calories}"}
        written["variables"] = {"calories": 500}
        written["data"] = {"customers": {"rows": [{"name": name} for name in CUSTOMERS]}}
    if load.delays:
        written["data"] = {"delays": {"rows": list(load.delays), "pick": "random"}}
    if load.checks:
        step["checks"] = [{"status": 200}, {"json": {"$.name": "nginx"}}]
    return json.dumps(written, indent=1)


def keys(load: Load) -> dict[str, Any]:
    """Write the plan's `load`."""
    if load.rate:
        return {"rate": f"{load.rate}/s", "duration": f"{load.seconds}s", "max_vus": load.vus}
    pace = {"min_iteration_duration": f"{load.pace}s", "graceful_stop": "0s"} if load.pace else {}
    if load.ramp:
        stages = [
            {"duration": f"{load.ramp}s", "target": load.vus},
            {"duration": f"{load.seconds}s", "target": load.vus},
        ]
        return {"start_vus": 0, "stages": stages} | pace
    return {"vus": load.vus, "duration": f"{load.seconds}s"} | pace


def many_series(load: Load) -> str:
    """Write a plan that makes a thousand series: as many named steps as that takes, one after the other."""
    count = -(-SERIES // TIMINGS)
    steps = [{"get": load.path, "name": f"page {number}"} for number in range(count)]
    written = {
        "name": "Many series",
        "target": load.origin,
        "load": {
            "rate": f"{load.rate * 60 // count}/m",
            "duration": f"{load.seconds}s",
            "max_vus": load.vus,
        },
        "steps": steps,
    }
    return json.dumps(written, indent=1)
