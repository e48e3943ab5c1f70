"""What was measured while one level of a search ran, its settling left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit
from planrunner.metrics.selector import Selector, Tag
from planrunner.metrics.series import Counter, Metric, Rate, Sink, Trend
from planrunner.metrics.tally import Snapshot, Totals, merge
from planrunner.metrics.threshold.judge import Judgement

PLACES = (0.5, 0.95, 0.99)


class Judging(Protocol):
    """Makes a judge."""

    def __call__(self, *, begin: float) -> Judge:
        """Make the judge of what is measured since a moment, in seconds since the run began."""
        ...


class Window(Struct):
    """The totals of some seconds; the snapshots go on to be used by others."""

    metrics: Mapping[str, Metric]
    judging: Judging  # makes the judge of what was measured since a moment
    seconds: float = 0.0
    busy: int = 0  # iterations under way at its end
    totals: Totals = field(default_factory=Totals)
    _judge: Judge | None = None
    _at: float = 0.0

    def __post_init__(self) -> None:
        self.totals = Totals(self.metrics)

    def add(self, snapshot: Snapshot) -> None:
        """Take in a second."""
        self._judge = self._judge or self.judging(begin=snapshot.at - snapshot.seconds)
        self._judge.take(snapshot)
        self._at = snapshot.at
        self.seconds += snapshot.seconds
        self.busy = snapshot.busy
        for key, sink in snapshot.sinks.items():
            merge(self.totals.sinks, key, _copy(sink))

    def verdicts(self) -> list[tuple[Limit, Judgement]]:
        """Return what the thresholds say of it."""
        judge = self._judge or self.judging(begin=0.0)
        return [*judge.verdicts(self._at)]

    def standing(self) -> list[tuple[Limit, Judgement]]:
        """Return what the thresholds say of it so far."""
        judge = self._judge or self.judging(begin=0.0)
        return [*judge.standing(self._at)]

    def number(self, metric: str, scenario: str) -> int:
        """Return how often something was counted in a scenario."""
        sink = self._of(metric, scenario)
        return int(sink.value) if isinstance(sink, Counter) else 0

    def share(self, metric: str, scenario: str) -> float:
        """Return the share of samples of a scenario for which something was so."""
        sink = self._of(metric, scenario)
        return sink.rate if isinstance(sink, Rate) else 0.0

    def times(self, metric: str, scenario: str) -> tuple[float | None, float | None, float | None]:
        """Return p50, p95 and p99 of a scenario, in seconds; None where there were no samples."""
        sink = self._of(metric, scenario)
        if not isinstance(sink, Trend) or not sink.histogram.count:
            return None, None, None
        p50, p95, p99 = sink.histogram.quantiles(PLACES)
        return p50, p95, p99

    def _of(self, metric: str, scenario: str) -> Sink | None:
        return self.totals.select(Selector(metric, (Tag("scenario", (scenario,)),)))


def _copy(sink: Sink) -> Sink:
    made = type(sink)()
    made.merge(sink)  # type: ignore[arg-type]  # it is of its own kind
    return made
