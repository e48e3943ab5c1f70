"""Saves: a value taken from a reply, to be used by later requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from planrunner.checks.jsonpath import compile_path
from planrunner.checks.matchers import NOTHING
from planrunner.errors import Problems
from planrunner.plan.model import Save
from planrunner.protocols import Reply
from planrunner.values.expressions import (
    EvaluationError,
    Names,
    compile_setting,
    compile_text,
    compile_tree,
)
from planrunner.values.scope import Scope

__all__ = ["NOTHING", "SAVES", "Take", "build_save"]

Take: TypeAlias = Callable[[Reply, Scope], Any]  # the value, or NOTHING when nothing was found


def build_save(save: Save, names: Names, problems: Problems) -> Take:
    """Compile a save: a function to the value, its default, or NOTHING.

    What is not there is NOTHING; a `${...}` that fails for another reason raises EvaluationError.
    """
    take = SAVES[save.source](save, names, problems)
    if save.default is None:
        return take
    default = compile_tree(save.default, names, problems)

    def take_or_default(reply: Reply, scope: Scope) -> Any:
        found = take(reply, scope)
        return default.of(scope) if found is NOTHING else found

    return take_or_default


def _json(save: Save, names: Names, problems: Problems) -> Take:
    path = compile_path(save.path, names, problems)
    if path is None:
        return _nothing
    first = path.first

    def take(reply: Reply, _: Scope) -> Any:
        try:
            return first(reply.json())
        except ValueError:
            return NOTHING

    return take


def _header(save: Save, names: Names, problems: Problems) -> Take:
    name = compile_text(save.path, names, problems)

    def take(reply: Reply, scope: Scope) -> Any:
        found = reply.header(name.of(scope))
        return NOTHING if found is None else found

    return take


def _expression(save: Save, names: Names, problems: Problems) -> Take:
    value = compile_setting(save.path, names, problems)

    def take(_: Reply, scope: Scope) -> Any:
        try:
            return value.of(scope)
        except EvaluationError as error:
            if error.missing:
                return NOTHING
            raise

    return take


def _nothing(_: Reply, __: Scope) -> Any:
    return NOTHING


SAVES: Mapping[str, Callable[[Save, Names, Problems], Take]] = {
    "json": _json,
    "header": _header,
    "expr": _expression,
}
