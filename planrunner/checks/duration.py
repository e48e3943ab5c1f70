"""Checks of how long a reply took."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from planrunner import units
from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import Matcher, Prepare
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.units import show_duration
from planrunner.values.expressions import Names


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the duration; a reply that never came has none and fails."""
    made = question(condition, "duration", DURATION, names, problems)
    if made is None:
        return fine
    check = about("duration", lambda reply: reply.duration, made.ask)
    return _quick(units.duration(made.wanted.value), check) if made.fixed("below") else check


def _quick(limit: float, check: Check) -> Check:
    """Compare with a limit known beforehand, and ask on only to complain."""
    return lambda reply, scope: "" if reply.duration < limit and reply.status else check(reply, scope)


def _limit(word: str, compare: Callable[[float, float], bool]) -> Prepare:
    def prepare(wanted: Any) -> Matcher:
        limit = units.duration(wanted)
        expected = f"expected {word} {show_duration(limit)}"
        return lambda value: "" if compare(value, limit) else f"is {show_duration(value)}, {expected}"

    return prepare


DURATION: Mapping[str, Prepare] = {
    "below": _limit("below", operator.lt),
    "above": _limit("above", operator.gt),
    "at_most": _limit("at most", operator.le),
    "at_least": _limit("at least", operator.ge),
}
