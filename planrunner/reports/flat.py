"""The totals as k6's `--summary-export` writes them, for scripts that already read that file."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from hashlib import md5
from typing import Any

from planrunner import units
from planrunner.result import Check, Metric, Result, Threshold

WHOLE = 1e21  # from here on JavaScript writes whole numbers with an exponent


def flat(result: Result) -> str:
    """Write the totals as JSON, times in milliseconds.

    A threshold is `false` when it did *not* fail; that is k6's way (its issue 5316), and scripts rely on it.
    """
    metrics = {_key(metric): _values(metric, result.summary.stats) for metric in result.metrics}
    for limit in result.thresholds:
        judged = metrics.setdefault(limit.metric, {}).setdefault("thresholds", {})
        judged[_expression(limit)] = judged.get(_expression(limit), False) or limit.verdict != "passed"
    return json.dumps({"root_group": _group(result.checks), "metrics": metrics}, indent=4) + "\n"


def _key(metric: Metric) -> str:
    return f"{metric.name}{{{metric.selector}}}" if metric.selector else metric.name


def _values(metric: Metric, stats: Sequence[str]) -> dict[str, Any]:
    scale = 1000 if metric.contains == "time" else 1
    if metric.type == "trend":
        shown = {name: metric.values[name] for name in stats if name in metric.values}
        return {name: _whole(n) if name == "count" else _finite(n * scale) for name, n in shown.items()}
    if metric.type == "rate":
        return {
            "passes": _whole(metric.values["passes"]),
            "fails": _whole(metric.values["fails"]),
            "value": _finite(metric.values["rate"]),
        }
    return {name: _whole(value * scale) for name, value in metric.values.items()}


def _whole(value: float) -> float | None:
    """Write 45, not 45.0, as JavaScript does."""
    return int(value) if abs(value) < WHOLE and value == int(value) else _finite(value)


def _finite(value: float) -> float | None:
    """Write what JSON has no number for as null, as JavaScript does."""
    return value if math.isfinite(value) else None


def _expression(limit: Threshold) -> str:
    """Write the limit as k6 would have to be told it: `p(95)<500`, in milliseconds and without units."""
    scale = 1000 if limit.contains == "time" else 1
    if limit.limit is None or limit.limit_text or limit.over:  # k6 has no such thresholds
        return limit.expression
    return f"{limit.aggregate}{limit.operator}{units.show_number(limit.limit * scale)}"


def _group(checks: tuple[Check, ...]) -> dict[str, Any]:
    """Write the checks in k6's root group, where those of one name are one."""
    found: dict[str, dict[str, Any]] = {}
    for check in checks:
        path = f"::{check.name}"
        empty = {"name": check.name, "path": path, "id": _id(path), "passes": 0, "fails": 0}
        entry = found.setdefault(check.name, empty)
        entry["passes"] += check.passes
        entry["fails"] += check.fails
    return {"name": "", "path": "", "id": _id(""), "groups": {}, "checks": found}


def _id(path: str) -> str:
    return md5(path.encode(), usedforsecurity=False).hexdigest()
