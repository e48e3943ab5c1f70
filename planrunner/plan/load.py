"""From the bytes of a file to a Plan: read, held against the schema, merged, cross-checked, built."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from planrunner.errors import Place, Problems
from planrunner.plan import schema, source
from planrunner.plan.data import datasets, metrics
from planrunner.plan.flows import flows, limit
from planrunner.plan.lifecycle import preflight
from planrunner.plan.loops import check_loops
from planrunner.plan.model import Endpoint, Plan, Setting, Tree
from planrunner.plan.names import Declared
from planrunner.plan.node import Node, is_true, optional, setting, text, tree
from planrunner.plan.profiles import selected
from planrunner.plan.requests import endpoint
from planrunner.plan.scenarios import http, scenarios
from planrunner.plan.steps import steps
from planrunner.plan.summary import summary
from planrunner.plan.tags import tags
from planrunner.plan.thresholds import fail_on, thresholds, warn_of_delays
from planrunner.plan.use import use
from planrunner.plan.variables import variables
from planrunner.plan.wording import misspelt


def load(
    data: bytes, file: str, problems: Problems, profiles: Sequence[str] = (), *, aborting: bool = False
) -> Plan | None:
    """Turn the bytes of a plan file into a Plan; everything that is wrong with it goes to `problems`.

    Files that it uses are read and merged into it, then the chosen profiles, of which later ones count more.
    What is wrong is left out, and the plan around it is returned, `damaged`, so that its rest can be checked.
    `aborting`: every broken limit stops the run, whatever the plan says of it.
    None means that nothing could be read. Never raises for bad content, whatever the bytes are; UsageError
    for a chosen profile that the plan does not have.
    """
    known = len(problems.found)
    node = source.read(data, file, problems)
    if node is None:
        return None
    fitting = schema.check(node, problems)
    if not node.mapping:
        return None
    used = use(fitting, file, problems)
    root = selected(used.root, profiles, problems, complete=used.complete)
    plan = build(root, file, declarations(root, problems, complete=used.complete))
    if not aborting:
        warn_of_delays(root, problems)
    damaged = any(not problem.warning for problem in problems.found[known:])
    return replace(plan, text=data.decode("utf-8-sig"), damaged=damaged)


def declarations(root: Node, problems: Problems, *, complete: bool) -> Declared:
    """Collect the names that other parts of the plan refer to, also those whose values were left out."""

    strange = root.keys.keys() - root.fields.keys()

    def named(section: str, *, everywhere: bool = True) -> dict[str, Place] | None:
        found = root.fields.get(section)
        if not everywhere or (found is None and misspelt(section, strange)):
            return None
        return dict(found.keys) if found else {}

    return Declared(
        problems,
        named("endpoints", everywhere=complete),
        named("flows", everywhere=complete),
        named("metrics"),
    )


def build(root: Node, file: str, declared: Declared) -> Plan:
    """Read all parts of a plan that fits the schema, and hold its names against each other."""
    limits = root.fields.get("thresholds")
    known, written = root.fields.get("profiles"), root.fields.get("reports")
    plan = Plan(
        file=file,
        text="",
        name=text(root, "name"),
        place=root.place,
        description=text(root, "description"),
        variables=variables(root, declared),
        target=optional(root, "target"),
        http=http(root, declared),
        tags=tags(root, declared.problems),
        data=datasets(root, declared),
        preflight=preflight(root, declared),
        setup=steps(root.fields.get("setup"), declared),
        setup_timeout=optional(root, "setup_timeout"),
        teardown=steps(root.fields.get("teardown"), declared),
        teardown_timeout=optional(root, "teardown_timeout"),
        endpoints=endpoints(root, declared),
        flows=flows(root, declared),
        metrics=metrics(root),
        scenarios=scenarios(root, declared),
        thresholds=thresholds(limits, abort=is_true(root, "abort_on_fail")) if limits else (),
        fail_on=fail_on(root),
        summary=summary(root),
        reports=reports(written) if written else {},
        outputs=outputs(root.fields.get("outputs")),
        profiles=tuple(known.keys) if known else (),
    )
    declared.clashes()
    check_loops(plan, declared.problems)
    limit(plan, declared.problems)
    return plan


def reports(node: Node) -> dict[str, Setting]:
    """Read which reports are written; the parts of `text` are called `text.template` and `text.file`."""
    found = {name: setting(child) for name, child in node.fields.items() if name != "text"}
    own = node.fields.get("text")
    return found | ({f"text.{name}": setting(child) for name, child in own.fields.items()} if own else {})


def outputs(node: Node | None) -> dict[str, dict[str, Tree]]:
    """Read which outputs there are, and what is set of each."""
    each = node.fields if node else {}
    return {kind: {name: tree(one) for name, one in child.fields.items()} for kind, child in each.items()}


def endpoints(root: Node, declared: Declared) -> dict[str, Endpoint]:
    """Read all named requests."""
    node = root.fields.get("endpoints")
    return (
        {name: endpoint(name, child, node, declared) for name, child in node.fields.items()} if node else {}
    )
