"""Paths into JSON, compiled, and those that lead to one value at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from planrunner.values.data import NOTHING

Key: TypeAlias = str | int
"""A name in an object or an index in an array."""


class PathError(ValueError):
    """A text is no JSONPath; `index` is the character where that shows, if anything shows it."""

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.index = index


class Path(Struct, frozen=True):
    """A compiled path; a plain one, like `$.items[0].id`, leads to one value at most.

    `first` gives the first match or NOTHING, `matches` all of them with their own paths. Only paths that
    are not plain raise ValueError, where the data is nested too deeply for them.
    """

    text: str
    plain: bool
    keys: tuple[Key, ...]  # names and indexes on the way; none where it is not plain
    first: Callable[[Any], Any]
    matches: Callable[[Any], Iterator[tuple[str, Any]]]


def plain(text: str, keys: list[Key]) -> Path:
    """Make the path that follows these names and indexes."""
    first = walk(keys)

    def matches(data: Any) -> Iterator[tuple[str, Any]]:
        found = first(data)
        return iter(() if found is NOTHING else ((text, found),))

    return Path(text, plain=True, keys=tuple(keys), first=first, matches=matches)


def walk(keys: list[Key]) -> Callable[[Any], Any]:
    """Follow names and indexes; objects are dicts and arrays lists, as the JSON decoder makes them."""
    if not keys:
        return lambda data: data
    if len(keys) == 1 and type(keys[0]) is str:
        (name,) = keys
        return lambda data: data.get(name, NOTHING) if type(data) is dict else NOTHING

    steps: list[tuple[Any, Any]] = [(key, dict if type(key) is str else list) for key in keys]

    def follow(data: Any) -> Any:
        found: Any = data
        for key, holder in steps:
            if type(found) is not holder:
                return NOTHING
            try:
                found = found[key]
            except LookupError:
                return NOTHING
        return found

    return follow
