"""From the snapshots of several agents to one for each second: each counts once, none is awaited in vain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

from planrunner.metrics.series import Gauge, Key, Sink
from planrunner.metrics.tally import COMPLAINTS, LOGS, Complaint, Snapshot, merge

LEVELS = ("vus", "vus_max")
"""Gauges that are levels: those of the agents at one time add up, unlike the gauges that a plan sets."""

TOGETHER = 0.25  # seconds; agents that end within them end together, which never is the same microsecond


class Part(Struct):
    """A snapshot of one agent; the last one is marked, so that nobody waits for more."""

    snapshot: Snapshot
    last: bool = False


class Course(Struct):
    """How far one agent has come."""

    next: int = 0  # the number of the snapshot that is to come
    told: float = 0.0  # the end of its newest snapshot, in seconds since the run began
    open: bool = True
    ended: bool = False  # by its last snapshot
    levels: dict[str, tuple[float, float]] = field(default_factory=dict)  # the newest, and of when


class Join:
    """Puts together what the agents of one run measured; snapshots of one number are of one second."""

    def __init__(self, agents: int) -> None:
        self._courses = [Course() for _ in range(agents)]
        self._parts: dict[int, dict[int, Snapshot]] = {}  # by number, then by agent
        self._number = 0  # the next one to be handed out
        self._at = 0.0  # the end of the last one that was
        self._complaints: Counter[int | Key] = Counter()  # how many were kept, by check or series

    def add(self, agent: int, part: Part) -> tuple[float, float] | None:
        """Take in a part, unless it was taken in before; what is missing before it (seconds from, to)."""
        course, snapshot = self._courses[agent], part.snapshot
        if not course.open or snapshot.number < course.next:
            return None
        began = snapshot.at - snapshot.seconds
        missing = (course.told, began) if snapshot.number > course.next else None
        course.next, course.told = snapshot.number + 1, snapshot.at
        self._parts.setdefault(snapshot.number, {})[agent] = snapshot
        if part.last:
            course.open, course.ended = False, True
        return missing

    def leave(self, agent: int) -> float:
        """Wait no longer for an agent that was lost; up to when it has told, in seconds since the start."""
        self._courses[agent].open = False
        return self._courses[agent].told

    def merged(self) -> Iterator[Snapshot]:
        """Hand out, in order, each second of which all have told who are still there."""
        while self._complete():
            parts = self._parts.pop(self._number, None)
            if parts:
                yield self._merge(parts)
            self._number += 1

    def _complete(self) -> bool:
        awaited = [course.next for course in self._courses if course.open]
        return min(awaited) > self._number if awaited else bool(self._parts)

    def _merge(self, parts: dict[int, Snapshot]) -> Snapshot:
        at = max(self._at, *(snapshot.at for snapshot in parts.values()))
        made = Snapshot(self._number, at, at - self._at, {}, [], [])
        self._at = at
        for agent in sorted(parts):
            self._take_in(made, parts[agent], self._courses[agent])
        for agent, course in enumerate(self._courses):
            _carry(made, course, parts.get(agent))
        made.complaints = self._kept(made.complaints)
        made.logs_lost += max(0, len(made.logs) - LOGS)
        del made.logs[LOGS:]
        return made

    def _take_in(self, made: Snapshot, part: Snapshot, course: Course) -> None:
        for key, sink in part.sinks.items():
            if key.metric in LEVELS and isinstance(sink, Gauge):
                course.levels[key.metric] = sink.value, part.at
                _raise(made.sinks, key, sink)
            else:
                merge(made.sinks, key, sink)
        for key, sink in part.warm.items():
            merge(made.warm, key, sink)
        made.complaints += part.complaints
        made.logs += part.logs
        made.logs_lost += part.logs_lost
        made.busy += part.busy
        made.stop = made.stop or part.stop
        made.vitals += part.vitals
        made.delivered += part.delivered

    def _kept(self, complaints: list[Complaint]) -> list[Complaint]:
        """Keep the first failures of each check, whichever agents saw them."""
        kept = []
        for complaint in sorted(complaints, key=lambda complaint: complaint.at):
            if self._complaints[complaint.check] < COMPLAINTS:
                self._complaints[complaint.check] += 1
                kept.append(complaint)
        return kept


def _carry(made: Snapshot, course: Course, part: Snapshot | None) -> None:
    """Count the levels of an agent that tells none in this second: it has ended, or is lost."""
    for metric, (value, at) in course.levels.items():
        key = Key(metric, ())
        together = course.ended and made.at - at < TOGETHER
        # Whoever is gone works no more, but was made.
        if (metric == "vus_max" or together) and not (part and key in part.sinks):
            _raise(made.sinks, key, Gauge(value, value, value))


def _raise(sinks: dict[Key, Sink], key: Key, by: Gauge) -> None:
    """Add a level to that of the others; in a gauge of its own, as sums go on to be changed."""
    held = sinks.get(key)
    base = held if isinstance(held, Gauge) else Gauge(0.0, 0.0, 0.0)
    sinks[key] = Gauge(base.value + by.value, base.min + by.min, base.max + by.max)
