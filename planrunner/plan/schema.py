"""Holds a plan against `plan.schema.json`, says what does not fit, and leaves it out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, TypeAlias, cast

from jsonschema import Draft7Validator, ValidationError, validators
from msgspec import Struct
from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan.node import Node, plain
from planrunner.plan.wording import Fault, describe, misspelt

Path: TypeAlias = tuple[str | int, ...]

MOST = 1_000
"""So many misfits are explained: to look for what was meant takes time, and nobody reads more."""

_TEMPLATE = re.compile(r"(?<!\$)\$\{")


class Wrong(Struct, frozen=True):
    """What does not fit, where, and what to leave out because of it."""

    fault: Fault | None  # None: it was said already
    place: Place
    path: Path
    leave_out: bool = True  # else only something is missing there


def check(node: Node, problems: Problems, definition: str = "") -> Node:
    """Return the part of a plan, or of what a definition describes, that fits; say what is wrong else.

    A mapping or list from which something was left out is `damaged`, and its `keys` still name all that was
    written, so that nobody has to complain about the consequences.
    """
    wrongs = list(one_each([*templates_in_keys(node, ()), *misfits(node, definition)]))
    if not wrongs:
        return node
    say([(wrong.fault, wrong.place) for wrong in wrongs if wrong.fault], node, problems)
    if any(wrong.path == () and wrong.leave_out for wrong in wrongs):
        return Node({}, node.place, damaged=True)
    gone = {wrong.path for wrong in wrongs if wrong.leave_out}
    return pruned(node, (), gone, {wrong.path for wrong in wrongs if not wrong.leave_out})


def say(faults: list[tuple[Fault, Place]], node: Node, problems: Problems) -> None:
    """Say in our own words what does not fit."""
    for fault, place in faults[:MOST]:
        message, hint = describe(fault)
        problems.add(message, place, hint)
    if len(faults) > MOST:
        problems.add(f"more than {MOST:,} values do not fit; these are the first", node.place)


@cache
def document() -> dict[str, Any]:
    """Read the schema; it is a product of its own, for editors."""
    text = resources.files("planrunner.schemas").joinpath("plan.schema.json").read_text("utf-8")
    return cast("dict[str, Any]", json.loads(text))


@cache
def _validator(definition: str) -> Draft7Validator:
    integer = Draft7Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    base = Draft7Validator
    extended = validators.extend(base, type_checker=integer)  # type: ignore[no-untyped-call]  # no types in its stubs
    whole = document()
    part = {**whole["definitions"][definition], "definitions": whole["definitions"]} if definition else whole
    return cast("Draft7Validator", extended(part))


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)  # JSON schema would take 10.0 too


def misfits(node: Node, definition: str) -> Iterator[Wrong]:
    """Find everything that does not fit the schema."""
    for error in _validator(definition).iter_errors(plain(node)):
        path = tuple(error.absolute_path)
        yield from translated(error, path, at(node, path), place_of(node, path))


def translated(error: ValidationError, path: Path, node: Node, place: Place) -> Iterator[Wrong]:
    """Find out what a validation error is about."""
    schema = cast("Mapping[str, Any]", error.schema)
    if "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        yield Wrong(Fault("pattern", schema, Node(key, node.keys[key], key)), node.keys[key], (*path, key))
    elif error.validator == "additionalProperties":
        owner = next((step for step in reversed(path) if isinstance(step, str)), "")
        for key in (key for key in node.fields if key not in schema["properties"]):
            spot = node.keys[key]
            fault = Fault("unknown", schema, Node(key, spot, key), document(), owner, node.fields[key])
            yield Wrong(fault, spot, (*path, key))
    elif error.validator == "required":
        strange = node.keys.keys() - schema["properties"].keys()
        for key in [key for key in schema["required"] if key not in node.keys and not misspelt(key, strange)]:
            fault = Fault("required", schema, Node(key, place, key), document())
            yield Wrong(fault, place, path, leave_out=False)
    elif node.damaged and error.validator in ("type", "minItems", "minProperties"):
        yield Wrong(None, place, path)  # it may be what was left out that makes it so
    else:
        # The body has the schema of all text, and draft 7 ignores what stands beside a reference.
        owner = "body" if "body" in error.absolute_schema_path else ""
        yield Wrong(Fault(str(error.validator), schema, node, owner=owner), place, path)


def templates_in_keys(node: Node, path: Path) -> Iterator[Wrong]:
    """Find `${...}` in keys, where nothing is ever inserted."""
    for key in node.fields:
        if _TEMPLATE.search(key):
            place = node.keys[key]
            yield Wrong(Fault("template", {}, Node(key, place, key)), place, (*path, key))
        yield from templates_in_keys(node.fields[key], (*path, key))
    for number, child in enumerate(node.items):
        yield from templates_in_keys(child, (*path, number))


def one_each(wrongs: Iterable[Wrong]) -> Iterator[Wrong]:
    """Keep the first complaint about each value, and all different ones about missing keys."""
    seen: set[object] = set()
    for wrong in wrongs:
        mark = wrong.path if wrong.leave_out or not wrong.fault else (wrong.path, wrong.fault.node.raw)
        if mark not in seen:
            seen.add(mark)
            yield wrong


def at(node: Node, path: Path) -> Node:
    """Return the node at a path."""
    for step in path:
        node = node.fields[step] if isinstance(step, str) else node.items[step]
    return node


def place_of(root: Node, path: Path) -> Place:
    """Return where to point at: at the key of a value that is not there at all, else at the value."""
    node = at(root, path)
    if path and isinstance(path[-1], str) and node.value is None and not node.raw:
        return at(root, path[:-1]).keys[path[-1]]
    return node.place


def pruned(node: Node, path: Path, gone: set[Path], hurt: set[Path]) -> Node:
    """Copy a node without what is wrong; its keys are all kept."""
    damaged = node.damaged or path in hurt
    if isinstance(node.value, dict):
        kept = {key: child for key, child in node.value.items() if (*path, key) not in gone}
        value = {key: pruned(child, (*path, key), gone, hurt) for key, child in kept.items()}
        return replace(node, value=value, damaged=damaged or len(kept) < len(node.value))
    if isinstance(node.value, list):
        left = [(i, child) for i, child in enumerate(node.value) if (*path, i) not in gone]
        items = [pruned(child, (*path, i), gone, hurt) for i, child in left]
        return replace(node, value=items, damaged=damaged or len(left) < len(node.value))
    return node
