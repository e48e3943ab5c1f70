"""What happens around the scenarios: `preflight`, `setup` and `teardown`."""

from __future__ import annotations

from planrunner.plan import requests
from planrunner.plan.model import Preflight, Send
from planrunner.plan.names import Declared, only
from planrunner.plan.node import Node, optional
from planrunner.plan.steps import step


def preflight(root: Node, declared: Declared) -> tuple[Preflight, ...]:
    """Read the requests that must succeed before the run starts."""
    node = root.fields.get("preflight")
    return tuple(one for item in (node.items if node else ()) for one in asked(item, declared))


def asked(node: Node, declared: Declared) -> list[Preflight]:
    """Read one request; nothing when it has no URL."""
    if not only(node, ("request", *requests.METHODS), "preflight", declared.problems):
        return []
    found = step(node, declared)
    return [Preflight(found, optional(node, "within"))] if found and isinstance(found.does, Send) else []
