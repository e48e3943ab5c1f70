"""The end-of-test summary for the terminal, in the layout of k6 2."""

from __future__ import annotations

from itertools import chain

from planrunner.errors import uncommanding
from planrunner.reports import wording
from planrunner.reports.fit import fitted
from planrunner.reports.terminal.compared import comparison
from planrunner.reports.terminal.judged import capacity, thresholds
from planrunner.reports.terminal.paint import TONES, Screen, ansi, plain
from planrunner.reports.terminal.totals import totals
from planrunner.reports.terminal.trouble import errors, left_out, losses, outputs, trust
from planrunner.reports.wording import MARKS
from planrunner.result import Result


def summary(result: Result, *, color: bool, width: int = 0) -> str:
    """Write what is printed when a run has ended; the last line is the verdict in one sentence.

    How much that is, the result says. Lines are broken where the terminal has only so many columns; 0: a
    file has no end of them.
    """
    paint, mode = ansi if color else plain, result.summary.mode
    outcome = wording.outcome(result)
    verdict = f"  {paint(TONES[outcome], f'{MARKS[outcome]} {wording.verdict(result)}')}"
    if mode == "disabled":
        return "\n".join(fitted([verdict], width)) + "\n"
    news = [[*part(result, paint)] for part in (trust, left_out, outputs)]
    news.sort(key=lambda part: part[-1:] != [""])  # sections first: what is a line stands at the verdict
    lines = [
        *capacity(result.capacity, paint),
        *thresholds(result, paint),
        *totals(result, Screen(paint, width), full=mode == "full"),
        *errors(result.errors, paint),
        *comparison(result.comparison, paint),
        *losses(result, paint),
        *chain(*news),
        verdict,
    ]
    return "\n".join(map(uncommanding, fitted(lines, width))) + "\n"
