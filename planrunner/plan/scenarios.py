"""The scenarios of a plan, or the short form as the only one."""

from __future__ import annotations

from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan.model import Load, Request, Scenario, Stage
from planrunner.plan.names import Declared
from planrunner.plan.node import Node, hurt, optional, setting
from planrunner.plan.requests import request
from planrunner.plan.steps import steps
from planrunner.plan.tags import tags

SHORT_FORM = ("load", "steps", "vu_setup", "warm_up")
"""What stands at the top level of a plan with only one scenario."""

DEFAULT = "default"


def scenarios(root: Node, declared: Declared) -> dict[str, Scenario]:
    """Read the scenarios, or the short form as the only one."""
    several = root.fields.get("scenarios")
    short = [key for key in SHORT_FORM if key in root.keys]
    if "scenarios" in root.keys:
        misplaced(root, short, declared.problems)
        if short:
            scenario(DEFAULT, alone(root), root.place, declared)  # for what is wrong inside
    elif short:
        complete(root, declared.problems)
        return {DEFAULT: scenario(DEFAULT, alone(root), root.keys[short[0]], declared)}
    elif not root.damaged:
        hint = "insert `steps:`, or `scenarios:` when there are several"
        declared.problems.add("the plan has no steps", root.place, hint)
    if several is None:
        return {}
    return {name: scenario(name, node, several.keys[name], declared) for name, node in several.fields.items()}


def alone(root: Node) -> Node:
    """Return the scenario of the short form; the plan's target, http and tags are not its own."""
    return replace(root, value={key: child for key, child in root.fields.items() if key in SHORT_FORM})


def misplaced(root: Node, short: list[str], problems: Problems) -> None:
    """Refuse the short form beside scenarios."""
    for key in short:
        hint = f"put it into a scenario; `scenarios` is on line {root.keys['scenarios'].line}"
        problems.add(f"{key!r} cannot stand beside `scenarios`", root.keys[key], hint)


def complete(root: Node, problems: Problems) -> None:
    """Demand the steps of the short form."""
    if "steps" not in root.keys and not root.damaged:
        problems.add("'steps' is missing", root.place, "insert `steps:` here")


def scenario(name: str, node: Node, place: Place, declared: Declared) -> Scenario:
    """Read one scenario."""
    load = load_of(node, place)
    warn_of_fall(load, declared.problems)
    return Scenario(
        name,
        load,
        steps(node.fields.get("steps"), declared),
        place,
        vu_setup=steps(node.fields.get("vu_setup"), declared),
        target=optional(node, "target"),
        start_after=optional(node, "start_after"),
        warm_up=optional(node, "warm_up"),
        http=http(node, declared),
        tags=tags(node, declared.problems),
    )


def http(node: Node, declared: Declared) -> Request | None:
    """Read the defaults for requests of a plan or scenario."""
    found = node.fields.get("http")
    return request(found, None, declared) if found else None


def load_of(node: Node, place: Place) -> Load:
    """Read the load of a scenario; without one it is empty."""
    found = node.fields.get("load")
    if found is None:
        return Load(node.keys.get("load", place), damaged="load" in node.keys)
    legs = found.fields.get("stages")
    return Load(
        node.keys["load"],
        {key: setting(child) for key, child in found.fields.items() if key != "stages"},
        tuple(stage for leg in legs.items for stage in stages(leg)) if legs else None,
        dict(found.keys),
        damaged=hurt(found),
    )


def stages(node: Node) -> list[Stage]:
    """Read one stage; nothing when part of it was wrong."""
    duration, target = optional(node, "duration"), optional(node, "target")
    return [Stage(duration, target, node.place)] if duration and target else []


def warn_of_fall(load: Load, problems: Problems) -> None:
    """Warn of a ramp that begins above its first target and rises later: the start was hardly meant."""
    start, targets = load.settings.get("start_vus"), [stage.target.value for stage in load.stages or ()]
    numbers = [target for target in targets if isinstance(target, int)]
    if start is None or not isinstance(start.value, int) or not numbers or len(numbers) < len(targets):
        return
    if start.value > numbers[0] and numbers != sorted(numbers, reverse=True):
        message = f"the load begins at {start.value} VUs and falls to {numbers[0]} in its first stage"
        problems.warn(message, start.place, "a ramp begins at `start_vus`, before the first stage")
