"""The frame: what a result needs that is known before the run, as data that can be written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from planrunner.engine.program.compile_beside import Asked
from planrunner.engine.verdict.baseline import Baselines
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit
from planrunner.metrics.series import Metric
from planrunner.result import Environment, FailOn, Phase, PlanInfo, ScenarioInfo, Skipped, Summary


class Scene(Struct, frozen=True):
    """A scenario, as far as its numbers are concerned; times in seconds since the run began."""

    info: ScenarioInfo
    arriving: bool  # its iterations begin when they are due, whoever is free
    start: float
    warm_up: float  # how long
    phases: tuple[Phase, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.info.name


class Frame(Struct, frozen=True):
    """What is known of a run before it begins."""

    plan: PlanInfo
    target: str
    started: str  # ISO 8601, UTC
    scenes: tuple[Scene, ...]
    asked: tuple[Asked, ...]
    metrics: Mapping[str, Metric]
    limits: Sequence[Limit]
    measured_from: float  # seconds: the first moment that counts
    fail_on: tuple[FailOn, ...]
    unjudged: str = ""  # what keeps thresholds from being judged
    baselines: Baselines | None = None
    environment: Environment = Environment()
    skipped: tuple[Skipped, ...] = ()  # thresholds that are not judged
    summary: Summary = Summary()

    @property
    def arriving(self) -> frozenset[str]:
        """The scenarios with arrivals."""
        return frozenset(scene.name for scene in self.scenes if scene.arriving)

    def judge(self) -> Judge:
        """Make the judge of the whole run."""
        return Judge(self.limits, self.metrics, self.arriving, self.baselines, self.measured_from)
