"""Requests, wherever they stand: in `http`, at an endpoint or at a step."""

from __future__ import annotations

from planrunner.errors import Place, Problems
from planrunner.plan.bodies import BODIES, body
from planrunner.plan.checks import checks
from planrunner.plan.model import Auth, Endpoint, Request, Setting
from planrunner.plan.names import Declared, only
from planrunner.plan.node import Node, optional, setting
from planrunner.plan.saves import records, saves
from planrunner.plan.tags import tags

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
DEFAULTS = (
    "headers",
    "cookies",
    "auth",
    "timeout",
    "max_redirects",
    "expected_status",
    "cookie_jar",
    "hosts",
    "rewrite_host",
    "allow_hosts",
)
"""What `http` says for every request."""

OWN = ("target", "query", *DEFAULTS, *BODIES, "template")
"""What an endpoint or step says of its request."""

ASKED = ("checks", "save", "record", "tags")
"""What an endpoint says beside its request; steps of all kinds can too."""

AUTHS = ("basic", "digest", "bearer")


def endpoint(name: str, node: Node, parent: Node, declared: Declared) -> Endpoint:
    """Read a named request."""
    method = only(node, METHODS, "endpoint", declared.problems)
    return Endpoint(name, request(node, method, declared), parent.keys[name])


def request(node: Node, method: str | None, declared: Declared) -> Request:
    """Read what a mapping says about a request; `method` is its key with the URL, if it has one."""
    fields = node.fields
    hosts = fields.get("hosts")
    return Request(
        node.keys[method] if method else node.place,
        method=method.upper() if method else "",
        url=optional(node, method) if method else None,
        target=optional(node, "target"),
        headers=parameters(node, "headers"),
        query=parameters(node, "query"),
        cookies=parameters(node, "cookies"),
        tags=tags(node, declared.problems),
        auth=auth(fields["auth"], node.keys["auth"], declared.problems) if "auth" in fields else None,
        body=body(node, declared.problems),
        timeout=optional(node, "timeout"),
        max_redirects=optional(node, "max_redirects"),
        expected_status=several(node, "expected_status"),
        cookie_jar=optional(node, "cookie_jar"),
        hosts={name: setting(child) for name, child in hosts.fields.items()} if hosts else None,
        rewrite_host=optional(node, "rewrite_host"),
        allow_hosts=several(node, "allow_hosts"),
        checks=checks(fields["checks"], declared.problems) if "checks" in fields else None,
        saves=saves(fields["save"], declared) if "save" in fields else None,
        records=records(fields["record"], declared) if "record" in fields else None,
    )


def parameters(node: Node, key: str) -> dict[str, Setting | None]:
    """Read headers, a query or cookies; null removes what a lower layer says."""
    found = node.fields.get(key)
    fields = found.fields if found else {}
    return {name: None if child.value is None else setting(child) for name, child in fields.items()}


def several(node: Node, key: str) -> tuple[Setting, ...] | None:
    """Read one value or a list of them."""
    found = node.fields.get(key)
    if found is None:
        return None
    return tuple(map(setting, found.items if isinstance(found.value, list) else [found]))


def auth(node: Node, place: Place, problems: Problems) -> Auth | None:
    """Read who asks; null takes away what a lower layer says. None when that was wrong."""
    if node.value is None:
        return Auth("none", place)
    kind = only(node, AUTHS, "auth", problems)
    if kind == "bearer":
        return Auth("bearer", place, token=optional(node, kind))
    if kind is None:
        return None
    who = node.fields[kind]
    return Auth(
        "basic" if kind == "basic" else "digest",
        place,
        username=optional(who, "username"),
        password=optional(who, "password"),
    )
