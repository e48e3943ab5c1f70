"""Checks of how large the body is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from planrunner import units
from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import Matcher, Prepare
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.values.data import written
from planrunner.values.expressions import Names


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the bytes of the body; what is wanted are sizes like `64KiB`."""
    made = question(condition, "size", SIZE, names, problems)
    return fine if made is None else about("size", lambda reply: len(reply.body), made.ask)


def _limit(word: str, compare: Callable[[int, int], bool]) -> Prepare:
    def prepare(wanted: Any) -> Matcher:
        limit = units.size(wanted)
        expected = " ".join(filter(None, ["expected", word, written(wanted)]))
        return lambda value: "" if compare(value, limit) else f"is {value} bytes, {expected}"

    return prepare


SIZE: Mapping[str, Prepare] = {
    "equals": _limit("", operator.eq),
    "not": _limit("not", operator.ne),
    "below": _limit("below", operator.lt),
    "above": _limit("above", operator.gt),
    "at_most": _limit("at most", operator.le),
    "at_least": _limit("at least", operator.ge),
}
