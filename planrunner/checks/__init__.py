"""Checks: questions about a reply, by kind, and values saved from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from planrunner.checks import body, duration, expr, html, json, json_schema, parts, protocol, size, status
from planrunner.checks.conditions import Check
from planrunner.errors import Problems
from planrunner.plan import model
from planrunner.protocols import Reply
from planrunner.values.expressions import Names
from planrunner.values.scope import Scope

__all__ = ["CHECKS", "Build", "Check", "build"]

Build: TypeAlias = Callable[[model.Condition, Names, Problems], Check]

CHECKS: Mapping[str, Build] = {
    "status": status.build,
    "duration": duration.build,
    "json": json.build,
    "body": body.build,
    "header": parts.build_header,
    "cookie": parts.build_cookie,
    "size": size.build,
    "html": html.build,
    "json_schema": json_schema.build,
    "protocol": protocol.build,
    "expr": expr.build,
}


def build(check: model.Check, names: Names, problems: Problems) -> Check:
    """Compile a check: a function to the complaint of its first condition that does not hold, or ""."""
    compile_condition = CHECKS[check.kind]
    conditions = tuple(compile_condition(condition, names, problems) for condition in check.conditions)
    if len(conditions) == 1:
        return conditions[0]

    def ask(reply: Reply, scope: Scope) -> str:
        for condition in conditions:
            complaint = condition(reply, scope)
            if complaint:
                return complaint
        return ""

    return ask
