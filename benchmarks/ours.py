"""planrunner itself, as a tool among others: started as a user starts it, read from its result.json."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.load import Load, Told, Tool
from benchmarks.numbers import QUANTILES
from benchmarks.plans import plan
from benchmarks.processes import BadRunError, Ran


class Metric(Struct, frozen=True):
    """A metric of a result; `censored` names the values that are lower bounds."""

    name: str
    selector: str
    values: dict[str, float]
    censored: tuple[str, ...] = ()


class Failure(Struct, frozen=True):
    """An error of a result."""

    message: str
    count: int


class Outcome(Struct, frozen=True):
    """As much of a result.json as is needed here, so that it may be of any version."""

    metrics: tuple[Metric, ...]
    errors: tuple[Failure, ...] = ()

    def metric(self, name: str) -> Metric:
        """Find the totals of a metric, empty when there is none."""
        named = [each for each in self.metrics if each.name == name and not each.selector]
        return named[0] if named else Metric(name, "", {})

    def value(self, name: str, value: str) -> float:
        """Find a number, 0 when there is none."""
        return self.metric(name).values.get(value, 0.0)


def command(load: Load, text: str = "", *more: str) -> list[str]:
    """Write the plan and say how it is run; `text` is the plan where it is not that of the load."""
    file = load.folder / "plan.yml"
    file.write_text(text or plan(load), "utf-8")
    report = ["--report-dir", str(load.folder / "reports")]
    return [sys.executable, "-m", "planrunner", "run", str(file), "--quiet", *report, *more]


def outcome(folder: Path) -> Outcome:
    """Read what the newest run found; BadRunError when not all of its requests and checks went well."""
    try:
        found = msgspec.json.decode((folder / "reports" / "result.json").read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError) as error:
        raise BadRunError(f"its result.json cannot be read: {error}") from None
    if found.errors:
        raise BadRunError(f"{found.errors[0].count} times: {found.errors[0].message}")
    if found.value("checks", "fails"):
        raise BadRunError(f"{found.value('checks', 'fails'):.0f} checks do not hold")
    if not found.value("http_reqs", "count"):
        raise BadRunError("it sent nothing")
    return found


def read(_: Ran, load: Load) -> Told:
    """Read what a run found. An open load is told from when its iterations were due, as users wait."""
    found = outcome(load.folder)
    time = found.metric("http_req_duration")
    response = found.metric("iteration_response_time")
    numbers = {
        "dropped": found.value("dropped_iterations", "count"),
        "iterations": found.value("iterations", "count"),
        "lag p99": found.value("generator_lag", "p(99)"),
        "requests": found.value("http_reqs", "count"),
        "response p99": response.values.get("p(99)", 0.0),
        "response p99 is a bound": float("p(99)" in response.censored),
    }
    return Told(found.value("http_reqs", "rate"), latency(time), numbers)


def latency(metric: Metric) -> dict[int, float]:
    """Read the percentiles of a metric."""
    names = {percent: "med" if percent == 50 else f"p({percent})" for percent in QUANTILES}
    return {percent: metric.values[name] for percent, name in names.items() if name in metric.values}


PLANRUNNER = Tool(
    sys.executable,
    command,
    read,
    frozenset({"body", "row", "checks", "rate", "delays", "pace", "ramp", "http2", "fresh"}),
)
