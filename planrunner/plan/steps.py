"""The steps of a scenario: the key that is there says what a step does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from planrunner.errors import Place
from planrunner.plan import requests
from planrunner.plan.model import Log, RequestStep, Step, Think
from planrunner.plan.names import Declared, only
from planrunner.plan.node import Node, optional, setting, text

BESIDE_REQUEST = (*requests.KEYS, "name", "on_fail")


def steps(node: Node, declared: Declared) -> tuple[Step, ...]:
    """Read a list of steps."""
    found = (step(item, declared) for item in node.items)
    return tuple(one for one in found if one)


def step(node: Node, declared: Declared) -> Step | None:
    """Read one step; None when nothing says what it does."""
    action = only(node, ACTIONS, "step", declared.problems)
    if not action:
        return None
    read, beside = ACTIONS[action]
    for key in node.keys:
        if key not in beside and key not in ACTIONS and key in KNOWN:
            hint = f"remove it; {action!r} stands alone"
            declared.problems.add(f"{key!r} does not go with {action!r}", node.keys[key], hint)
    return read(node, action, declared)


def use(node: Node, action: str, declared: Declared) -> RequestStep:
    """Read a step that sends the request of an endpoint."""
    named = node.fields[action]
    name, known = named.raw, declared.endpoints
    if known is not None and not known:
        hint = "write it below `endpoints:`, or the request itself in this step: `get: /path`"
        declared.problems.add(f"unknown endpoint {name!r}", named.place, hint)
    elif known is not None and name not in known:
        declared.problems.unknown("endpoint", name, known, named.place)
    return request_step(node, None, declared, name, named.place)


def send(node: Node, action: str, declared: Declared) -> RequestStep:
    """Read a step that holds its own request."""
    return request_step(node, action, declared, "", None)


def request_step(
    node: Node, method: str | None, declared: Declared, endpoint: str, endpoint_place: Place | None
) -> RequestStep:
    """Read what both kinds of request steps have."""
    on_fail = node.fields.get("on_fail")
    return RequestStep(
        requests.request(node, method, declared),
        node.keys[method or "request"],
        endpoint,
        endpoint_place,
        name=text(node, "name"),
        on_fail=steps(on_fail, declared) if on_fail else (),
    )


def think(node: Node, action: str, declared: Declared) -> Think:  # noqa: ARG001  (all actions are called alike)
    """Read a pause."""
    time, place = node.fields[action], node.keys[action]
    if time.mapping:
        return Think(place, mean=optional(time, "mean"), spread=optional(time, "spread"))
    return Think(place, range=setting(time))


def log(node: Node, action: str, declared: Declared) -> Log:  # noqa: ARG001  (all actions are called alike)
    """Read a line to show."""
    return Log(setting(node.fields[action]), node.keys[action])


ACTIONS: Mapping[str, tuple[Callable[[Node, str, Declared], Step], Iterable[str]]] = {
    "request": (use, BESIDE_REQUEST),
    **dict.fromkeys(requests.METHODS, (send, BESIDE_REQUEST)),
    "think": (think, ()),
    "log": (log, ()),
}
"""What a step can do, and which keys may stand beside it."""

KNOWN = frozenset([*BESIDE_REQUEST, *ACTIONS])
