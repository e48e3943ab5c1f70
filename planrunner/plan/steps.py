"""The steps of a scenario: the key that is there says what a step does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias, cast

from planrunner.plan import requests
from planrunner.plan.checks import checks
from planrunner.plan.model import (
    Branch,
    Choose,
    Doing,
    Flow,
    ForEach,
    Group,
    If,
    Parallel,
    Repeat,
    Send,
    Step,
    Stop,
    Think,
    Tree,
    While,
)
from planrunner.plan.names import Declared, fixed_name, only, unknown
from planrunner.plan.node import Node, optional, setting, tree
from planrunner.plan.saves import records, saves
from planrunner.plan.tags import tags
from planrunner.plan.wording import misspelt

Ended: TypeAlias = Literal["iteration", "vu", "test"]
Reader: TypeAlias = Callable[[Node, str, Declared], Doing | None]

BESIDE = ("name", "tags", "if", "save", "set", "checks", "record", "log", "on_fail")
"""What may stand at any step."""

ALONE = ("set", "record", "log")
"""What makes a step of its own where no action stands."""


def steps(node: Node | None, declared: Declared) -> tuple[Step, ...]:
    """Read a list of steps; nothing where there is none."""
    found = (step(item, declared) for item in (node.items if node else ()))
    return tuple(one for one in found if one)


def within(node: Node, declared: Declared) -> tuple[Step, ...]:
    """Read the steps that a step holds."""
    return steps(node.fields.get("steps"), declared)


def step(node: Node, declared: Declared) -> Step | None:
    """Read one step; None when nothing says what it does."""
    action = action_of(node, declared)
    if action is None:
        return None
    strangers(node, action, declared)
    reader = ACTIONS[action][0] if action in node.fields and action in ACTIONS else None
    complete = action in ALONE or needed(node, action, declared)
    does = reader(node, action, declared) if reader and complete else None
    if does is None and action not in ALONE:
        does = remains(node, action, declared)
        if does is None:
            return None
    return beside(node, action, does, declared)


def action_of(node: Node, declared: Declared) -> str | None:
    """Return the key that says what a step does; None when there is none."""
    if any(key in node.keys for key in ACTIONS if key != "if"):
        only(node, (key for key in ACTIONS if key != "if"), "step", declared.problems)
        written = [key for key in node.keys if key in ACTIONS and key != "if"]
        return next((key for key in written if key in node.fields), written[0])
    if "if" in node.keys and ("steps" in node.keys or "else" in node.keys):
        return "if"
    alone = next((key for key in node.keys if key in ALONE), None)
    if alone is None and not (node.damaged and node.keys.keys() - KNOWN):
        idle(node, declared)
    return alone


def idle(node: Node, declared: Declared) -> None:
    """Say that a step does nothing."""
    message, hint = "this step does nothing", f"it needs one of: {', '.join([*ACTIONS, *ALONE])}"
    if "if" in node.keys:
        message = "this `if` has no steps"
        hint = "insert `steps:` beside it, or what is to be done: `get: /path`"
    elif "steps" in node.keys:
        hint = "insert what to do with the steps: `group: NAME`, `repeat: 3`, or `if: ${...}`"
    elif node.keys.keys() & {"checks", "save"}:
        hint = "if it belongs to the step above, remove the dash and indent it alike"
    declared.problems.add(message, node.place, hint)


def strangers(node: Node, action: str, declared: Declared) -> None:
    """Refuse keys that do not go with what a step does."""
    fitting = {action, *BESIDE, *(ACTIONS[action][1] if action in ACTIONS else ())}
    for key in node.keys:
        if key not in fitting and key in KNOWN and (key not in ACTIONS or key == "if"):
            message = f"{key!r} does not go with {action!r}"
            declared.problems.add(message, node.keys[key], companions(key))


def companions(key: str) -> str:
    """Say which actions a key goes with."""
    if key in requests.OWN:
        return "it belongs to a request"
    owners = [action for action, (_, more, _) in ACTIONS.items() if key in more]
    return f"it goes with: {', '.join(owners)}"


def needed(node: Node, action: str, declared: Declared) -> bool:
    """Say whether a step has the keys that its action needs, and complain about those that are missing."""
    strange = node.keys.keys() - KNOWN
    lacking = [key for key in ACTIONS[action][2] if key not in node.keys]
    for key in lacking:
        if not misspelt(key, strange):
            hint = f"insert `{key}:` beside it" + (
                f", for example `{EXAMPLES[key]}`" if key in EXAMPLES else ""
            )
            declared.problems.add(f"{action!r} needs {key!r}", node.keys[action], hint)
    return not lacking and all(key in node.fields for key in ACTIONS[action][2] if key != "steps")


EXAMPLES: Mapping[str, str] = {"as": "as: item", "max": "max: 100"}


def remains(node: Node, action: str, declared: Declared) -> Doing | None:
    """Keep what is left of a step whose action was wrong, so that it is looked at too; None for nothing."""
    if action == "request" or action in requests.METHODS:
        return Send(requests.request(node, None, declared))
    return Group("", within(node, declared)) if "steps" in node.fields else None


def beside(node: Node, action: str, does: Doing | None, declared: Declared) -> Step:
    """Read what may stand at any step; what a request is asked is in the request."""
    fields = node.fields
    asked = not isinstance(does, Send)
    values = fields["set"] if "set" in fields else Node({}, node.place)
    for name, place in values.keys.items():
        declared.claim(name, "set value", place)
    return Step(
        node.keys[action],
        does,
        name=fixed_name(node, declared.problems),
        tags=tags(node, declared.problems),
        condition=optional(node, "if") if action != "if" else None,
        saves=saves(fields["save"], declared) if asked and "save" in fields else (),
        sets={name: tree(child) for name, child in values.fields.items()},
        checks=checks(fields["checks"], declared.problems) if asked and "checks" in fields else (),
        records=records(fields["record"], declared) if asked and "record" in fields else (),
        log=optional(node, "log"),
        on_fail=steps(fields.get("on_fail"), declared),
    )


def use(node: Node, action: str, declared: Declared) -> Send:
    """Read a step that sends the request of an endpoint."""
    named = node.fields[action]
    example = "write it below `endpoints:`, or the request itself in this step: `get: /path`"
    unknown("endpoint", named, declared.endpoints, declared, example)
    return Send(requests.request(node, None, declared), named.raw)


def send(node: Node, action: str, declared: Declared) -> Send:
    """Read a step that holds its own request."""
    return Send(requests.request(node, action, declared))


def flow(node: Node, action: str, declared: Declared) -> Flow:
    """Read a step that takes the steps of a flow."""
    named = node.fields[action]
    example = f"declare it: `flows: {{{named.raw}: [{{get: /path}}]}}`"
    unknown("flow", named, declared.flows, declared, example)
    return Flow(named.raw, named.place)


def group(node: Node, action: str, declared: Declared) -> Group:
    """Read steps under a name."""
    return Group(node.fields[action].raw, within(node, declared))


def branches(node: Node, action: str, declared: Declared) -> If:
    """Read steps under a condition."""
    other = steps(node.fields.get("else"), declared)
    return If(setting(node.fields[action]), within(node, declared), other)


def repeat(node: Node, action: str, declared: Declared) -> Repeat:
    """Read steps that are taken several times."""
    return Repeat(setting(node.fields[action]), within(node, declared))


def for_each(node: Node, action: str, declared: Declared) -> ForEach:
    """Read steps that are taken for each item of a list."""
    name = node.fields["as"]
    declared.claim(name.raw, "loop item", name.place)
    items: Tree = tree(node.fields[action])
    return ForEach(items, name.raw, name.place, within(node, declared))


def loop(node: Node, action: str, declared: Declared) -> While:
    """Read steps that are taken as long as, or until, a condition holds."""
    return While(
        setting(node.fields[action]),
        action == "until",
        setting(node.fields["max"]),
        within(node, declared),
        every=optional(node, "every"),
    )


def parallel(node: Node, action: str, declared: Declared) -> Parallel:
    """Read requests that are sent at the same time."""
    found = steps(node.fields[action], declared)
    for one in found:
        if not isinstance(one.does, Send):
            hint = "wait, compute and decide before or after `parallel`"
            declared.problems.add("only requests can be sent in parallel", one.place, hint)
    return Parallel(tuple(one for one in found if isinstance(one.does, Send)))


def choose(node: Node, action: str, declared: Declared) -> Choose:
    """Read branches of which one is drawn each time."""
    return Choose(
        tuple(
            Branch(within(item, declared), item.place, optional(item, "weight"))
            for item in node.fields[action].items
        )
    )


def think(node: Node, action: str, _: Declared) -> Think:
    """Read a pause."""
    time = node.fields[action]
    if time.mapping:
        return Think(mean=optional(time, "mean"), spread=optional(time, "spread"))
    return Think(range=setting(time))


def stop(node: Node, action: str, _: Declared) -> Stop:
    """Read what ends."""
    return Stop(cast(Ended, node.fields[action].raw))


ACTIONS: Mapping[str, tuple[Reader, Iterable[str], Iterable[str]]] = {
    "request": (use, requests.OWN, ()),
    **dict.fromkeys(requests.METHODS, (send, requests.OWN, ())),
    "flow": (flow, (), ()),
    "group": (group, ("steps",), ("steps",)),
    "if": (branches, ("steps", "else"), ("steps",)),
    "repeat": (repeat, ("steps",), ("steps",)),
    "for_each": (for_each, ("as", "steps"), ("as", "steps")),
    "while": (loop, ("max", "every", "steps"), ("max", "steps")),
    "until": (loop, ("max", "every", "steps"), ("max", "steps")),
    "parallel": (parallel, (), ()),
    "choose": (choose, (), ()),
    "think": (think, (), ()),
    "stop": (stop, (), ()),
}
"""What a step can do: its reader, the keys that may stand beside it, and those of them that must."""

KNOWN = frozenset([*ACTIONS, *BESIDE, *(key for _, more, _ in ACTIONS.values() for key in more)])
"""All keys of a step."""
