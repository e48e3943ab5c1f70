"""Checks of the status: `200`, `2xx`, `200-299`, or a list of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planrunner import units
from planrunner.checks.conditions import Check, about, fine, question
from planrunner.checks.matchers import Matcher, Prepare
from planrunner.errors import Problems
from planrunner.plan.model import Condition
from planrunner.values.data import written
from planrunner.values.expressions import Names


def codes(wanted: Any) -> frozenset[int]:
    """Read what a status may be; 0 stands for no reply. ValueError when it is none of the spellings."""
    if isinstance(wanted, list) and wanted:
        return frozenset().union(*map(codes, wanted))
    if wanted in (0, "0") and not isinstance(wanted, bool):
        return frozenset({0})
    return units.statuses(wanted)


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition on the status."""
    made = question(condition, "status", STATUS, names, problems)
    if made is None:
        return fine
    check = about("status", lambda reply: reply.status, made.ask)
    return _quick(codes(made.wanted.value), check) if made.wanted.constant else check


def _quick(known: frozenset[int], check: Check) -> Check:
    """Compare with what is known beforehand, and ask on only to complain: nearly every request has this."""
    if len(known) > 1:
        return lambda reply, scope: "" if reply.status in known else check(reply, scope)
    (code,) = known
    return lambda reply, scope: "" if reply.status == code else check(reply, scope)


def _equals(wanted: Any) -> Matcher:
    known = codes(wanted)
    expected = ", ".join(map(written, wanted)) if isinstance(wanted, list) else written(wanted)
    return lambda status: "" if status in known else f"is {status}, expected {expected}"


def _in(wanted: Any) -> Matcher:
    if type(wanted) is not list:
        raise ValueError("write a list like [200, 204]")
    return _equals(wanted)


STATUS: Mapping[str, Prepare] = {"equals": _equals, "in": _in}
