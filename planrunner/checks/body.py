"""Checks of the body as text."""

from __future__ import annotations

from collections.abc import Mapping

from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import Prepare
from planrunner.checks.text import AS_WRITTEN, TEXT
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.protocols import Reply
from planrunner.values.expressions import Names


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the body; what is wanted is text, also where it looks like a number."""
    made = question(condition, "body", BODY, names, problems, as_text=AS_WRITTEN)
    if made is None:
        return fine
    check = about("the body", Reply.text, made.ask)
    return _quick(made.wanted.value.encode(), check) if made.fixed("contains") else check


def _quick(needle: bytes, check: Check) -> Check:
    """Look for bytes, and decode the body only to complain."""
    return lambda reply, scope: "" if needle in reply.body and reply.status else check(reply, scope)


BODY: Mapping[str, Prepare] = {name: TEXT[name] for name in (*sorted(AS_WRITTEN), "in", "length")}
