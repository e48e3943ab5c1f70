"""The course of a contest as those see it who look on: all windows in the order of their time."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from planrunner.engine.run import Tick
from planrunner.engine.verdict.timeline import Timeline
from planrunner.metrics.tally import Snapshot


class Course(Struct):
    """What was seen of both sides so far; the time between two windows is left out."""

    timeline: Timeline = field(default_factory=Timeline)
    requests: int = 0
    failed: int = 0
    iterations: int = 0
    seconds: float = 0.0
    _before: float = 0.0  # the seconds of the windows that are over

    def begin(self) -> None:
        """Begin a window."""
        self._before = self.seconds

    def tick(self, snapshot: Snapshot, window: str) -> Tick:
        """Take in a second of a window; the snapshot stays as it is."""
        self.seconds = self._before + snapshot.at
        span = self.timeline.add(replace(snapshot, at=self.seconds))
        self.requests += span.requests
        self.failed += span.failed
        self.iterations += span.iterations
        counts = self.requests, self.failed, self.iterations
        return Tick(self.seconds, span, *counts, snapshot.logs, snapshot.logs_lost, window=window)
