"""The `thresholds` of a plan: limits as written, which the engine parses."""

from __future__ import annotations

from typing import cast

from planrunner.errors import Place, Problems
from planrunner.plan.model import FailOn, Threshold
from planrunner.plan.node import Node, is_true, optional, setting


def thresholds(node: Node, *, abort: bool = False) -> tuple[Threshold, ...]:
    """Read every limit of every metric, in the order of the plan; `abort`: each of them stops the run."""
    return tuple(
        limit
        for metric, child in node.fields.items()
        for item in (child.items if isinstance(child.value, list) else [child])
        for limit in threshold(metric, item, node.keys[metric], abort=abort)
    )


def threshold(metric: str, node: Node, place: Place, *, abort: bool) -> list[Threshold]:
    """Read one limit; nothing when its expression was wrong."""
    if not node.mapping:
        return [Threshold(metric, setting(node), place, abort_on_fail=abort)]
    expression = optional(node, "threshold")
    if not expression:
        return []
    return [
        Threshold(
            metric,
            expression,
            place,
            abort_on_fail=abort or is_true(node, "abort_on_fail"),
            delay_abort_eval=optional(node, "delay_abort_eval"),
            min_samples=optional(node, "min_samples"),
        )
    ]


def fail_on(root: Node) -> tuple[FailOn, ...]:
    """Read what fails the run; broken thresholds, where nothing is said."""
    listed = root.fields.get("fail_on")
    if listed is None:
        return ("thresholds",)
    return tuple(dict.fromkeys(cast("FailOn", item.value) for item in listed.items))


def warn_of_delays(root: Node, problems: Problems) -> None:
    """Warn of limits that would wait before they stop the run, and never stop it, whatever the profile."""
    profiles, limits = root.fields.get("profiles"), root.fields.get("thresholds")
    if any("abort_on_fail" in one.keys for one in (root, *(profiles.children if profiles else ()))):
        return
    for child in limits.children if limits else ():
        for limit in child.items or [child]:
            stops = is_true(limit, "abort_on_fail") or "abort_on_fail" in limit.keys - limit.fields.keys()
            if "delay_abort_eval" in limit.keys and not stops:
                hint = "insert `abort_on_fail: true` beside it, run with --abort-on-fail, or remove it"
                message = "`delay_abort_eval` does nothing without `abort_on_fail`"
                problems.warn(message, limit.keys["delay_abort_eval"], hint)
