"""The plan's text, with what is wrong beside the lines that asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from planrunner.reports import wording
from planrunner.result import Result

MOST_TOLD = 3  # beside one line


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan, with the limits on it that do not hold."""

    number: int
    text: str
    broken: tuple[str, ...]


def lines(result: Result, most: int) -> list[Line]:
    """Number the plan's lines and mark those whose limits do not hold."""
    broken: dict[int, list[str]] = {}
    for limit in result.thresholds:
        if limit.verdict != "passed" and limit.file == result.plan.file:
            told = wording.measured(limit)
            text = told if limit.verdict == "no data" else f"measured {told}, {wording.difference(limit)}"
            broken.setdefault(limit.line, []).append(text)
    numbered = enumerate(result.plan.text.splitlines()[:most], 1)
    return [Line(number, line, tuple(broken.get(number, ())[:MOST_TOLD])) for number, line in numbered]
