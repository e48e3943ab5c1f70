"""Samples of trends: rows on the hot path, counted by bucket in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Key, Sink, Tags, Trend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planrunner.metrics.fold import Folded

PACK = 32  # rows that become a table: it takes a quarter of their room, also in a second with many more
MANY = 1024  # samples that are counted alone, which takes some 0.1 ms


class Waiting(NamedTuple):
    """Samples that have not been counted: tables, and the rows that came after them."""

    tables: list[NDArray[np.float64]]
    rows: list[tuple[float, ...]]

    @property
    def size(self) -> int:
        """How many samples there are."""
        return sum(map(len, self.tables)) + len(self.rows)

    def column(self, number: int) -> list[float]:
        """Return the samples of one trend."""
        found = [row[number] for row in self.rows]
        for table in self.tables:
            found += table[:, number].tolist()
        return found


class Rows:
    """Samples of several trends that are measured together, for example the timings of a request.

    They wait as rows, and where there are many as tables of numpy's; when the second is over they are
    counted, together with those of all other series.
    """

    __slots__ = ("_histograms", "_keys", "_rows", "_tables")

    def __init__(self, metrics: Sequence[str], tags: Tags) -> None:
        self._keys = [Key(metric, tags) for metric in metrics]
        self._rows: list[tuple[float, ...]] = []
        self._tables: list[NDArray[np.float64]] = []
        self._histograms = [Histogram() for _ in metrics]

    @property
    def width(self) -> int:
        """How many trends there are."""
        return len(self._keys)

    def add(self, row: tuple[float, ...]) -> None:
        """Add one sample of each trend."""
        rows = self._rows
        rows.append(row)
        if len(rows) >= PACK:
            self._pack()

    def _pack(self) -> None:
        from planrunner.metrics.fold import table  # noqa: PLC0415  (numpy, which only a run needs)

        self._tables.append(table(self._rows, self.width))
        self._rows.clear()

    def waiting(self) -> Waiting | None:
        """Hand out what has not been counted yet; None when there is nothing."""
        if not self._rows and not self._tables:
            return None
        found = Waiting(self._tables, self._rows)
        self._tables, self._rows = [], []
        return found

    def take(self, column: int, folded: Folded | None) -> None:
        """Take in what was counted of a trend."""
        if folded:
            self._histograms[column].take(folded)

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what was counted, and begin anew."""
        found = [(key, Trend(h)) for key, h in zip(self._keys, self._histograms, strict=True) if h.count]
        if found:
            self._histograms = [Histogram() for _ in self._keys]
        return list(found)


def counting(all_rows: Iterable[Rows]) -> Iterator[None]:
    """Count what waits in the rows of many series; yields where others may run.

    Series with few samples are counted together, those with many alone, one trend after the other.
    """
    few: dict[int, list[tuple[Rows, Waiting]]] = {}
    for rows in all_rows:
        waiting = rows.waiting()
        if waiting and waiting.size < MANY:
            few.setdefault(rows.width, []).append((rows, waiting))
        elif waiting:
            for _ in _count([(rows, waiting)]):
                yield
    for together in few.values():
        for _ in _count(together):
            pass


def _count(together: Sequence[tuple[Rows, Waiting]]) -> Iterator[None]:
    from planrunner.metrics.fold import fold_all  # noqa: PLC0415  (numpy, which only a run needs)

    width = together[0][0].width
    for column, counted in enumerate(fold_all([waiting for _, waiting in together], width)):
        for (rows, _), folded in zip(together, counted, strict=True):
            rows.take(column, folded)
        yield
