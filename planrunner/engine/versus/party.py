"""A party: one of the two sides, and what counts of its windows, on a clock of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from planrunner.compare.observe import METRICS, Observation, observed
from planrunner.engine.checked import Checked
from planrunner.engine.lifecycle import Phases
from planrunner.metrics.adding import copied
from planrunner.metrics.series import Gauge, Key, Sink
from planrunner.metrics.tally import COMPLAINTS, Complaint, Snapshot, Totals, merge
from planrunner.metrics.vitals import Vitals

SHORT = 0.25  # seconds: a shorter piece belongs to the one behind it, as its rates mean nothing


class Early(Struct):
    """What came of a window while nothing of it counted, or hardly any time."""

    sinks: dict[Key, Sink]
    seconds: float


class Party:
    """Base or head.

    Its clock stands still while the other side has its window, and in the warm-up of its own: rates, limits
    over some seconds and the timeline are then those of what counts.
    """

    def __init__(self, checked: Checked, phases: Phases, warm_up: float) -> None:
        self.checked, self.phases, self._warm_up = checked, phases, warm_up
        self.seconds = 0.0  # that count so far
        self.seen: dict[int, Observation] = {}  # by the number of the pair
        self._kept: Counter[int | Key] = Counter()  # samples of failures, by check or series
        self.begin()

    def begin(self) -> None:
        """Begin a window."""
        self._after, self._totals = self.seconds, Totals()
        self._early = Early({}, 0.0)

    def end(self, pair: int, seconds: float) -> None:
        """End a window that took so long, and was whole: it is one half of a pair."""
        self.seen[pair] = observed(self._totals.group, seconds - self._warm_up)

    def count(self, snapshot: Snapshot) -> Snapshot | None:
        """Return what counts of a second of the window, at its time on the party's clock.

        None as long as that is nothing; what comes then is in the next one.
        """
        counted = max(0.0, snapshot.at - max(snapshot.at - snapshot.seconds, self._warm_up))
        self._observe(snapshot)
        seconds, sinks = self._early.seconds + counted, self._early.sinks
        for key, sink in snapshot.sinks.items():
            merge(sinks, key, self._moved(sink))
        if seconds < SHORT and snapshot.at <= self._warm_up + SHORT:
            self._early.seconds = seconds
            return None
        self._early = Early({}, 0.0)
        self.seconds = self._at(snapshot.at)
        return replace(
            snapshot,
            at=self.seconds,
            seconds=seconds,
            sinks=sinks,
            complaints=[*self._complaints(snapshot)],
            warm={},
            vitals=[self._felt(one, seconds) for one in snapshot.vitals],
        )

    def _observe(self, snapshot: Snapshot) -> None:
        """Add up what windows are compared by; in sinks of its own, as the others go on to be changed."""
        wanted = {key: copied(sink) for key, sink in snapshot.sinks.items() if key.metric in METRICS}
        self._totals.take(wanted)

    def _at(self, moment: float) -> float:
        """Return a moment of the window on the party's clock."""
        return self._after + max(0.0, moment - self._warm_up)

    def _moved(self, sink: Sink) -> Sink:
        """Set the time of a gauge, of whose values the newest counts."""
        if isinstance(sink, Gauge) and sink.at:
            sink.at = self._at(sink.at)
        return sink

    def _complaints(self, snapshot: Snapshot) -> Iterator[Complaint]:
        """Yield the first failures of each check, in whichever windows they came."""
        for complaint in snapshot.complaints:
            if self._kept[complaint.check] < COMPLAINTS:
                self._kept[complaint.check] += 1
                yield replace(complaint, at=self._at(complaint.at))

    def _felt(self, vitals: Vitals, seconds: float) -> Vitals:
        return replace(vitals, at=self._at(vitals.at), seconds=min(vitals.seconds, seconds))
