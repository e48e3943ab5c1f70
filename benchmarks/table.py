"""From the rounds to a table: medians, how far the rounds lie apart, and the share of what wrk made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.tools import TOOLS

YARDSTICK = "wrk"
HEAD = ("client", "checks", "requests/s (median)", "spread", "of wrk")


@dataclass(frozen=True, slots=True)
class Row:
    """One tool: requests per second, and the rest as shares; `ratio` is None without wrk to compare with."""

    name: str
    rate: float
    spread: float  # from the slowest to the fastest round, as a share of the median
    ratio: float | None  # the median of each round's ratio: what slows a whole round down cancels out

    def cells(self) -> tuple[str, ...]:
        """Write the row's cells."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        return self.name, TOOLS[self.name].checks, f"{self.rate:,.0f}", f"{self.spread:.1%}", ratio


def rows(rounds: Sequence[Mapping[str, float]]) -> list[Row]:
    """Sum the rounds up, the fastest tool first; a tool that never succeeded has no row."""
    names = dict.fromkeys(name for one in rounds for name in one)
    return sorted((_row(name, rounds) for name in names), key=lambda row: -row.rate)


def _row(name: str, rounds: Sequence[Mapping[str, float]]) -> Row:
    rates = [one[name] for one in rounds if name in one]
    ratios = [one[name] / one[YARDSTICK] for one in rounds if name in one and one.get(YARDSTICK)]
    middle = median(rates)
    spread = (max(rates) - min(rates)) / middle if middle else 0.0
    return Row(name, middle, spread, median(ratios) if ratios else None)


def as_text(found: Sequence[Row]) -> str:
    """Write the table for a terminal: names to the left, numbers to the right."""
    lines = [HEAD, *(row.cells() for row in found)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def as_markdown(found: Sequence[Row]) -> str:
    """Write the table for a README."""
    rule = ("---", "---", "---:", "---:", "---:")
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, rule, *(row.cells() for row in found)))
