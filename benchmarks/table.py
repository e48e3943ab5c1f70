"""From what was measured to tables: medians, how far the rounds lie apart, and the targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import median
from typing import TypeAlias

from benchmarks.case import Case, Figure, Unit
from benchmarks.numbers import spread
from benchmarks.rounds import Measured

Line: TypeAlias = tuple[str, ...]

WRITTEN: Mapping[Unit, Callable[[float], str]] = {
    "times": lambda found: f"{found:.2f}",
    "allowed": lambda found: f"{found:.2f}",
    "percent": lambda found: f"{found:.2%}".replace("%", " %"),
    "milliseconds": lambda found: f"{found * 1e3:,.2f} ms",
    "seconds": lambda found: f"{found:.2f} s",
    "megabytes": lambda found: f"{found / 1e6:,.1f} MB",
    "count": lambda found: f"{found:,.0f}",
}

FIGURES: Line = ("figure", "median", "lowest to highest", "at least", "aim", "reached")
CLIENTS: Line = ("client", "requests/s", "spread", "of a core", "p50", "p99", "peak memory")
UNKNOWN = "-"


def figures(measured: Measured) -> list[Line]:
    """Write a line for each figure of a case that could be measured."""
    found = [(figure, measured.values(figure)) for figure in measured.case.figures]
    return [line(figure, values) for figure, values in found if values]


def line(figure: Figure, values: Sequence[float]) -> Line:
    """Write a figure: the median of its rounds against its targets."""
    middle, write = median(values), WRITTEN[figure.unit]
    lowest, highest = write(min(values)), write(max(values))
    between = lowest if lowest == highest else f"{lowest} to {highest}"
    return (figure.what, write(middle), between, *targets(figure), reached(figure, middle))


def targets(figure: Figure) -> Line:
    """Write what is to be reached, and what is aimed at."""
    sign = "≤" if figure.less else "≥"
    both = (figure.least, figure.aim)
    return tuple("" if target is None else f"{sign} {WRITTEN[figure.unit](target)}" for target in both)


def reached(figure: Figure, found: float) -> str:
    """Say which target a median reaches; nothing where there is none."""
    if figure.least is None:
        return ""
    if figure.aim is not None and figure.reaches(found, figure.aim):
        return "aim"
    return "yes" if figure.reaches(found, figure.least) else "no"


def clients(measured: Measured) -> list[Line]:
    """Write a line for each side of a case that made a load: how much, and what it said."""
    return [client(measured, side) for side in measured.case.sides if measured.numbers(side, "rate")]


def client(measured: Measured, side: str) -> Line:
    """Write the medians of a side."""
    rates = measured.numbers(side, "rate")
    return (
        side,
        WRITTEN["count"](median(rates)),
        WRITTEN["percent"](spread(rates)) if len(rates) > 1 else UNKNOWN,
        _middle(measured.numbers(side, "core"), "{:.0%}".format),
        *(_middle(measured.numbers(side, name), WRITTEN["milliseconds"]) for name in ("p50", "p99")),
        _middle(measured.numbers(side, "memory"), WRITTEN["megabytes"]),
    )


def _middle(numbers: Sequence[float], write: Callable[[float], str]) -> str:
    return write(median(numbers)) if numbers else UNKNOWN


def as_text(head: Line, lines: Iterable[Line]) -> str:
    """Write a table for a terminal: names to the left, numbers to the right."""
    table = [head, *lines]
    widths = [max(len(each[column]) for each in table) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(each, widths, strict=True))
        ).rstrip()
        for each in table
    )


def as_markdown(head: Line, lines: Iterable[Line]) -> str:
    """Write a table for a page: the case and who or what to the left, numbers to the right."""
    rule = ("---", "---", *("---:" for _ in head[2:]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def shown(measured: Measured) -> str:
    """Write both tables of a case for a terminal, as far as there is something in them."""
    tables = ((CLIENTS, clients(measured)), (FIGURES, figures(measured)))
    return "\n\n".join(as_text(head, lines) for head, lines in tables if lines)


def of_case(case: Case, lines: Iterable[Line]) -> list[Line]:
    """Put a case's title before each of its lines."""
    return [(case.title, *each) for each in lines]
