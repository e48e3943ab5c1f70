"""Requests, wherever they stand: in `http`, at an endpoint or at a step."""

from __future__ import annotations

from planrunner.errors import Place, Problems
from planrunner.plan.bodies import BODIES, body
from planrunner.plan.checks import checks
from planrunner.plan.model import Auth, Dns, Endpoint, Request, Setting, Timeout, Tls
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
    "compression",
    "keep_alive",
    "discard_bodies",
    "max_body",
    "http2",
    "tls",
    "proxy",
    "dns",
    "local_addresses",
)
"""What `http` says for every request."""

OWN = ("target", "query", *DEFAULTS, *BODIES, "template")
"""What an endpoint or step says of its request."""

ASKED = ("checks", "save", "record", "tags")
"""What an endpoint says beside its request; steps of all kinds can too."""

PHASES = ("total", "connect", "tls", "first_byte", "idle")
"""Of a timeout."""

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
        timeout=timeout(node),
        max_redirects=optional(node, "max_redirects"),
        expected_status=several(node, "expected_status"),
        cookie_jar=optional(node, "cookie_jar"),
        hosts={name: setting(child) for name, child in hosts.fields.items()} if hosts else None,
        rewrite_host=optional(node, "rewrite_host"),
        allow_hosts=several(node, "allow_hosts"),
        compression=several(node, "compression"),
        keep_alive=optional(node, "keep_alive"),
        discard_bodies=optional(node, "discard_bodies"),
        max_body=optional(node, "max_body"),
        http2=optional(node, "http2"),
        tls=tls(node),
        proxy=optional(node, "proxy"),
        dns=dns(node),
        local_addresses=several(node, "local_addresses"),
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


def timeout(node: Node) -> Timeout | None:
    """Read how long a request may take, in all or in parts."""
    found = node.fields.get("timeout")
    if found is None:
        return None
    place = node.keys["timeout"]
    if not found.mapping:
        return Timeout(place, setting(found))
    return Timeout(place, *(optional(found, part) for part in PHASES))


def tls(node: Node) -> Tls | None:
    """Read what is asked of an encrypted connection."""
    found = node.fields.get("tls")
    if found is None:
        return None
    said = {name: optional(found, name) for name in found.fields if name != "ciphers"}
    return Tls(node.keys["tls"], **said, ciphers=several(found, "ciphers") or ())


def dns(node: Node) -> Dns | None:
    """Read how names are looked up."""
    found = node.fields.get("dns")
    if found is None:
        return None
    return Dns(node.keys["dns"], **{name: optional(found, name) for name in found.fields})


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
