"""Samples of trends: rows on the hot path, counted by bucket in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Key, Sink, Tags, Trend

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planrunner.metrics.fold import Folded

PACK = 1024  # rows that become a table, which takes a tenth of their room
TABLES = 4  # that are counted together; it takes some 0.5 ms, a pause that hardly any latency shows


class Rows:
    """Samples of several trends that are measured together, for example the timings of a request.

    They wait as rows, then as tables of numpy's, and are counted some thousands at a time, or when the
    second is over, then together with those of all other series.
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
        from planrunner.metrics.fold import fold_all, table  # noqa: PLC0415  (numpy, which only a run needs)

        self._tables.append(table(self._rows, self.width))
        self._rows.clear()
        if len(self._tables) >= TABLES:
            whole = self.waiting()
            assert whole is not None
            self.take(folded for (folded,) in fold_all([whole]))

    def waiting(self) -> NDArray[np.float64] | None:
        """Hand out what has not been counted yet, as a table; None when there is nothing."""
        from planrunner.metrics.fold import joined, table  # noqa: PLC0415  (numpy, which only a run needs)

        if self._rows:
            self._tables.append(table(self._rows, self.width))
            self._rows.clear()
        tables, self._tables = self._tables, []
        return joined(tables) if tables else None

    def take(self, counted: Iterable[Folded | None]) -> None:
        """Take in what was counted of each trend."""
        for histogram, folded in zip(self._histograms, counted, strict=True):
            if folded:
                histogram.take(folded)

    def cut(self) -> list[tuple[Key, Sink]]:
        """Hand out what was counted, and begin anew."""
        found = [(key, Trend(h)) for key, h in zip(self._keys, self._histograms, strict=True) if h.count]
        if found:
            self._histograms = [Histogram() for _ in self._keys]
        return list(found)


def count_all(all_rows: Iterable[Rows]) -> None:
    """Count what waits in the rows of many series, in one go for each width."""
    from planrunner.metrics.fold import fold_all  # noqa: PLC0415  (numpy, which only a run needs)

    widths: dict[int, list[tuple[Rows, NDArray[np.float64]]]] = {}
    for rows in all_rows:
        waiting = rows.waiting()
        if waiting is not None:
            widths.setdefault(rows.width, []).append((rows, waiting))
    for pairs in widths.values():
        columns = fold_all([waiting for _, waiting in pairs])
        for (rows, _), counted in zip(pairs, zip(*columns, strict=True), strict=True):
            rows.take(counted)
