"""Lines of numbers: a label, dots, and cells that stand in columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.fit import broken, room
from planrunner.reports.terminal.paint import Screen
from planrunner.reports.wording import clip
from planrunner.result import Metric

BLOCKS = ("CUSTOM", "HTTP", "EXECUTION", "NETWORK")
LOSSES = ("aborted_iterations", "dropped_iterations", "errors", "http_retries", "interrupted_iterations")
EXECUTION = (
    "group_duration",
    "iteration_duration",
    "iteration_response_time",
    "iterations",
    "generator_lag",
    "vus",
    "vus_max",
    *LOSSES,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of totals: its label, and cells that are aligned with those of other rows of its shape."""

    label: str
    shape: str
    cells: tuple[str, ...]


def blocks(metrics: Iterable[Metric], stats: Collection[str]) -> dict[str, list[Row]]:
    """Make a row of each metric, sorted into blocks, custom ones first; empty ones are left out."""
    found: dict[str, list[Row]] = {name: [] for name in BLOCKS}
    for metric in sorted(metrics, key=lambda m: (m.name, m.selector)):
        found[_block(metric.name)].append(_row(metric, stats))
    return {name: rows for name, rows in found.items() if rows}


def _block(name: str) -> str:
    if name.startswith("http_"):
        return "HTTP"
    if name in EXECUTION:
        return "EXECUTION"
    return "NETWORK" if name in {"data_received", "data_sent"} else "CUSTOM"


def _row(metric: Metric, stats: Collection[str]) -> Row:
    label = f"  {{ {clip(metric.selector, 60)} }}" if metric.selector else clip(metric.name)
    shown = wording.values(metric)
    if metric.type == "trend":
        return Row(label, "trend", tuple(wording.equation(s, shown[s]) for s in stats if s in shown))
    if metric.type == "rate":
        return Row(label, "plain", (shown["rate"], _out_of(metric.values["passes"], metric.values["fails"])))
    if metric.type == "gauge":
        return Row(label, "plain", (shown["value"], f"min={shown['min']}", f"max={shown['max']}"))
    return Row(label, "plain", (shown["count"], shown["rate"]))


def check_rows(checks: Metric | None, seconds: float) -> list[Row]:
    """Make the rows of all checks together; none where there are no checks."""
    if checks is None:
        return []
    passes, fails = checks.values["passes"], checks.values["fails"]
    total = passes + fails
    rate = units.show_rate(total / seconds if seconds else 0.0)
    return [
        Row("checks_total", "plain", (f"{total:.0f}", rate)),
        Row("checks_succeeded", "plain", (_part(passes, total), _out_of(passes, fails))),
        Row("checks_failed", "plain", (_part(fails, total), _out_of(fails, passes))),
    ]


def _out_of(part: float, rest: float) -> str:
    return f"{part:.0f} out of {part + rest:.0f}"


def _part(part: float, total: float) -> str:
    return wording.show_share(part / total if total else 0.0)


def label_width(rows: Iterable[Row]) -> int:
    """Return how wide labels and dots are, three of them behind the longest label."""
    return max((len(row.label) for row in rows), default=0) + 3


def table(rows: Iterable[Row], peers: Sequence[Row], width: int, screen: Screen) -> Iterator[str]:
    """Write rows, their cells aligned to all their peers of the same shape, broken where there is no room."""
    for row in rows:
        alike = [peer.cells for peer in peers if peer.shape == row.shape]
        widths = [max(len(c[i]) for c in alike if i < len(c)) for i in range(len(row.cells))]
        cells = " ".join(cell.ljust(size) for cell, size in zip(row.cells, widths, strict=True))
        dots = screen.paint("dim", "." * (width - len(row.label)))
        line = f"    {row.label}{dots}: {cells.rstrip()}"
        indent = len(line) - len(line.lstrip(" "))
        hang = 4 + width + 2 - indent
        columns = screen.columns
        yield from broken(line, columns, hang) if columns and room(line) > columns else [line]
