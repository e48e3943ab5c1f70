"""Requests, wherever they stand: in `http`, at an endpoint or at a step."""

from __future__ import annotations

import json
import re

from planrunner.errors import Problems
from planrunner.plan.checks import checks
from planrunner.plan.model import Endpoint, Request, Save, Setting
from planrunner.plan.names import Declared, check_name, only
from planrunner.plan.node import Node, optional, setting, tree

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
KEYS = ("query", "headers", "json", "body", "timeout", "expected_status", "checks", "save")
SOURCES = ("json", "header")

_TEMPLATE = re.compile(r"\$\{[^{}]*\}")  # in what may be JSON: any value may stand there


def endpoint(name: str, node: Node, parent: Node, declared: Declared) -> Endpoint:
    """Read a named request."""
    method = only(node, METHODS, "endpoint", declared.problems)
    return Endpoint(name, request(node, method, declared), parent.keys[name])


def request(node: Node, method: str | None, declared: Declared) -> Request:
    """Read what a mapping says about a request; `method` is its key with the URL, if it has one."""
    fields = node.fields
    if "json" in node.keys and "body" in node.keys:
        second = max(node.keys["json"], node.keys["body"])
        declared.problems.add("a request has either `json` or `body`", second, "remove one of them")
    if "json" in fields:
        warn_of_text(fields["json"], declared.problems)
    return Request(
        node.keys[method] if method else node.place,
        method=method.upper() if method else "",
        url=optional(node, method) if method else None,
        headers=parameters(fields["headers"]) if "headers" in fields else {},
        query=parameters(fields["query"]) if "query" in fields else {},
        json=tree(fields["json"]) if "json" in fields else None,
        body=optional(node, "body"),
        timeout=optional(node, "timeout"),
        expected_status=statuses(fields["expected_status"]) if "expected_status" in fields else None,
        checks=checks(fields["checks"], declared.problems) if "checks" in fields else None,
        saves=saves(fields["save"], declared) if "save" in fields else None,
    )


def warn_of_text(node: Node, problems: Problems) -> None:
    """Warn of `json: '{"a": 1}'`, which is sent as one text in quotes."""
    written = _TEMPLATE.sub("0", node.raw) if isinstance(node.value, str) else ""
    if not written.lstrip().startswith(("{", "[")):
        return
    try:
        json.loads(written)
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to tell
        return
    message = "this text looks like JSON and would be sent as a quoted text"
    problems.warn(message, node.place, "write it as YAML: `json: {a: 1}`, or send it as `body`")


def parameters(node: Node) -> dict[str, Setting | None]:
    """Read headers or a query; null removes what a lower layer says."""
    return {name: None if child.value is None else setting(child) for name, child in node.fields.items()}


def statuses(node: Node) -> tuple[Setting, ...]:
    """Read one status or a list of them."""
    return tuple(map(setting, node.items if isinstance(node.value, list) else [node]))


def saves(node: Node, declared: Declared) -> tuple[Save, ...]:
    """Read what is kept from a reply."""
    for name, place in node.keys.items():
        check_name(name, place, declared.problems)
        if name in declared.variables:
            hint = f"the variable is on line {declared.variables[name].line}; rename one of them"
            declared.problems.add(f"{name!r} is already the name of a variable", place, hint)
    found = (save(name, child, node, declared) for name, child in node.fields.items())
    return tuple(one for one in found if one)


def save(name: str, node: Node, parent: Node, declared: Declared) -> Save | None:
    """Read where one value is found; None when that was wrong."""
    place = parent.keys[name]
    if not node.mapping:
        return Save(name, "expr", setting(node), place)
    source = only(node, SOURCES, "save", declared.problems)
    default = node.fields.get("default")
    if not source:
        return None
    return Save(name, source, setting(node.fields[source]), place, tree(default) if default else None)
