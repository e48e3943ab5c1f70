"""Laying one piece of a plan over another, each value keeping its place."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from planrunner.errors import Place
from planrunner.plan.node import Node

WITHOUT_CASE = "headers"
"""A mapping whose keys mean the same in any case (RFC 9110, 5.1)."""


def overlay(above: Node, below: Node, *, whole: frozenset[str] = frozenset(), owner: str = "") -> Node:
    """Lay a value over another: maps merge by key, and null removes; all else and `whole` keys replace."""
    if not (above.mapping and below.mapping):
        return above
    below = unhidden(below, above) if owner == WITHOUT_CASE else below
    fields, keys = dict(below.fields), dict(below.keys)
    for key, place in above.keys.items():
        child = above.fields.get(key)
        if child is not None and child.value is None:
            fields.pop(key, None)
            keys.pop(key, None)
            continue
        keys[key] = place
        known = fields.get(key)
        if child is not None:
            merges = known is not None and key not in whole
            fields[key] = overlay(child, known, whole=whole, owner=key) if known and merges else child
    return replace(below, value=fields, keys=keys, damaged=below.damaged or above.damaged)


def unhidden(below: Node, above: Node) -> Node:
    """Leave out headers that are said above in another case."""
    names = {key.lower() for key in above.keys}
    return without(below, {key for key in below.keys if key.lower() in names})


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
