"""Matchers of what is text: bodies, headers, cookies, the text of HTML.

What is wanted is text as it is written in the plan, also where it looks like a number. Only `below`,
`above`, `at_most` and `at_least` compare numbers, where both are one; else texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planrunner.checks.matchers import COMPARISONS, MATCHERS, Matcher, Prepare, comparing, member_of
from planrunner.values.data import written

AS_WRITTEN = frozenset({"equals", "not", "contains", "not_contains", "matches"})  # want a text

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _text(name: str) -> Prepare:
    prepare = MATCHERS[name]

    def checked(wanted: Any) -> Matcher:
        if type(wanted) is not str:
            raise ValueError("write a text")
        return prepare(wanted)

    return checked


def _in(wanted: Any) -> Matcher:
    return member_of([written(item) for item in wanted] if isinstance(wanted, list) else wanted)


def _number(value: Any) -> Any:
    """Read the number that a text is; all else stays what it is."""
    return float(value) if type(value) is str and _NUMBER.fullmatch(value) else value


TEXT: Mapping[str, Prepare] = {
    "exists": MATCHERS["exists"],
    **{name: _text(name) for name in sorted(AS_WRITTEN)},
    "in": _in,
    "length": MATCHERS["length"],
    **{name: comparing(word, compare, _number) for name, (word, compare) in COMPARISONS.items()},
}
