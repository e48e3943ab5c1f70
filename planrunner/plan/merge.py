"""Laying one piece of a plan over another, each value keeping its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec.structs import replace

from planrunner.errors import Place
from planrunner.plan.bodies import BODIES
from planrunner.plan.data import OF_FILES
from planrunner.plan.model.request import OF_HEADERS
from planrunner.plan.node import Node
from planrunner.plan.requests import METHODS

Path: TypeAlias = tuple[str, ...]
"""Keys from the top of a plan; `*` in a pattern is any name."""

REQUESTS: tuple[Path, ...] = (("http",), ("scenarios", "*", "http"), ("endpoints", "*"))
"""Where requests are described; those of steps stand in lists, which replace."""

WHOLE: tuple[Path, ...] = (
    ("load",),
    ("scenarios", "*", "load"),
    ("thresholds",),
    *((*path, "auth") for path in REQUESTS),
)
"""Maps that replace and do not merge: `auth` can only be of one kind."""

OF_REQUESTS: Mapping[str, frozenset[str]] = {
    **{method: frozenset(METHODS) - {method} for method in METHODS},
    **{body: frozenset({*BODIES, "template"} - {body}) for body in BODIES},
    "body_file": frozenset({*BODIES} - {"body_file"}),
}
OF_DATA: Mapping[str, frozenset[str]] = {"file": frozenset({"rows"}), "rows": frozenset({"file", *OF_FILES})}
SPELLINGS: tuple[tuple[Path, Mapping[str, frozenset[str]]], ...] = (
    *((path, OF_REQUESTS) for path in REQUESTS),
    (("data", "*"), OF_DATA),
)
"""One thing said in several ways: which keys below a key hides, and where; beside `OF_HEADERS`."""


def overlay(above: Node, below: Node, path: Path = ()) -> Node:
    """Lay a value over another: maps merge by key, and null removes; all else and `WHOLE` maps replace.

    `path` is where both stand. What is said above hides what is said below in another way.
    """
    if not (above.mapping and below.mapping) or among(path, WHOLE):
        return above
    below = yielding(below, above, path)
    fields, keys = dict(below.fields), dict(below.keys)
    for key, place in above.keys.items():
        child = above.fields.get(key)
        if child is not None and child.value is None:
            fields.pop(key, None)
            keys.pop(key, None)
            continue
        keys[key] = place
        if child is not None:
            known = fields.get(key)
            fields[key] = overlay(child, known, (*path, key)) if known else child
    return replace(below, value=fields, keys=keys, damaged=below.damaged or above.damaged)


def among(path: Path, patterns: tuple[Path, ...]) -> bool:
    """Say whether a path is one of those that the patterns describe."""
    return any(
        len(path) == len(pattern) and all(b in ("*", a) for a, b in zip(path, pattern, strict=True))
        for pattern in patterns
    )


def yielding(below: Node, above: Node, path: Path) -> Node:
    """Take out of a value what the one above says in another way; Request.over does so for the layers."""
    if among(path[:-1], REQUESTS) and path[-1] == "headers":
        return without_headers(below, {key.lower() for key in above.keys})
    told = {key for key in above.keys if key not in above.fields or above.fields[key].value is not None}
    tables = [table for pattern, table in SPELLINGS if among(path, (pattern,))]
    below = without(below, {hidden for table in tables for key in told for hidden in table.get(key, ())})
    return unheaded(below, above) if among(path, REQUESTS) else below


def unheaded(below: Node, above: Node) -> Node:
    """Let a key hide the header that it writes and the other way round; null does so too, as in layers."""
    told = above.fields.get("headers")
    written = {key.lower() for key in told.keys} if told else set()
    for key, header in OF_HEADERS.items():
        headers = below.fields.get("headers")
        if key in above.keys and headers:
            kept = without_headers(headers, {header})
            below = with_field(below, "headers", kept, below.keys["headers"])
        elif header in written:
            below = without(below, {key})
    return below


def without_headers(node: Node, gone: set[str]) -> Node:
    """Copy headers without some, named in small letters: their case means nothing (RFC 9110, 5.1)."""
    return without(node, {key for key in node.keys if key.lower() in gone})


def without(node: Node, gone: set[str]) -> Node:
    """Copy a mapping without some keys, as if they had never been written."""
    fields = {key: child for key, child in node.fields.items() if key not in gone}
    return replace(node, value=fields, keys={key: p for key, p in node.keys.items() if key not in gone})


def with_field(node: Node, key: str, child: Node, place: Place) -> Node:
    """Copy a mapping with one value more, or another one."""
    return replace(node, value={**node.fields, key: child}, keys={**node.keys, key: place})


def added(node: Node, more: Mapping[str, Node], places: Mapping[str, Place]) -> Node:
    """Copy a mapping with more values behind its own; `places` also has keys whose value was left out."""
    return replace(node, value={**node.fields, **more}, keys={**node.keys, **places})
