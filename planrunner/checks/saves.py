"""Saves: a value taken from a reply, to be used by later requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from planrunner.checks.html import is_html, selector, text_of
from planrunner.checks.regex import compile_pattern
from planrunner.errors import Problems
from planrunner.plan.model import Save
from planrunner.protocols import Reply
from planrunner.values.data import NOTHING
from planrunner.values.expressions import (
    EvaluationError,
    Names,
    compile_setting,
    compile_text,
    compile_tree,
)
from planrunner.values.jsonpath import compile_path, reading
from planrunner.values.scope import Scope
from planrunner.values.settings import resolve

__all__ = ["NOTHING", "SAVES", "Take", "build_save"]

Take: TypeAlias = Callable[[Reply, Scope], Any]  # the value, or NOTHING when nothing was found
Find: TypeAlias = Callable[[Reply, Scope], Iterable[Any]]  # all that there is, in the order of the reply


def build_save(save: Save, names: Names, problems: Problems) -> Take:
    """Compile a save: a function to the value, its default, or NOTHING; with `all` to the list of values.

    What is not there is NOTHING, and so is an empty list. A `${...}` that fails for another reason raises
    EvaluationError.
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
    first, matches = path.first, path.matches
    read = None if save.all else reading(path, names)

    def take(reply: Reply, _: Scope) -> Any:
        try:
            if read is not None:
                return read(reply)
            data = reply.json()
            return ([value for _, value in matches(data)] or NOTHING) if save.all else first(data)
        except ValueError:
            return NOTHING

    return take


def _regex(save: Save, names: Names, problems: Problems) -> Take:
    pattern = resolve(save.path, names, compile_pattern, problems)
    if pattern is None:
        return _nothing
    values = pattern.values
    return _taking(lambda reply, _: values(reply.text()) if reply.status else (), save)


def _header(save: Save, names: Names, problems: Problems) -> Take:
    name = compile_text(save.path, names, problems)
    if save.all:
        return _taking(lambda reply, scope: _lines(reply, name.of(scope)), save)
    return _taking(lambda reply, scope: _one(reply.header(name.of(scope))), save)


def _cookie(save: Save, names: Names, problems: Problems) -> Take:
    name = compile_text(save.path, names, problems)
    return _taking(lambda reply, scope: _one(reply.cookie(name.of(scope))), save)


def _html(save: Save, names: Names, problems: Problems) -> Take:
    elements = resolve(save.path, names, selector, problems)
    attribute = resolve(save.attribute, names, str, problems) if save.attribute else ""
    if elements is None or attribute is None:
        return _nothing
    of = _attribute(attribute) if attribute else _text

    def find(reply: Reply, _: Scope) -> Iterator[str]:
        found = elements.find(reply.body) if is_html(reply) else ()
        return (value for element in found for value in of(element))

    return _taking(find, save)


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


def _taking(find: Find, save: Save) -> Take:
    if save.all:
        return lambda reply, scope: [*find(reply, scope)] or NOTHING
    return lambda reply, scope: next(iter(find(reply, scope)), NOTHING)


def _one(found: str | None) -> tuple[str, ...]:
    return () if found is None else (found,)


def _lines(reply: Reply, name: str) -> Iterator[str]:
    """Give the values of a header that came several times, each by itself (Set-Cookie must not be joined)."""
    wanted = name.lower().encode("latin-1", "replace")
    return (value.decode("latin-1") for key, value in reply.headers if key.lower() == wanted)


def _text(element: Any) -> Iterable[str]:
    return (text_of(element),)


def _attribute(name: str) -> Callable[[Any], Iterable[str]]:
    """Read an attribute, whose name the parser has in lower case but within SVG; without a value it is ""."""

    def read(element: Any) -> Iterable[str]:
        attributes = element.attributes
        key = name if name in attributes else name.lower()
        return (attributes[key] or "",) if key in attributes else ()

    return read


def _nothing(_: Reply, __: Scope) -> Any:
    return NOTHING


SAVES: Mapping[str, Callable[[Save, Names, Problems], Take]] = {
    "json": _json,
    "regex": _regex,
    "header": _header,
    "cookie": _cookie,
    "html": _html,
    "expr": _expression,
}
