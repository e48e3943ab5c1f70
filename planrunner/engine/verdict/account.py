"""The account: everything that a run has measured so far, and the result that is made of it."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from msgspec import Struct, field

from planrunner.engine.health.record import Record
from planrunner.engine.verdict.frame import Frame
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.outcome import Ended, Measured, conclude
from planrunner.engine.verdict.timeline import Span, Timeline
from planrunner.metrics.tally import Complaint, Snapshot, Totals, at_once
from planrunner.metrics.threshold.judge import Judgement
from planrunner.result import Result, Threshold, columns
from planrunner.values.mask import Mask


class Account(Struct):
    """What was measured; whoever heard the same snapshots comes to the same result."""

    frame: Frame
    totals: Totals = field(default_factory=Totals)
    warm: Totals = field(default_factory=Totals)  # of warm-ups
    timeline: Timeline = field(default_factory=Timeline)
    judge: Judge = field(default_factory=lambda: Judge((), {}))
    record: Record = field(default_factory=Record)  # of how the generator was
    complaints: list[Complaint] = field(default_factory=list)
    seconds: float = 0.0
    requests: int = 0
    failed: int = 0
    iterations: int = 0

    def __post_init__(self) -> None:
        self.totals, self.warm = (Totals(self.frame.metrics) for _ in range(2))
        self.judge = self.frame.judge()
        self.record = Record(self.frame.measured_from)

    @property
    def measured(self) -> float:
        """How long has been measured, in seconds: what is left without warm-ups."""
        return max(0.0, self.seconds - self.frame.measured_from)

    def take(self, snapshot: Snapshot) -> Span:
        """Take in a second, and return it as a span; its sinks must not be used afterwards."""
        return at_once(self.taking(snapshot))

    def taking(self, snapshot: Snapshot) -> Generator[None, None, Span]:
        """Do what `take` does in pieces; only when all are done, the totals are those of the second."""
        span = self.timeline.add(snapshot)
        self.record.add(snapshot.vitals)
        self.seconds = snapshot.at
        self.judge.take(snapshot)
        yield from self.totals.taking(snapshot.sinks)
        yield from self.warm.taking(snapshot.warm)
        self.complaints += snapshot.complaints
        self.requests += span.requests
        self.failed += span.failed
        self.iterations += span.iterations
        return span

    def take_aside(self, snapshot: Snapshot) -> None:
        """Add what setup or teardown measured: to the totals, as in k6, but not to the timeline."""
        self.complaints += snapshot.complaints
        self.judge.take_aside(snapshot)
        self.totals.add(snapshot)

    def close(
        self,
        ended: Ended,
        mask: Mask,
        verdicts: Sequence[tuple[Limit, Judgement]] | None = None,
        judged: Sequence[Threshold] | None = None,
    ) -> Result:
        """Make the result; `verdicts` or `judged` where the thresholds are not about the whole run."""
        measured = Measured(
            self.totals,
            self.warm,
            self.complaints,
            columns(self.timeline.moments()),
            [*self.judge.verdicts(self.seconds)] if verdicts is None else verdicts,
            self.record,
            self.seconds,
            self.measured,
        )
        return conclude(self.frame, measured, ended, mask, judged)
