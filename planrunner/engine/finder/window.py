"""What was measured while one level of a search ran, its settling left out."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from planrunner.metrics.series import Counter, Metric, Rate, Selector, Sink, Trend
from planrunner.metrics.tally import Snapshot, Totals, merge

PLACES = (0.5, 0.95, 0.99)


class Window(Struct):
    """The totals of some seconds; the snapshots go on to be used by others."""

    metrics: Mapping[str, Metric]
    seconds: float = 0.0
    busy: int = 0  # iterations under way at its end
    totals: Totals = field(default_factory=Totals)

    def __post_init__(self) -> None:
        self.totals = Totals(self.metrics)

    def add(self, snapshot: Snapshot) -> None:
        """Take in a second."""
        self.seconds += snapshot.seconds
        self.busy = snapshot.busy
        for key, sink in snapshot.sinks.items():
            merge(self.totals.sinks, key, _copy(sink))

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
        return self.totals.select(Selector(metric, (("scenario", scenario, True),)))


def _copy(sink: Sink) -> Sink:
    made = type(sink)()
    made.merge(sink)  # type: ignore[arg-type]  # it is of its own kind
    return made
