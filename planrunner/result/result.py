"""A run, ended: all that a report may know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta

from planrunner.result.capacity import Capacity
from planrunner.result.comparison import Comparison
from planrunner.result.course import Lost
from planrunner.result.environment import Environment
from planrunner.result.health import NOT_MEASURED, Health
from planrunner.result.judged import Check, Skipped, Threshold
from planrunner.result.kinds import FailOn, Seconds, Stopped
from planrunner.result.omitted import LeftOut
from planrunner.result.outputs import Output
from planrunner.result.phases import Phase
from planrunner.result.plan import PlanInfo, ScenarioInfo
from planrunner.result.series import Series
from planrunner.result.summary import Summary
from planrunner.result.timeline import Timeline
from planrunner.result.totals import Error, Metric, Request
from planrunner.result.warm_up import WarmUp


@dataclass(frozen=True, slots=True)
class Result:
    """A run, ended."""

    format: Literal[2]
    planrunner: Annotated[str, Meta(description="the version that ran it")]
    plan: PlanInfo
    target: str
    started: Annotated[str, Meta(description="ISO 8601, UTC")]
    duration: Seconds
    verdict: Literal["passed", "failed"]
    judged: Annotated[bool, Meta(description="false when nothing was asked that could have failed it")]
    exit_code: int
    stopped: Annotated[Stopped, Meta(description="what ended it before its time, if anything")]
    scenarios: tuple[ScenarioInfo, ...]
    metrics: tuple[Metric, ...]
    thresholds: tuple[Threshold, ...]
    checks: tuple[Check, ...]
    requests: tuple[Request, ...]
    errors: tuple[Error, ...]
    timeline: Timeline
    reason: Annotated[str, Meta(description="what there is to say about how it ended, else empty")] = ""
    processes: Annotated[int, Meta(ge=1, description="how many shared the load")] = 1
    lost: Annotated[tuple[Lost, ...], Meta(description="those of them that were lost on the way")] = ()

    measured: Annotated[
        Seconds | None,
        Meta(description="of the duration, without warm-ups: what rates are of; null: all of it"),
    ] = None
    phases: Annotated[tuple[Phase, ...], Meta(description="how the load was to go, by scenario")] = ()
    warm_up: Annotated[tuple[WarmUp, ...], Meta(description="what was left out, by scenario")] = ()
    skipped: Annotated[tuple[Skipped, ...], Meta(description="thresholds that were not judged")] = ()
    fail_on: Annotated[tuple[FailOn, ...], Meta(description="what fails the run")] = ("thresholds",)
    failures: Annotated[
        tuple[str, ...], Meta(description="what of fail_on failed it beside thresholds, in words")
    ] = ()
    unjudged: Annotated[str, Meta(description="what kept thresholds from being judged, if anything")] = ""
    summary: Summary = field(default_factory=Summary)
    environment: Environment = field(default_factory=Environment)
    series: Annotated[tuple[Series, ...], Meta(description="all that was measured, by tags")] = ()
    left_out: Annotated[tuple[LeftOut, ...], Meta(description="to keep this file small")] = ()

    capacity: Annotated[
        Capacity | None,
        Meta(description="what a search found; thresholds are those of its highest level that held"),
    ] = None
    health: Annotated[Health, Meta(description="whether the numbers can be believed")] = NOT_MEASURED
    comparison: Annotated[
        Comparison | None, Meta(description="with a baseline, or with the other side of the same run")
    ] = None

    outputs: Annotated[tuple[Output, ...], Meta(description="where the numbers went while it ran")] = ()

    @property
    def span(self) -> float:
        """How many seconds were measured: what rates are of."""
        return self.duration if self.measured is None else self.measured

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
