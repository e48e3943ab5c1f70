"""Checks of an expression: it holds when it is true."""

from __future__ import annotations

from planrunner.checks.conditions import Check, fine
from planrunner.errors import Problems, visible
from planrunner.plan.model import Condition, Setting
from planrunner.protocols import Reply
from planrunner.values.data import SHOWN_LIMIT, shown
from planrunner.values.expressions import EvaluationError, Names, compile_setting
from planrunner.values.scope import Scope
from planrunner.values.text import UnclosedError, split


def build(condition: Condition, names: Names, problems: Problems) -> Check:
    """Compile a condition that is one `${...}`; null, false, 0, "" and what is empty are not true.

    It may hold without a reply, whose `status` is 0 then.
    """
    setting, before = condition.wanted, problems.errors
    if not isinstance(setting, Setting) or not _alone(setting):
        place = setting.place if isinstance(setting, Setting) else condition.place
        problems.add("this is no expression", place, "write one like ${status == 200}")
        return fine
    value = compile_setting(setting, names, problems)
    if problems.errors > before:
        return fine
    text = visible(" ".join(setting.text.split()))
    text = text if len(text) <= SHOWN_LIMIT else f"{text[:SHOWN_LIMIT]}…"

    def check(_: Reply, scope: Scope) -> str:
        try:
            found = value.of(scope)
        except EvaluationError as error:
            return str(error)
        return "" if found else f"{text} is {shown(found)}"

    return check


def _alone(setting: Setting) -> bool:
    """Tell whether there is nothing but one expression; one that is not closed is told by compiling it."""
    try:
        parts = list(split(setting.text))
    except UnclosedError:
        return True
    return len(parts) == 1 and parts[0].expression
