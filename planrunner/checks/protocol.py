"""Checks of the protocol that the reply came by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import Matcher, Prepare
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.values.data import shown
from planrunner.values.expressions import Names

KNOWN: Final = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0")


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the protocol: `HTTP/1.1`, or `HTTP/2.0`, as k6 names it."""
    made = question(condition, "protocol", PROTOCOL, names, problems)
    return fine if made is None else about("protocol", lambda reply: reply.protocol, made.ask)


def _equals(wanted: Any) -> Matcher:
    if wanted not in KNOWN:
        raise ValueError(f"write one of {', '.join(KNOWN)}")
    return lambda value: "" if value == wanted else f"is {shown(value)}, expected {shown(wanted)}"


PROTOCOL: Mapping[str, Prepare] = {"equals": _equals}
