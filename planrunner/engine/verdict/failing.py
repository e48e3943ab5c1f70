"""What fails a run: the rows of `fail_on`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from planrunner.engine.health import diagnosis
from planrunner.errors import Exit
from planrunner.result import FailOn, Result

Complaint: TypeAlias = Callable[[Result], str | None]
"""What a result has done wrong, in words; None: nothing. Empty where its verdict says it anyway."""


def failures(result: Result) -> list[tuple[Exit, str]]:
    """Find what of `fail_on` fails a run: with which exit code, and in words."""
    found = []
    for name in result.fail_on:
        code, complaint = FAIL_ON[name]
        told = complaint(result)
        if told is not None:
            found.append((code, told and f"{told} (fail_on: {name})"))
    return found


def thresholds(result: Result) -> str | None:
    """A threshold is broken, or has no data."""
    return "" if any(threshold.verdict != "passed" for threshold in result.thresholds) else None


def checks(result: Result) -> str | None:
    """A check failed."""
    failed = sum(check.fails for check in result.checks)
    return f"{counted(failed, 'check')} failed" if failed else None


def errors(result: Result) -> str | None:
    """A request failed, or a step could not be carried out."""
    failed = int(result.value("http_req_failed", "passes") or 0)
    unsent = int(result.value("errors", "count") or 0)
    told = [f"{counted(failed, 'request')} failed"] if failed else []
    told += [f"{counted(unsent, 'step')} had an error"] if unsent else []
    return " and ".join(told) or None


def untrusted(result: Result) -> str | None:
    """The numbers are not to be believed."""
    return "its numbers cannot be trusted" if diagnosis.untrusted(result.health) else None


def regression(result: Result) -> str | None:
    """It is worse than what it was compared with."""
    found = result.comparison
    return f"{found.verdict} than {found.base.name}" if found and found.regressed else None


FAIL_ON: Mapping[FailOn, tuple[Exit, Complaint]] = {
    "thresholds": (Exit.THRESHOLDS, thresholds),
    "checks": (Exit.THRESHOLDS, checks),
    "errors": (Exit.THRESHOLDS, errors),
    "untrusted": (Exit.UNTRUSTED, untrusted),
    "regression": (Exit.REGRESSION, regression),
}


def counted(number: int, word: str) -> str:
    """Write a number with its word: `1 check`, `3 checks`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
