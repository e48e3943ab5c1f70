"""The `summary` of a plan: what the terminal shows at the end, and which numbers of trends."""

from __future__ import annotations

import re
from typing import cast

from planrunner.errors import suggestion
from planrunner.plan.model import Summary, SummaryMode
from planrunner.plan.node import Node, text

STATISTICS = ("avg", "min", "med", "max", "count", "sum")
"""What can be shown of a trend, beside percentiles."""

MEANT = {"average": "avg", "maximum": "max", "mean": "avg", "median": "med", "minimum": "min", "total": "sum"}
"""Words of other tools, and ours for them."""

_PERCENTILE = re.compile(r"p\((?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)\)", re.ASCII)
_ALMOST = re.compile(r"p?\(?(100|\d{1,2}(?:\.\d+)?)(?:th)?\)?%?", re.ASCII | re.IGNORECASE)


def statistic(value: object) -> str:
    """Read a statistic of a trend, for example `p(99.9)`; ValueError says which was probably meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("write one of avg, min, med, max, p(95), count and sum")  # noqa: TRY004 (as all readers)
    name = str(value)
    if name in STATISTICS or _PERCENTILE.fullmatch(name):
        return name
    almost = _ALMOST.fullmatch(name)
    meant = f"p({almost[1]})" if almost else MEANT.get(name.lower())
    hint = f"did you mean {meant!r}?" if meant else suggestion(name, (*STATISTICS, "p(95)"))
    raise ValueError(f"{name!r} is no statistic of a trend: {hint}")


def summary(root: Node) -> Summary:
    """Read what the terminal shows; each statistic once."""
    node, usual = root.fields.get("summary"), Summary()
    if node is None:
        return usual
    listed = node.fields.get("stats")
    stats = tuple(dict.fromkeys(item.raw for item in listed.items)) if listed else ()
    mode = cast("SummaryMode", text(node, "mode") or usual.mode)
    return Summary(stats or usual.stats, mode)
