"""JSONPath by the library: what finds several values, or is not written plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jsonpath_rfc9535 import JSONPathError, JSONPathQuery
from jsonpath_rfc9535 import compile as compile_query
from jsonpath_rfc9535.selectors import IndexSelector, NameSelector

from planrunner.values.data import NOTHING
from planrunner.values.paths import Path, PathError, plain

FOREIGN = (RecursionError, ArithmeticError, LookupError, ValueError)
"""What the library lets slip beside its own errors, for example for `$[?@ < 1e999]`."""


def query(text: str) -> Path:
    """Compile a path; PathError when it is none."""
    try:
        compiled = compile_query(text)
    except JSONPathError as error:
        index = error.token.index if error.token is not None else None
        raise PathError(str(error.args[0]), index) from None
    except FOREIGN:
        raise PathError("it is nested too deeply, or a number in it is too large") from None
    if compiled.singular_query():
        return plain(text, [_key(segment.selectors[0]) for segment in compiled.segments])
    return Path(text, plain=False, keys=(), first=_first(compiled), matches=_matches(compiled))


def _key(selector: Any) -> str | int:
    if isinstance(selector, NameSelector):
        return selector.name
    assert isinstance(selector, IndexSelector)
    return selector.index


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
