"""From the bytes of a file to a Plan: read, held against the schema, cross-checked, built."""

from __future__ import annotations

from dataclasses import replace

from planrunner.errors import Place, Problems
from planrunner.plan import schema, source
from planrunner.plan.model import Endpoint, Load, Plan, Request, Scenario, Stage
from planrunner.plan.names import Declared
from planrunner.plan.node import Node, hurt, optional, setting, text
from planrunner.plan.requests import endpoint, request
from planrunner.plan.steps import steps
from planrunner.plan.thresholds import thresholds
from planrunner.plan.variables import variables

SHORT_FORM = ("load", "steps", "vu_setup")
"""What stands at the top level of a plan with only one scenario."""

DEFAULT = "default"


def load(data: bytes, file: str, problems: Problems) -> Plan | None:
    """Turn the bytes of a plan file into a Plan; everything that is wrong with it goes to `problems`.

    What is wrong is left out, and the plan around it is returned, `damaged`, so that its rest can be checked.
    None means that nothing could be read. Never raises for bad content, whatever the bytes are.
    """
    known = len(problems.found)
    node = source.read(data, file, problems)
    if node is None:
        return None
    fitting = schema.check(node, problems)
    if not node.mapping:
        return None
    declared = declarations(fitting, problems)
    return Plan(
        file=file,
        text=data.decode("utf-8-sig"),
        name=text(fitting, "name"),
        place=fitting.place,
        description=text(fitting, "description"),
        variables=variables(fitting.fields["variables"], problems) if "variables" in fitting.fields else {},
        target=optional(fitting, "target"),
        http=http(fitting, declared),
        endpoints=endpoints(fitting.fields["endpoints"], declared) if "endpoints" in fitting.fields else {},
        scenarios=scenarios(fitting, declared),
        thresholds=thresholds(fitting.fields["thresholds"]) if "thresholds" in fitting.fields else (),
        damaged=any(not problem.warning for problem in problems.found[known:]),
    )


def declarations(root: Node, problems: Problems) -> Declared:
    """Collect the names that other parts of the plan refer to, also those whose values were left out."""
    declared = root.fields.get("variables")
    named = root.fields.get("endpoints")
    lost = "endpoints" in root.keys and named is None
    none: dict[str, Place] = {}
    return Declared(
        problems,
        dict(declared.keys) if declared else none,
        None if lost else dict(named.keys) if named else none,
    )


def http(node: Node, declared: Declared) -> Request | None:
    """Read the defaults for requests of a plan or scenario."""
    found = node.fields.get("http")
    return request(found, None, declared) if found else None


def endpoints(node: Node, declared: Declared) -> dict[str, Endpoint]:
    """Read all named requests."""
    return {name: endpoint(name, child, node, declared) for name, child in node.fields.items()}


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
    """Return the scenario of the short form; the plan's target and http are not its own."""
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
    wanted = node.fields.get("steps")
    setup = node.fields.get("vu_setup")
    return Scenario(
        name,
        load_of(node, place),
        steps(wanted, declared) if wanted else (),
        place,
        vu_setup=steps(setup, declared) if setup else (),
        target=optional(node, "target"),
        start_after=optional(node, "start_after"),
        http=http(node, declared),
    )


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
