"""Profiles: the same plan as another test type."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from planrunner.errors import Problems, UsageError, suggestion
from planrunner.plan import schema
from planrunner.plan.merge import overlay, with_field, without
from planrunner.plan.names import suggest
from planrunner.plan.node import Node


def selected(root: Node, chosen: Sequence[str], problems: Problems, *, complete: bool = True) -> Node:
    """Merge the chosen profiles into a plan, later ones over earlier ones, and hold the result to the schema.

    UsageError for a profile that the plan does not have; not where part of the plan could not be read.
    """
    section = root.fields.get("profiles")
    known = section.keys if section else {}
    for name in chosen:
        lost = "profiles" in root.keys and section is None
        if name not in known and complete and not lost:
            raise UsageError(f"unknown profile {name!r}; {suggestion(name, known) or 'the plan has none'}")
    strangers(root, problems)
    for name in chosen:
        if section and name in section.fields:
            root = applied(root, section.fields[name])
    if not chosen:
        return root
    fresh = Problems()
    fitting = schema.check(root, fresh)
    problems.found += [problem for problem in fresh.found if problem not in problems.found]
    return fitting


def applied(root: Node, profile: Node) -> Node:
    """Merge one profile: its own `load` goes to each scenario of which it says no other."""
    load, own = profile.fields.get("load"), profile.fields.get("scenarios")
    merged = overlay(without(profile, {"load"}), root)
    scenarios = merged.fields.get("scenarios")
    if not (load and scenarios):
        return overlay(profile, root)
    told = {name for name, child in own.fields.items() if "load" in child.keys} if own else set()
    loaded = {
        name: child if name in told else with_field(child, "load", load, profile.keys["load"])
        for name, child in scenarios.fields.items()
    }
    return with_field(merged, "scenarios", replace(scenarios, value=loaded), merged.keys["scenarios"])


def strangers(root: Node, problems: Problems) -> None:
    """Refuse what profiles say of scenarios that do not exist and have no steps either."""
    section, known = root.fields.get("profiles"), root.fields.get("scenarios")
    for profile in section.fields.values() if section else ():
        scenarios = profile.fields.get("scenarios")
        for name, child in scenarios.fields.items() if scenarios else ():
            if child.value is None or "steps" in child.keys or name in (known.keys if known else ()):
                continue
            place = scenarios.keys[name] if scenarios else child.place
            if known:
                suggest("scenario", name, known.keys, place, problems)
            elif "scenarios" not in root.keys:
                hint = "the plan is of the short form: write what is to change right below the profile"
                problems.add(f"unknown scenario {name!r}", place, hint)
