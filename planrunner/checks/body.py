"""Checks of the body as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import MATCHERS, Matcher, Prepare, member_of
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.protocols import Reply
from planrunner.values.data import written
from planrunner.values.expressions import Names

TEXTS = frozenset({"equals", "contains", "not_contains", "matches"})  # want a text, as written


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the body; what is wanted is text, also where it looks like a number."""
    made = question(condition, "body", BODY, names, problems, as_text=TEXTS)
    if made is None:
        return fine
    check = about("the body", Reply.text, made.ask)
    return _quick(made.wanted.value.encode(), check) if made.fixed("contains") else check


def _quick(needle: bytes, check: Check) -> Check:
    """Look for bytes, and decode the body only to complain."""
    return lambda reply, scope: "" if needle in reply.body and reply.status else check(reply, scope)


def _text(name: str) -> Prepare:
    prepare = MATCHERS[name]

    def checked(wanted: Any) -> Matcher:
        if type(wanted) is not str:
            raise ValueError("write a text")
        return prepare(wanted)

    return checked


def _in(wanted: Any) -> Matcher:
    return member_of([written(item) for item in wanted] if isinstance(wanted, list) else wanted)


BODY: Mapping[str, Prepare] = {
    **{name: _text(name) for name in sorted(TEXTS)},
    "in": _in,
    "length": MATCHERS["length"],
}
