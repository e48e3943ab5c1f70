"""The result of a run: all that a report may know, to and from JSON.

Times are seconds, sizes bytes, rates per second, shares 0 to 1. `schemas/result.schema.json` is made from
these classes, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(description="seconds")]
Count = Annotated[int, Meta(ge=0)]
Verdict = Literal["passed", "failed", "no data"]
Kind = Literal["counter", "gauge", "rate", "trend"]
Contains = Literal["default", "time", "data"]
Censored = Annotated[
    tuple[str, ...],
    Meta(
        description="names of values that are only known to be at least so much, since so many iterations "
        "were dropped or interrupted"
    ),
]
Stopped = Literal["", "interrupted", "threshold", "plan", "preflight", "setup", "setup timeout", "agent"]


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """The plan that was run: its text with secrets masked, so that a report can show its lines."""

    name: str
    description: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class ScenarioInfo:
    """A scenario as it was run, its load in k6's words."""

    name: str
    executor: str
    description: str
    max_vus: Count


@dataclass(frozen=True, slots=True)
class Metric:
    """The totals of a metric, or of the part of it that `selector` picks.

    Values by type: counter count, rate; gauge value, min, max; rate rate, passes, fails;
    trend count, avg, min, med, max, p(90), p(95), p(99), and what thresholds asked for.
    `passes` counts the samples that were true: of http_req_failed, the requests that failed.
    """

    name: str
    type: Kind
    contains: Annotated[Contains, Meta(description="the unit: time is seconds, data bytes")]
    selector: Annotated[
        str, Meta(description="without its braces, as in the plan; empty for the whole metric")
    ]
    values: Annotated[Mapping[str, float], Meta(description="by name, those of the metric's type")]
    censored: Censored = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit, what was measured, and the plan line it stands on."""

    metric: Annotated[str, Meta(description="as written, with its selector")]
    expression: Annotated[str, Meta(description="as written, for example p(95) < 500ms")]
    aggregate: Annotated[str, Meta(description="for example p(95) or rate")]
    operator: str
    limit: Annotated[float, Meta(description="in the unit: seconds, bytes, a share from 0 to 1")]
    measured: Annotated[float | None, Meta(description="in the same unit; null when there were no samples")]
    contains: Annotated[Literal["default", "time", "data", "share", "rate"], Meta(description="the unit")]
    samples: Count
    verdict: Verdict
    reason: Annotated[str, Meta(description="why there is no data, or a censored value; else empty")]
    aborted: Annotated[bool, Meta(description="whether it stopped the run")]
    file: str
    line: Annotated[int, Meta(ge=0, description="from 1; 0 when it stands on no line")]
    column: Count
    censored: Annotated[
        bool, Meta(description="whether what was measured is only known to be at least that")
    ] = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A threshold that was not judged, and why: what it asks about was left out of the run."""

    metric: Annotated[str, Meta(description="as written, with its selector")]
    expression: Annotated[str, Meta(description="as written")]
    reason: str
    file: str
    line: Count


@dataclass(frozen=True, slots=True)
class CheckSample:
    """One failure of a check."""

    at: Annotated[float, Meta(description="seconds since the run began")]
    complaint: str


@dataclass(frozen=True, slots=True)
class Check:
    """How often a check of one step held."""

    name: str
    scenario: str
    step: Annotated[str, Meta(description="the name of the request it stands at")]
    passes: Count
    fails: Count
    samples: tuple[CheckSample, ...]
    file: str
    line: Count


@dataclass(frozen=True, slots=True)
class Request:
    """One row of the requests table: all requests of one name; durations of those that got a reply."""

    name: str
    method: str
    count: Count
    failed: Count
    rate: Annotated[float, Meta(description="per second, over the whole run")]
    replies: Annotated[int, Meta(ge=0, description="requests that have a duration")]
    avg: Seconds | None
    min: Seconds | None
    med: Seconds | None
    p90: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    max: Seconds | None
    censored: Censored = ()


