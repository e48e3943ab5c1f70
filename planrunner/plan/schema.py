"""Holds a plan against `plan.schema.json`, says what does not fit, and leaves it out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, TypeAlias, cast

from jsonschema import Draft7Validator, ValidationError, validators

from planrunner.errors import Place, Problem, Problems
from planrunner.plan.node import Node, plain
from planrunner.plan.wording import Fault, describe, misspelt

Path: TypeAlias = tuple[str | int, ...]

_TEMPLATE = re.compile(r"(?<!\$)\$\{")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem, and what to leave out because of it."""

    problem: Problem | None  # None: it was said already
    path: Path
    leave_out: bool = True  # else only something is missing there


def check(node: Node, problems: Problems) -> Node:
    """Return the part of a plan that fits the schema; say what is wrong with the rest.

    A mapping or list from which something was left out is `damaged`, and its `keys` still name all that was
    written, so that nobody has to complain about the consequences.
    """
    wrongs = list(one_each([*templates_in_keys(node, ()), *misfits(node)]))
    if not wrongs:
        return node
    problems.found += [wrong.problem for wrong in wrongs if wrong.problem]
    if any(wrong.path == () and wrong.leave_out for wrong in wrongs):
        return Node({}, node.place, damaged=True)
    gone = {wrong.path for wrong in wrongs if wrong.leave_out}
    return pruned(node, (), gone, {wrong.path for wrong in wrongs if not wrong.leave_out})


@cache
def document() -> dict[str, Any]:
    """Read the schema; it is a product of its own, for editors."""
    text = resources.files("planrunner.schemas").joinpath("plan.schema.json").read_text("utf-8")
    return cast("dict[str, Any]", json.loads(text))


@cache
def _validator() -> Draft7Validator:
    integer = Draft7Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    # jsonschema's stubs leave this function without types.
    extended = validators.extend(Draft7Validator, type_checker=integer)  # type: ignore[no-untyped-call]
    return cast("Draft7Validator", extended(document()))


def _is_integer(_: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)  # JSON schema would take 10.0 too


def misfits(node: Node) -> Iterator[Wrong]:
    """Find everything that does not fit the schema."""
    for error in _validator().iter_errors(plain(node)):
        path = tuple(error.absolute_path)
        yield from translated(error, path, at(node, path), place_of(node, path))


def translated(error: ValidationError, path: Path, node: Node, place: Place) -> Iterator[Wrong]:
    """Say in our own words what a validation error means."""
    schema = cast("Mapping[str, Any]", error.schema)
    if "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        message, hint = describe(Fault("pattern", schema, Node(key, node.keys[key], key)))
        yield Wrong(Problem(message, node.keys[key], hint), (*path, key))
    elif error.validator == "additionalProperties":
        for key in node.fields.keys() - schema["properties"].keys():
            owner = next((step for step in reversed(path) if isinstance(step, str)), "")
            wrong = Node(key, node.keys[key], key)
            message, hint = describe(Fault("unknown", schema, wrong, document(), owner, node.fields[key]))
            yield Wrong(Problem(message, node.keys[key], hint), (*path, key))
    elif error.validator == "required":
        strange = node.keys.keys() - schema["properties"].keys()
        for key in [key for key in schema["required"] if key not in node.keys and not misspelt(key, strange)]:
            message, hint = describe(Fault("required", schema, Node(key, place, key), document()))
            yield Wrong(Problem(message, place, hint), path, leave_out=False)
    elif node.damaged and error.validator in ("type", "minItems", "minProperties"):
        yield Wrong(None, path)  # it may be what was left out that makes it so
    else:
        # The body has the schema of all text, and draft 7 ignores what stands beside a reference.
        owner = "body" if "body" in error.absolute_schema_path else ""
        message, hint = describe(Fault(str(error.validator), schema, node, owner=owner))
        yield Wrong(Problem(message, place, hint), path)


def templates_in_keys(node: Node, path: Path) -> Iterator[Wrong]:
    """Find `${...}` in keys, where nothing is ever inserted."""
    for key in node.fields:
        if _TEMPLATE.search(key):
            hint = "only values are computed; write the key out"
            yield Wrong(Problem("`${...}` cannot stand in a key", node.keys[key], hint), (*path, key))
        yield from templates_in_keys(node.fields[key], (*path, key))
    for number, child in enumerate(node.items):
        yield from templates_in_keys(child, (*path, number))


def one_each(wrongs: Iterable[Wrong]) -> Iterator[Wrong]:
    """Keep the first complaint about each value, and all different ones about missing keys."""
    seen: set[object] = set()
    for wrong in wrongs:
        mark = wrong.path if wrong.leave_out else wrong
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
