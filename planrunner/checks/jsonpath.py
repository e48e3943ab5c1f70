"""JSONPath (RFC 9535), compiled: plain paths to a walk, all others by the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonpath_rfc9535 import JSONPathError, JSONPathQuery
from jsonpath_rfc9535 import compile as compile_query
from jsonpath_rfc9535.selectors import IndexSelector, NameSelector

from planrunner.checks.matchers import NOTHING
from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.expressions import Names, compile_text
from planrunner.values.text import place_of

FOREIGN = (RecursionError, ArithmeticError, LookupError, ValueError)
"""What the library lets slip beside its own errors, for example for `$[?@ < 1e999]`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path; a plain one, like `$.items[0].id`, leads to one value at most.

    `first` gives the first match or NOTHING, `matches` all of them with their own paths. Only paths that
    are not plain raise ValueError, where the data is nested too deeply for them.
    """

    text: str
    plain: bool
    first: Callable[[Any], Any]
    matches: Callable[[Any], Iterator[tuple[str, Any]]]


def compile_path(setting: Setting, names: Names, problems: Problems) -> Path | None:
    """Compile a path of the plan, in which `${...}` may stand for variables; None after a problem."""
    before = problems.errors
    value = compile_text(setting, Names(names.variables, names.saved, runtime=False), problems)
    if problems.errors > before or not value.constant:
        return None
    try:
        return path(value.value)
    except JSONPathError as error:
        reason = str(error.args[0])
        place = setting.place
        if error.token is not None and value.value == setting.text:
            place = place_of(setting, min(error.token.index, len(setting.text) - 1), 1, problems)
        problems.add("wrong JSONPath", place, f"{reason}; write a path like $.items[0].name")
        return None


def path(text: str) -> Path:
    """Compile a path; JSONPathError when it is none."""
    try:
        query = compile_query(text)
    except FOREIGN:
        raise JSONPathError("it is nested too deeply, or a number in it is too large") from None
    if not query.singular_query():
        return Path(text, plain=False, first=_first(query), matches=_matches(query))
    walk = _walk([_key(segment.selectors[0]) for segment in query.segments])
    return Path(text, plain=True, first=walk, matches=_matches(query))


def _key(selector: Any) -> str | int:
    if isinstance(selector, NameSelector):
        return selector.name
    assert isinstance(selector, IndexSelector)
    return selector.index


def _walk(keys: list[str | int]) -> Callable[[Any], Any]:
    """Follow names and indexes; objects are dicts and arrays lists, as the JSON decoder makes them."""
    if len(keys) == 1 and type(keys[0]) is str:
        (name,) = keys
        return lambda data: data.get(name, NOTHING) if type(data) is dict else NOTHING

    steps: list[tuple[Any, Any]] = [(key, dict if type(key) is str else list) for key in keys]

    def walk(data: Any) -> Any:
        found: Any = data
        for key, holder in steps:
            if type(found) is not holder:
                return NOTHING
            try:
                found = found[key]
            except LookupError:
                return NOTHING
        return found

    return walk


def _first(query: JSONPathQuery) -> Callable[[Any], Any]:
    def first(data: Any) -> Any:
        try:
            node = query.find_one(data)
        except (JSONPathError, *FOREIGN):
            raise ValueError("the data is nested too deeply for this path") from None
        return NOTHING if node is None else node.value

    return first


def _matches(query: JSONPathQuery) -> Callable[[Any], Iterator[tuple[str, Any]]]:
    def matches(data: Any) -> Iterator[tuple[str, Any]]:
        try:
            nodes = query.find(data)
        except (JSONPathError, *FOREIGN):
            raise ValueError("the data is nested too deeply for this path") from None
        return ((node.path(), node.value) for node in nodes)

    return matches