@dataclass(frozen=True, slots=True)
class Error:
    """One kind of failure of one request."""

    code: Annotated[int, Meta(ge=0, description="as k6 numbers them")]
    message: str
    request: str
    status: Annotated[int, Meta(ge=0, description="0 when there was no reply")]
    count: Count
    fix: Annotated[str, Meta(description="what usually helps")]
    ours: Annotated[
        bool, Meta(description="whether the machine that made the load is at fault, and not the target")
    ] = False
    first: Annotated[
        float | None, Meta(description="when it was first seen, in seconds since the run began")
    ] = None
    sample: Annotated[str, Meta(description="how the body of that reply begins")] = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One span of the timeline; `seconds` may be more than 1 on long runs."""

    at: Annotated[float, Meta(description="when it began, in seconds since the run began")]
    seconds: float
    vus: float
    iterations: Count
    requests: Count
    failed: Count
    p50: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    censored: Censored = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which nothing is known, in seconds since the run began."""

    begin: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True)
class Lost:
    """A process that was lost while it shared the load; from then on its part of the load is missing."""

    name: str
    at: Annotated[float, Meta(description="seconds since the run began")]
    reason: str
    missing: Annotated[tuple[Gap, ...], Meta(description="when it sent load that is counted nowhere")]
    missing_arrivals: Annotated[
        int, Meta(ge=0, description="how many of its arrivals were due since then, and are counted nowhere")
    ] = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A run, ended."""

    format: Literal[1]
    planrunner: Annotated[str, Meta(description="the version that ran it")]
    plan: PlanInfo
    target: str
    started: Annotated[str, Meta(description="ISO 8601, UTC")]
    duration: Seconds
    verdict: Literal["passed", "failed"]
    judged: Annotated[bool, Meta(description="false when the plan has no thresholds")]
    exit_code: int
    stopped: Annotated[Stopped, Meta(description="what ended it before its time, if anything")]
    scenarios: tuple[ScenarioInfo, ...]
    metrics: tuple[Metric, ...]
    thresholds: tuple[Threshold, ...]
    checks: tuple[Check, ...]
    requests: tuple[Request, ...]
    errors: tuple[Error, ...]
    timeline: tuple[Moment, ...]
    reason: Annotated[str, Meta(description="what there is to say about how it ended, else empty")] = ""
    processes: Annotated[int, Meta(ge=1, description="how many shared the load")] = 1
    lost: Annotated[tuple[Lost, ...], Meta(description="those of them that were lost on the way")] = ()

    skipped: Annotated[tuple[Skipped, ...], Meta(description="thresholds that were not judged")] = ()

    @property
    def own_failures(self) -> int:
        """How many requests failed because this machine could not send them."""
        return sum(error.count for error in self.errors if error.ours)

    @property
    def interrupted_iterations(self) -> int:
        """How many iterations the end of the run cut off."""
        return int(self.value("interrupted_iterations", "count") or 0)

    def metric(self, name: str, selector: str = "") -> Metric | None:
        """Find a metric's totals; None when nothing was measured."""
        return next((m for m in self.metrics if m.name == name and m.selector == selector), None)

    def value(self, name: str, aggregate: str, selector: str = "") -> float | None:
        """Find one number, for example `value("http_req_duration", "p(95)")`, in seconds."""
        found = self.metric(name, selector)
        return found.values.get(aggregate) if found else None


def to_json(result: Result) -> bytes:
    """Encode a result as indented JSON in UTF-8."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(data: bytes) -> Result:
    """Decode what `to_json` wrote; ValueError says what is wrong and where."""
    return msgspec.json.decode(data, type=Result)


def schema() -> dict[str, Any]:
    """Make the JSON schema of a result file."""
    made: dict[str, Any] = _dedented(msgspec.json.schema(Result))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "planrunner result",
        **made,
    }


def _dedented(value: Any) -> Any:
    """Take the indentation out of docstrings, which Python itself does from 3.13 on."""
    if isinstance(value, dict):
        return {key: _dedented(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dedented(item) for item in value]
    return cleandoc(value) if isinstance(value, str) else value
