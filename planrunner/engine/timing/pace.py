"""Time on a worker: waiting for moments of the run, limits, and stopping before they come."""

from __future__ import annotations

from collections.abc import Callable

from planrunner.engine.timing.alarm import Alarm, Waiter, install, wake
from planrunner.engine.timing.limit import Limit, Limits


class Pace:
    """The clock of one run. Moments are seconds since its start, and absolute, so that nothing drifts."""

    def __init__(self, now: Callable[[], float], alarm: Alarm | None = None) -> None:
        self.now = now
        self.start = now()
        self.stopping = False
        self._alarm = alarm or install(now)
        self._waiters: set[Waiter] = set()
        self._limits = Limits(lambda: self.elapsed)
        self._parts: list[Pace] = []

    def part(self) -> Pace:
        """Make the pace of one scenario, which can also be stopped alone."""
        part = Pace(self.now, self._alarm)
        part.start, part.stopping = self.start, self.stopping
        self._parts.append(part)
        return part

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.now() - self.start

    def before(self, moment: float) -> bool:
        """Whether a moment is still to come and the run goes on."""
        return not self.stopping and self.now() < self.start + moment

    async def until(self, moment: float) -> bool:
        """Wait for a moment; False, at once, when the run is being stopped."""
        if self.before(moment):
            await self._alarm.until(self.start + moment, self._waiters)
        return not self.stopping

    def limit(self, moment: float, grace: float) -> Limit:
        """Cancel what runs inside at a moment, or `grace` seconds after a stop; TimeoutError tells."""
        return Limit(self._limits, min(moment, self.elapsed + grace) if self.stopping else moment, grace)

    def stop(self) -> None:
        """Begin nothing new; what runs has its grace."""
        self.stopping = True
        for part in self._parts:
            part.stop()
        for waiter in self._waiters:
            wake(waiter)
        self._limits.stop()
