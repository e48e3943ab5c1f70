"""The `checks` of a request: what is asked, and what each question is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from planrunner.errors import Problems
from planrunner.plan.model import Check, Condition, Setting, Tree
from planrunner.plan.names import fixed_name, only
from planrunner.plan.node import Node, hurt, is_true, setting, tree

EQUALS = "equals"
EXISTS = "exists"
HOLDS = "holds"
FILE = "file"
SCHEMA = "schema"

_WHOLE = re.compile(r"\$\{\s*((?:(?!\$\{).)*?)\s*\}")


def checks(node: Node, problems: Problems) -> tuple[Check, ...]:
    """Read the checks of one request; no two may have the same name, since they are counted by it."""
    found: dict[str, Check] = {}
    for item in node.items:
        read = check(item, problems)
        if read and read.name in found:
            hint = f"the first is on line {found[read.name].place.line}; give one of them another `name`"
            problems.add(f"two checks of this request are called {read.name!r}", read.place, hint)
        elif read:
            found[read.name] = read
    return tuple(found.values())


def check(node: Node, problems: Problems) -> Check | None:
    """Read one check; None when part of what it asks was left out, since its name would be another."""
    kind = only(node, KINDS, "check", problems)
    if not kind or hurt(node.fields[kind]):
        return None
    conditions = tuple(KINDS[kind](node.fields[kind]))
    name = fixed_name(node, problems) or default_name(kind, conditions)
    return Check(kind, name, conditions, node.keys[kind], is_true(node, "required"))


def status(node: Node) -> list[Condition]:
    """Read `200`, `2xx`, `200-299`, or a list of these, of which one must hold."""
    return [Condition(EQUALS, tree(node), node.place)]


def whole(node: Node) -> list[Condition]:
    """Read what the body or protocol must be, or matchers."""
    return matchers(node) if node.mapping else [Condition(EQUALS, setting(node), node.place)]


def paths(node: Node) -> list[Condition]:
    """Read what must exist, by its JSONPath, name or selector, or what must be found at each of several."""
    if not node.mapping:
        return [Condition(EXISTS, None, node.place, setting(node))]
    return [
        condition
        for path, wanted in node.fields.items()
        for condition in found_at(Setting(path, node.keys[path], path), wanted)
    ]


def found_at(path: Setting, wanted: Node) -> list[Condition]:
    """Read the value that must be found at a path, or matchers."""
    if wanted.mapping:
        return matchers(wanted, path)
    return [Condition(EQUALS, tree(wanted), wanted.place, path)]


def matchers(node: Node, path: Setting | None = None) -> list[Condition]:
    """Read a mapping from matcher to what is wanted."""
    return [Condition(key, tree(wanted), node.keys[key], path) for key, wanted in node.fields.items()]


def json_schema(node: Node) -> list[Condition]:
    """Read the name of a file with a JSON schema, or the schema itself."""
    return [Condition(SCHEMA if node.mapping else FILE, tree(node), node.place)]


def expression(node: Node) -> list[Condition]:
    """Read a `${...}` that must be true."""
    return [Condition(HOLDS, setting(node), node.place)]


KINDS: Mapping[str, Callable[[Node], list[Condition]]] = {
    "status": status,
    "duration": matchers,
    "body": whole,
    "json": paths,
    "header": paths,
    "cookie": paths,
    "size": matchers,
    "html": paths,
    "json_schema": json_schema,
    "protocol": whole,
    "expr": expression,
}


def default_name(kind: str, conditions: tuple[Condition, ...]) -> str:
    """Return kind, path, matcher and value: `status is 200`, `json $.token exists`."""
    return f"{kind} {' and '.join(map(phrase, conditions))}"


def phrase(condition: Condition) -> str:
    """Return one condition in words; what is wanted of `exists` is only said where it is not true."""
    matcher, wanted = condition.matcher, condition.wanted
    if matcher in SPOKEN and wanted is not None:
        return SPOKEN[matcher](wanted)
    value = "" if wanted is None else written(wanted)
    if matcher == EXISTS and value == "true":
        value = ""
    path = condition.path.text if condition.path else ""
    return " ".join(filter(None, [path, "is" if matcher == EQUALS else matcher, value]))


def written(value: Tree) -> str:
    """Return a value on one line: a scalar as it stands in the plan, several as alternatives, else JSON."""
    if isinstance(value, Setting):
        return " ".join(value.text.split()) if value.text else '""'
    if isinstance(value, tuple) and value:
        return " or ".join(map(written, value))
    return json.dumps(bare(value), ensure_ascii=False)


def computed(value: Tree) -> str:
    """Return an expression without its `${}` where it is nothing else."""
    text = written(value)
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text


def titled(value: Tree) -> str:
    """Return the title of a JSON schema, or that it stands in the plan; all of it would be no name."""
    title = value.get("title") if isinstance(value, Mapping) else None
    return written(title) if isinstance(title, Setting) else "inline"


SPOKEN: Mapping[str, Callable[[Tree], str]] = {HOLDS: computed, FILE: written, SCHEMA: titled}
"""Matchers that a name says by their value alone."""


def bare(value: Tree) -> Any:
    """Return a value without its places."""
    if isinstance(value, Mapping):
        return {key: bare(child) for key, child in value.items()}
    return [bare(child) for child in value] if isinstance(value, tuple) else value.value
