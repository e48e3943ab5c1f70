"""The `thresholds` of a plan: limits as written, which the engine parses."""

from __future__ import annotations

from planrunner.errors import Place
from planrunner.plan.model import Threshold
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
