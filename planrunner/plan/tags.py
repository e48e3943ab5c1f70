"""The `tags` of a plan, scenario, endpoint or step: words that samples are marked with."""

from __future__ import annotations

from collections.abc import Mapping

from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.plan.node import Node, setting

RESERVED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "check",
            "endpoint",
            "error",
            "error_code",
            "expected_response",
            "method",
            "proto",
            "scenario",
            "status",
            "tls_version",
            "url",
        ),
        "every sample has it already; choose another name",
    ),
    "group": "write a step `group: NAME` with `steps` below it",
    "name": "write `name:` at the step itself",
}
"""Tags that the run sets itself, and what to do instead."""


def tags(node: Node, problems: Problems) -> dict[str, Setting | None]:
    """Read the tags that a mapping says; null removes what a lower layer says."""
    found = node.fields.get("tags")
    if found is None:
        return {}
    for name, place in found.keys.items():
        if name in RESERVED:
            problems.add(f"the tag {name!r} is set by the run itself", place, RESERVED[name])
    return {name: None if child.value is None else setting(child) for name, child in found.fields.items()}
