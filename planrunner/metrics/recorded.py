"""Handles that also tell of each sample by itself, for outputs that want every single one.

To whoever writes to them they look like those of `handles`, which they keep up. So the hot path knows nothing
of them, and a run without such outputs pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from planrunner.metrics.handles import Count, Exchanges, Newest, Outcomes
from planrunner.metrics.rows import Rows
from planrunner.metrics.series import Key

Column: TypeAlias = tuple[Key, float | None]
"""A series whose samples come together with others; with a value, where it always is the same."""

Note: TypeAlias = Callable[[tuple[float, ...]], None]
"""Takes one sample of each column that has no value, of this moment."""

Record: TypeAlias = Callable[[Sequence[Column]], Note]
"""Makes what takes samples of some series."""


class RecordedRows:
    """Samples of trends, told one by one."""

    def __init__(self, rows: Rows, keys: Sequence[Key], record: Record) -> None:
        self._rows, self._note = rows, record([(key, None) for key in keys])

    def add(self, row: tuple[float, ...]) -> None:
        """Add one sample of each trend."""
        self._rows.add(row)
        self._note(row)


class RecordedExchanges:
    """Requests, told one by one."""

    def __init__(self, exchanges: Exchanges, keys: Sequence[Key], record: Record) -> None:
        self._exchanges = exchanges
        columns = exchanges.columns()
        self._untimed = record(columns)
        self._timed = record([*columns, *((key, None) for key in keys)])

    def take(self, sent: int, received: int, timings: tuple[float, ...]) -> None:
        """Add a request."""
        self._exchanges.take(sent, received, timings)
        note = self._timed if timings else self._untimed
        note((sent, received, *timings))


class RecordedOutcomes:
    """How often something was so, told each time."""

    def __init__(self, outcomes: Outcomes, key: Key, record: Record) -> None:
        self._outcomes = outcomes
        self._pass, self._fail = record([(key, 1)]), record([(key, 0)])
        self.complaints = 0

    @property
    def passes(self) -> int:
        """How often it was so since the last snapshot; counting up tells it."""
        return self._outcomes.passes

    @passes.setter
    def passes(self, value: int) -> None:
        self._outcomes.passes = value
        self._pass(())

    @property
    def fails(self) -> int:
        """How often it was not; counting up tells it."""
        return self._outcomes.fails

    @fails.setter
    def fails(self, value: int) -> None:
        self._outcomes.fails = value
        self._fail(())


class RecordedCount:
    """A counter that tells how it grows."""

    def __init__(self, count: Count, key: Key, record: Record) -> None:
        self._count, self._note = count, record([(key, None)])

    @property
    def value(self) -> float:
        """What was counted since the last snapshot; counting up tells it."""
        return self._count.value

    @value.setter
    def value(self, value: float) -> None:
        by = value - self._count.value
        self._count.value = value
        if by:
            self._note((by,))

    def add(self, value: float) -> None:
        """Add a sample."""
        self._count.add(value)
        self._note((value,))


class RecordedNewest:
    """A gauge that tells each value."""

    def __init__(self, newest: Newest, key: Key, record: Record) -> None:
        self._newest, self._note = newest, record([(key, None)])

    def set(self, value: float, at: float) -> None:
        """Add a sample of the moment `at`, in seconds since the run began."""
        self._newest.set(value, at)
        self._note((value,))
