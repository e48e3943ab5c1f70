"""The tally of one worker: samples go in on the hot path, a mergeable snapshot comes out every second."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TypeVar, cast

from msgspec import Struct, field

from planrunner.metrics.handles import (
    Count,
    Counted,
    Exchanges,
    Judged,
    Level,
    Newest,
    Outcomes,
    Timed,
    Valued,
)
from planrunner.metrics.recorded import (
    Record,
    RecordedCount,
    RecordedExchanges,
    RecordedNewest,
    RecordedOutcomes,
    RecordedRows,
)
from planrunner.metrics.rows import Rows, counting
from planrunner.metrics.selector import Selector
from planrunner.metrics.series import METRICS, SINKS, Key, Metric, Sink, Tags
from planrunner.metrics.vitals import Vitals

COMPLAINTS = 5  # kept samples of each failing check
GROUP = 50  # handles that are cut in one go
SERIES = 50  # that are merged in one go, which takes a millisecond
PIECES = 40  # at most: more pauses between them would take longer than a second has
LOGS = 200  # lines kept of each second


class Complaint(Struct, frozen=True):
    """One failure: of which check (its number in the program) or request (its series), when, and why.

    `at` is seconds into the run; all texts are masked.
    """

    check: int | Key
    at: float
    text: str
    request: str = ""  # what was sent, and what came back, in a line each
    reply: str = ""


class Delivered(Struct, frozen=True):
    """How many samples an output took in, or lost, since the last time."""

    kind: str
    sent: int
    lost: int
    error: str = ""  # the last one, else empty


class Snapshot(Struct):
    """What one worker measured since its last snapshot; all that crosses processes."""

    number: int
    at: float  # seconds since the run began, at its end
    seconds: float
    sinks: dict[Key, Sink]
    complaints: list[Complaint]
    logs: list[str]
    logs_lost: int = 0
    stop: str = ""  # why the plan wants the whole test to stop
    busy: int = 0  # iterations under way at its end, of a scenario that searches
    warm: dict[Key, Sink] = field(default_factory=dict)  # what scenarios measured while they warmed up
    vitals: list[Vitals] = field(default_factory=list)  # of each process that watches itself
    delivered: list[Delivered] = field(default_factory=list)  # by outputs that are told each sample

    def take_in(self, warm: Snapshot) -> None:
        """Take in what was measured in warm-ups, apart; failures of checks are none there."""
        self.warm = warm.sinks
        self.logs += warm.logs
        self.logs_lost += warm.logs_lost


Handle = Rows | Exchanges | Outcomes | Count | Level | Newest
T = TypeVar("T")
HandleT = TypeVar("HandleT", Rows, Exchanges, Outcomes, Count, Level, Newest)


class Tally:
    """All handles of one worker; with `record`, they tell of each sample by itself, too.

    Levels do not: what they are together with those of other workers is known elsewhere.
    """

    def __init__(self, record: Record | None = None) -> None:
        self._record = record
        self._handles: list[tuple[Handle, Rows | None]] = []  # with what is to be counted of each
        self._complaints: list[Complaint] = []
        self._logs: list[str] = []
        self._logs_lost = 0
        self.stop = ""  # why the plan wants the whole test to stop
        self._number = 0
        self._cut_at = 0.0

    def rows(self, metrics: Sequence[str], tags: Mapping[str, str]) -> Timed:
        """Make a handle for trends that are sampled together."""
        sorted_tags = tagged(tags)
        made = Rows(metrics, sorted_tags)
        self._add(made, made)
        keys = [Key(metric, sorted_tags) for metric in metrics]
        return RecordedRows(made, keys, self._record) if self._record else made

    def exchanges(
        self, trends: Sequence[str], count: str, failed: str, tags: Mapping[str, str], *, fails: bool | None
    ) -> Exchanges | RecordedExchanges:
        """Make a handle for requests; `fails` None: neither failed nor not (we gave up on them)."""
        sorted_tags = tagged(tags)
        key = Key(failed, sorted_tags) if fails is not None else None
        rows = Rows(trends, sorted_tags)
        made = self._add(Exchanges(rows, Key(count, sorted_tags), key, fails=bool(fails)), rows)
        keys = [Key(trend, sorted_tags) for trend in trends]
        return RecordedExchanges(made, keys, self._record) if self._record else made

    def outcomes(self, tags: Mapping[str, str], metric: str = "checks") -> Judged:
        """Make a handle for a check, or for another rate."""
        key = Key(metric, tagged(tags))
        made = self._add(Outcomes(key))
        return RecordedOutcomes(made, key, self._record) if self._record else made

    def count(self, metric: str, tags: Mapping[str, str], *, told: bool = False) -> Counted:
        """Make a handle for a counter."""
        key = Key(metric, tagged(tags))
        made = self._add(Count(key, told=told))
        return RecordedCount(made, key, self._record) if self._record else made

    def level(self, metric: str) -> Level:
        """Make a handle for a gauge."""
        return self._add(Level(Key(metric, ())))

    def newest(self, metric: str, tags: Mapping[str, str]) -> Valued:
        """Make a handle for a gauge that is set."""
        key = Key(metric, tagged(tags))
        made = self._add(Newest(key))
        return RecordedNewest(made, key, self._record) if self._record else made

    def complain(self, outcomes: Judged, complaint: Complaint) -> None:
        """Keep a sample of a failed check, if there are not enough of it."""
        if outcomes.complaints < COMPLAINTS:
            outcomes.complaints += 1
            self._complaints.append(complaint)

    def remark(self, metric: str, tags: Mapping[str, str], at: float, text: str) -> None:
        """Keep a sample of a failed request; each worker does so for the first one of its series."""
        self._complaints.append(Complaint(Key(metric, tagged(tags)), at, text))

    def log(self, text: str) -> None:
        """Keep a line for the terminal; a plan that floods it loses lines, and is told how many."""
        if len(self._logs) < LOGS:
            self._logs.append(text)
        else:
            self._logs_lost += 1

    def cut(self, at: float) -> Snapshot:
        """Hand out everything since the last snapshot; `at` is the time since the run began."""
        return at_once(self.cutting(at))

    def cutting(self, at: float) -> Generator[None, None, Snapshot]:
        """Do what `cut` does in pieces of some milliseconds; whoever drives it lets others run between them.

        What is measured meanwhile is in this snapshot or in the next one.
        """
        sinks: dict[Key, Sink] = {}
        for begin in range(0, len(self._handles), GROUP):
            if begin:
                yield
            group = self._handles[begin : begin + GROUP]
            yield from counting(rows for _, rows in group if rows)
            for handle, _ in group:
                for key, sink in handle.cut():
                    merge(sinks, key, sink)
        made = Snapshot(
            self._number,
            at,
            at - self._cut_at,
            sinks,
            self._complaints,
            self._logs,
            self._logs_lost,
            self.stop,
        )
        self._number, self._cut_at = self._number + 1, at
        self._complaints, self._logs, self._logs_lost = [], [], 0
        return made

    def _add(self, handle: HandleT, rows: Rows | None = None) -> HandleT:
        self._handles.append((handle, rows))
        return handle


def at_once(pieces: Generator[None, None, T]) -> T:
    """Do all that is done in pieces."""
    while True:
        try:
            next(pieces)
        except StopIteration as done:
            return cast("T", done.value)


def tagged(tags: Mapping[str, str]) -> Tags:
    """Return tags in the order that makes equal ones equal; empty values are no tags."""
    return tuple(sorted((name, value) for name, value in tags.items() if value))


def merge(sinks: dict[Key, Sink], key: Key, sink: Sink) -> None:
    """Add a sink to those of the same series."""
    held = sinks.get(key)
    if held is None:
        sinks[key] = sink
    else:
        held.merge(sink)  # type: ignore[arg-type]  # a key has one kind of sink


class Totals(Struct):
    """Everything measured so far, over all workers."""

    metrics: Mapping[str, Metric] = field(default_factory=lambda: METRICS)
    sinks: dict[Key, Sink] = field(default_factory=dict)

    def add(self, snapshot: Snapshot) -> None:
        """Merge a snapshot in; the snapshot must not be used afterwards."""
        self.take(snapshot.sinks)

    def take(self, sinks: Mapping[Key, Sink]) -> None:
        """Merge sinks in, which must not be used afterwards."""
        at_once(self.taking(sinks))

    def taking(self, sinks: Mapping[Key, Sink]) -> Generator[None, None, None]:
        """Do what `take` does in pieces, between which others may run."""
        size = max(SERIES, -(-len(sinks) // PIECES))
        for number, (key, sink) in enumerate(sinks.items()):
            if number and number % size == 0:
                yield
            merge(self.sinks, key, sink)

    def select(self, selector: Selector) -> Sink | None:
        """Add up the series that a selector picks; None when there is none."""
        found = [sink for key, sink in self.sinks.items() if selector.picks(key)]
        return self._sum(selector.metric, found) if found else None

    def group(self, metric: str, names: Sequence[str]) -> dict[tuple[str, ...], Sink]:
        """Add up the series of a metric by the values of some of their tags, "" where one is missing."""
        groups: dict[tuple[str, ...], list[Sink]] = {}
        for key, sink in self.sinks.items():
            if key.metric == metric:
                tags = dict(key.tags)
                groups.setdefault(tuple(tags.get(name, "") for name in names), []).append(sink)
        return {values: self._sum(metric, sinks) for values, sinks in groups.items()}

    def _sum(self, metric: str, sinks: Sequence[Sink]) -> Sink:
        total = SINKS[self.metrics[metric].kind]()
        for sink in sinks:
            total.merge(sink)  # type: ignore[arg-type]  # a metric has one kind of sink
        return total

    def names(self) -> list[str]:
        """Return the names of the metrics that were measured, sorted."""
        return sorted({key.metric for key in self.sinks})
