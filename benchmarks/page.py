"""The page docs/performance.md: the part between two marks is what a run of the benchmarks has measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.rounds import Measured
from benchmarks.table import CLIENTS, FIGURES, as_markdown, clients, figures, of_case

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Conditions(Struct, frozen=True):
    """Without which no number means anything."""

    date: str
    rounds: int
    seconds: int
    long: bool
    machine: str
    left_out: Mapping[str, str]  # why, by name of case or tool


def section(found: Sequence[Measured], conditions: Conditions) -> str:
    """Write what was measured: the figures with their targets, then what each client made."""
    judged = [line for each in found for line in of_case(each.case, figures(each))]
    made = [line for each in found for line in of_case(each.case, clients(each))]
    parts = [
        said(conditions),
        as_markdown(("case", *FIGURES), judged),
        "What each client made, and what it said of it (medians):",
        as_markdown(("case", *CLIENTS), made),
    ]
    if conditions.left_out:
        parts.append(
            "Not measured: " + "; ".join(f"{n} ({why})" for n, why in conditions.left_out.items()) + "."
        )
    return "\n\n".join(parts)


def said(conditions: Conditions) -> str:
    """Write the paragraph before the tables."""
    form = "long" if conditions.long else "short"
    return (
        f"Measured on {conditions.date} with the {form} form: {conditions.rounds} rounds, runs of "
        f"{conditions.seconds} s where a case does not say. {conditions.machine}."
    )


def written(page: str, section: str) -> str:
    """Put what was measured in its place; ValueError when the page has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs a line {BEGIN} and, below it, a line {END}")
    return f"{before}{BEGIN}\n\n{section}\n\n{END}{after}"
