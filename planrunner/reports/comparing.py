"""A comparison alone, as `planrunner compare` prints it."""

from __future__ import annotations

from planrunner.errors import uncommanding
from planrunner.reports.fit import fitted
from planrunner.reports.terminal.compared import comparison
from planrunner.reports.terminal.paint import ansi, plain
from planrunner.result import Comparison


def comparison_text(found: Comparison, *, color: bool, width: int = 0) -> str:
    """Write a comparison for a terminal that has so many columns; 0: a file has no end of them."""
    lines = [*comparison(found, ansi if color else plain)]
    return "\n".join(map(uncommanding, fitted(lines[:-1], width))) + "\n"
