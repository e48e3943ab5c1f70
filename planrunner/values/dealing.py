"""Rows of a data set and who gets which: a worker deals its share of them to its VUs, one per iteration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from planrunner.plan.model import AtEnd, Dataset, Pick
from planrunner.values.data import texts
from planrunner.values.scope import Scope


class Table(Struct, frozen=True):
    """The rows of one data set, read and checked; without rows when there was a problem with them."""

    name: str
    rows: list[Any]
    columns: frozenset[str] | None  # all that any row has; None: rows are plain values (or not known)
    dataset: Dataset

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def secrets(self) -> tuple[str, ...]:
        """List what must never be shown: the values of the secret columns, as they are written into text."""
        hidden = [column.text for column in self.dataset.secret]
        found = [row[column] for row in self.rows for column in hidden if column in row]
        return tuple(text for value in found for text in texts(value))


class EndOfDataError(Exception):
    """No row is left; `how` says whether that ends the scenario ("stop") or the test ("error")."""

    def __init__(self, table: Table, message: str) -> None:
        place = table.dataset.place
        super().__init__(f"{message} ({place.file}:{place.line})")
        self.name = table.name
        self.how: AtEnd = table.dataset.at_end


def deal(table: Table, index: int, count: int) -> Deal:
    """Make the deal of shard `index` of `count`; all shards together take what one alone would take."""
    return Deal(table, index, count)


class Deal:
    """What one worker takes of a table; it remembers how far it came."""

    __slots__ = ("_choose", "_share", "_taken", "columns", "count", "index", "name", "shifts", "table")

    def __init__(self, table: Table, index: int, count: int) -> None:
        self.table = table
        self.name = table.name
        self.columns = table.columns
        self.index = index
        self.count = count
        self._share: Sequence[int] = range(index, table.size, count)
        self._taken = 0
        self.shifts: Mapping[
            str, int
        ] = {}  # by scenario: how far its VUs' numbers are from those of their rows
        self._choose = CHOICES[table.dataset.pick]

    def give(self, workers: Sequence[int]) -> None:
        """Deal the rows in turn to these workers; one that stands there twice gets twice as many."""
        turn, mine = len(workers), [place for place, one in enumerate(workers) if one == self.index]
        size = self.table.size
        if len(mine) == turn:  # alone: no list of a million numbers
            self._share = range(size)
        else:
            self._share = sorted(row for place in mine for row in range(place, size, turn))

    def take(self, scope: Scope) -> Any:
        """Return the row of this iteration, chosen at its first use. Raises EndOfDataError."""
        rows = scope.rows
        if self.name not in rows:
            rows[self.name] = self.table.rows[self._choose(self, scope)]
        return rows[self.name]

    def next(self, _: Scope) -> int:
        """Choose the next row of this worker's share, which begins anew when rows are recycled."""
        number, share = self._taken, self._share
        if number >= len(share):
            if self.table.dataset.at_end != "recycle":
                raise EndOfDataError(self.table, self._used_up())
            if not share:  # fewer rows than workers
                return self.index % self.table.size
            number = 0
        self._taken = number + 1
        return share[number]

    def _used_up(self) -> str:
        size = self.table.size
        rows = f"all {size}" if self.count == 1 else f"this process's {len(self._share)} of {size}"
        return f"data set {self.name!r} has no more rows: {rows} have been taken"

    def random(self, scope: Scope) -> int:
        """Choose any row."""
        return scope.random.randrange(self.table.size)

    def of_vu(self, scope: Scope) -> int:
        """Choose the row of a VU, always the same one; VU 0, which is setup's, has that of the first."""
        size = self.table.size
        number = max(scope.vu_id - 1 - self.shifts.get(scope.scenario, 0), 0)
        if number >= size and self.table.dataset.at_end != "recycle":
            message = f"data set {self.name!r} has {size} rows, so there is none for VU {scope.vu_id}"
            raise EndOfDataError(self.table, message)
        return number % size


CHOICES: Mapping[Pick, Callable[[Deal, Scope], int]] = {
    "sequential": Deal.next,
    "unique": Deal.next,
    "random": Deal.random,
    "per_vu": Deal.of_vu,
}
"""How the number of a row is chosen."""
