"""The `data` sets and the own `metrics` of a plan."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from planrunner.plan.model import AtEnd, CustomMetric, Dataset, Pick
from planrunner.plan.names import Declared, only
from planrunner.plan.node import Node, optional, setting, text, tree

Kind: TypeAlias = Literal["counter", "gauge", "rate", "trend"]
Unit: TypeAlias = Literal["none", "ms", "bytes"]

SOURCES = ("file", "rows")
OF_FILES = ("at", "delimiter", "encoding")


def datasets(root: Node, declared: Declared) -> dict[str, Dataset]:
    """Read all data sets."""
    node = root.fields.get("data")
    if node is None:
        return {}
    for name, place in node.keys.items():
        declared.claim(name, "data set", place)
    return {name: dataset(name, child, node, declared) for name, child in node.fields.items()}


def dataset(name: str, node: Node, parent: Node, declared: Declared) -> Dataset:
    """Read one data set."""
    fields, problems = node.fields, declared.problems
    only(node, SOURCES, "data set", problems)
    for key in OF_FILES:
        if key in node.keys and "rows" in node.keys and "file" not in node.keys:
            problems.add(f"{key!r} goes with `file`", node.keys[key], "remove it; the rows stand here")
    endless(node, declared)
    secret = fields.get("secret")
    rows = fields.get("rows")
    return Dataset(
        name,
        parent.keys[name],
        file=optional(node, "file"),
        at=optional(node, "at"),
        rows=tuple(map(tree, rows.items)) if rows else None,
        delimiter=optional(node, "delimiter"),
        encoding=optional(node, "encoding"),
        pick=cast(Pick, text(node, "pick") or "sequential"),
        at_end=cast(AtEnd, text(node, "at_end") or "recycle"),
        secret=tuple(map(setting, secret.items)) if secret else (),
    )


def endless(node: Node, declared: Declared) -> None:
    """Refuse rows that are unique and recycled, which cannot both be."""
    end = node.fields.get("at_end")
    lost = "at_end" in node.keys and end is None
    if text(node, "pick") == "unique" and not lost and (end is None or end.raw == "recycle"):
        place = end.place if end else node.fields["pick"].place
        hint = "insert `at_end: stop` or `at_end: error`; it says what happens when all have been taken"
        if end:
            hint = "write `at_end: stop` or `at_end: error`"
        declared.problems.add("unique rows cannot be recycled", place, hint)


def metrics(root: Node) -> dict[str, CustomMetric]:
    """Read the plan's own metrics."""
    node = root.fields.get("metrics")
    return {name: metric(name, child, node) for name, child in node.fields.items()} if node else {}


def metric(name: str, node: Node, parent: Node) -> CustomMetric:
    """Read one metric; a trend where its type was wrong."""
    kind, unit = text(node, "type") or "trend", text(node, "unit") or "none"
    return CustomMetric(name, cast(Kind, kind), parent.keys[name], cast(Unit, unit))
