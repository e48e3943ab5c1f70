"""The journal of a run: kept while it goes on, and read again when the run was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from planrunner import units
from planrunner.engine.program.compile_beside import Asked
from planrunner.engine.verdict.account import Account
from planrunner.engine.verdict.baseline import Baselines
from planrunner.engine.verdict.frame import Frame, Scene
from planrunner.engine.verdict.limits import Limit
from planrunner.engine.verdict.masking import masked
from planrunner.engine.verdict.outcome import Ended
from planrunner.errors import Place
from planrunner.metrics.selector import selector
from planrunner.metrics.series import Key, Metric
from planrunner.metrics.tally import Snapshot
from planrunner.metrics.threshold.parse import parse
from planrunner.outputs import journal
from planrunner.outputs.journal import Journal, decode, records
from planrunner.result import (
    Capacity,
    Environment,
    FailOn,
    Lost,
    PlanInfo,
    Result,
    Skipped,
    Summary,
    Threshold,
)
from planrunner.values.mask import Mask

FRAME, ASIDE, LOAD, SECOND, LOST, FOUND = "fram", "asid", "load", "secd", "lost", "foun"
"""Kinds of records: what is known before the run; what setup or teardown measured; who shares the load; a
second of it; who was lost; how far a search has come."""

NAME = "run.journal"  # in the folder of the reports


class Written(Struct, frozen=True):
    """A threshold as text, which is compiled again."""

    metric: str
    text: str
    place: Place
    abort_on_fail: bool
    delay: float
    min_samples: int


class Opening(Struct, frozen=True):
    """The frame of a run as the journal has it."""

    plan: PlanInfo
    target: str
    started: str
    scenes: tuple[Scene, ...]
    asked: tuple[Asked, ...]
    metrics: Mapping[str, Metric]
    limits: tuple[Written, ...]
    measured_from: float
    fail_on: tuple[FailOn, ...]
    unjudged: str
    baseline: Result | None
    environment: Environment
    skipped: tuple[Skipped, ...]
    summary: Summary = Summary()


CHANGED = ("limits", "baseline")
"""What of a frame cannot be written down as it is."""


class Sharing(Struct, frozen=True):
    """How many processes share the load."""

    processes: int


class Search(Struct, frozen=True):
    """How far a search has come, and what the thresholds say of its highest level that held."""

    capacity: Capacity
    thresholds: tuple[Threshold, ...]


class Keeper:
    """Keeps a journal, if there is one, as long as it can be written: it never costs the run anything."""

    def __init__(self, file: Journal | None, mask: Mask, warn: Callable[[str], None]) -> None:
        self._file, self._mask, self._warn = file, mask, warn
        self._known: dict[Key, Key] = {}  # series without secrets in their tags

    def begin(self, frame: Frame) -> None:
        """Write down what is known before the run."""
        limits = tuple(
            Written(one.metric, one.text, one.place, one.abort_on_fail, one.delay, one.min_samples)
            for one in frame.limits
        )
        baseline = frame.baselines.result if frame.baselines else None
        opening = Opening(**_shared(frame), limits=limits, baseline=baseline)
        self._write(FRAME, lambda: self._safe(opening))

    def load(self, processes: int) -> None:
        """Write down that the load begins."""
        self._write(LOAD, lambda: Sharing(processes))

    def take(self, snapshot: Snapshot, kind: str = SECOND) -> None:
        """Write down a second, or what setup or teardown measured."""
        self._write(kind, lambda: journal.masked(snapshot, self._mask, self._known))

    def lose(self, lost: Lost) -> None:
        """Write down who was lost."""
        self._write(LOST, lambda: self._safe(lost))

    def find(self, capacity: Capacity, thresholds: tuple[Threshold, ...]) -> None:
        """Write down how far a search has come."""
        self._write(FOUND, lambda: self._safe(Search(capacity, thresholds)))

    def _safe(self, record: Any) -> Any:
        return masked(record, self._mask)

    def _write(self, kind: str, record: Callable[[], Any]) -> None:
        if self._file is None:
            return
        try:
            self._file.write(kind, record())
        except OSError as error:
            self._file = None
            self._warn(f"the journal cannot be written: {error.strerror}; the run goes on without it")


def replay(path: Path) -> Result:
    """Make the result of a run that was killed from its journal.

    Raises OSError, and ValueError where the file is no journal, or holds nothing of a run yet.
    """
    coming = records(path)
    try:
        opening: Opening = decode(next(coming)[1], Opening)
    except StopIteration:
        raise ValueError("nothing of the run was written down before it was killed") from None
    account = Account(_frame(opening))
    lost: list[Lost] = []
    search: Search | None = None
    processes = 1
    for kind, data in coming:
        if kind == LOAD:
            processes = decode(data, Sharing).processes
        elif kind == SECOND:
            account.take(decode(data, Snapshot))
        elif kind == ASIDE:
            account.take_aside(decode(data, Snapshot))
        elif kind == LOST:
            lost.append(decode(data, Lost))
        elif kind == FOUND:
            search = decode(data, Search)
    ended = Ended(
        stopped="killed",
        reason=f"its journal ends after {units.show_duration(account.seconds)}",
        processes=processes,
        lost=lost,
        capacity=search.capacity if search else None,
    )
    return account.close(ended, Mask(()), judged=search.thresholds if search else None)


def _frame(opening: Opening) -> Frame:
    baselines = Baselines(opening.baseline) if opening.baseline else None
    return Frame(**_shared(opening), limits=tuple(_limits(opening)), baselines=baselines)


def _shared(one: Frame | Opening) -> dict[str, Any]:
    """Return what a frame and its opening both have; the others are written down in another form."""
    return {name: getattr(one, name) for name in Opening.__struct_fields__ if name not in CHANGED}


def _limits(opening: Opening) -> Iterator[Limit]:
    """Compile the thresholds again; all their names were held against the plan before the run."""
    known = opening.metrics
    for one in opening.limits:
        picked = selector(one.metric)
        rule = parse(one.text, known[picked.metric], lambda other: known.get(other.metric))
        how = one.abort_on_fail, one.delay, one.min_samples
        yield Limit(one.metric, one.text, picked, rule, one.place, *how)
