"""What is kept of a reply: saved values, and samples for the plan's own metrics."""

from __future__ import annotations

from planrunner.plan.model import Record, Save
from planrunner.plan.names import Declared, only, unknown
from planrunner.plan.node import Node, is_true, optional, setting, tree

SOURCES = ("json", "regex", "header", "cookie", "html")


def saves(node: Node, declared: Declared) -> tuple[Save, ...]:
    """Read what is kept from a reply."""
    for name, place in node.keys.items():
        declared.claim(name, "saved value", place)
    found = (save(name, child, node, declared) for name, child in node.fields.items())
    return tuple(one for one in found if one)


def save(name: str, node: Node, parent: Node, declared: Declared) -> Save | None:
    """Read where one value is found; None when that was wrong."""
    place = parent.keys[name]
    if not node.mapping:
        return Save(name, "expr", setting(node), place)
    source = only(node, SOURCES, "save", declared.problems)
    if not source:
        return None
    if source != "html" and "attribute" in node.keys:
        hint = "only HTML has attributes; remove it, or write `html: SELECTOR`"
        declared.problems.add(f"`attribute` does not go with `{source}`", node.keys["attribute"], hint)
    default = node.fields.get("default")
    return Save(
        name,
        source,
        setting(node.fields[source]),
        place,
        default=tree(default) if default else None,
        all=is_true(node, "all"),
        attribute=optional(node, "attribute"),
    )


def records(node: Node, declared: Declared) -> tuple[Record, ...]:
    """Read samples for metrics of the plan's own."""
    example = "declare it: `metrics: {NAME: {type: trend}}`"
    for name, place in node.keys.items():
        unknown("metric", Node(name, place, name), declared.metrics, declared, example.replace("NAME", name))
    return tuple(Record(name, setting(child), node.keys[name]) for name, child in node.fields.items())
