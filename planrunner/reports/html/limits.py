"""The upper limits on response times: which one is drawn, and where they cut a distribution."""

from __future__ import annotations

from collections.abc import Iterable

from planrunner.reports.wording import ranked
from planrunner.result import Threshold

MOST_CUTS = 4


def tightest(thresholds: Iterable[Threshold]) -> Threshold | None:
    """Pick the upper limit to draw: the lowest on all response times, else the lowest on a part of them."""
    return min(ranked(_upper(thresholds)), key=lambda t: ("{" in t.metric, t.limit), default=None)


def cuts(thresholds: Iterable[Threshold]) -> list[float]:
    """Return the upper limits on the times of all requests; without any, on those of a part of them."""
    found = {("{" in t.metric, t.limit or 0.0) for t in _upper(thresholds)}
    of_all = [limit for part, limit in found if not part]
    return sorted(set(of_all or [limit for _, limit in found]))[:MOST_CUTS]


def _upper(thresholds: Iterable[Threshold]) -> list[Threshold]:
    return [
        t
        for t in thresholds
        if t.metric.partition("{")[0] == "http_req_duration"
        and t.operator in {"<", "<="}
        and t.contains == "time"
        and t.aggregate != "sum"
        and (t.limit or 0) > 0
    ]
