"""What a limit asks for, what was measured, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planrunner import units
from planrunner.reports.wording.numbers import at_least, clip, show
from planrunner.result import Threshold

OPERATORS: Mapping[str, str] = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "==": "exactly",
    "===": "exactly",
    "!=": "anything but",
}

MEANINGS: Mapping[tuple[str, str], str] = {
    ("http_req_duration", "p"): "{percent} % of the requests must take {limit}",
    ("http_req_duration", "avg"): "requests must take {limit} on average",
    ("http_req_duration", "med"): "the typical request must take {limit}",
    ("http_req_duration", "min"): "the fastest request must take {limit}",
    ("http_req_duration", "max"): "the slowest request must take {limit}",
    ("http_req_failed", "rate"): "the share of failed requests must be {limit}",
    ("http_reqs", "rate"): "the requests per second must be {limit}",
    ("http_reqs", "count"): "the number of requests must be {limit}",
    ("checks", "rate"): "the share of checks that hold must be {limit}",
}
"""What a limit asks for, in a tester's words, by metric and aggregate; others are shown as written."""


def ranked(thresholds: Iterable[Threshold]) -> list[Threshold]:
    """Order thresholds as they are read: broken first, then those without data, then the rest."""
    return sorted(thresholds, key=lambda t: ("failed", "no data", "passed").index(t.verdict))


def measured(threshold: Threshold) -> str:
    """Write what was measured, or that nothing was and why."""
    if threshold.verdict == "no data":
        return f"no data: {clip(threshold.reason)}" if threshold.reason else "no data"
    if threshold.measured is None:
        return "no data"
    return at_least(show(threshold.measured, threshold.contains), censored=threshold.censored)


def difference(threshold: Threshold) -> str:
    """Say how far from the limit the measured value is, for example `23 % over the limit`."""
    if threshold.measured is None or threshold.verdict == "no data":
        return ""
    told = _against(threshold, threshold.measured)
    if not threshold.censored:
        return told
    # How far below the limit it is, nobody knows.
    return f"at least{f' {told}' if threshold.measured > threshold.limit else ''}; {threshold.reason}"


def _against(threshold: Threshold, measured: float) -> str:
    gap = measured - threshold.limit
    if gap == 0:
        return "exactly at the limit"
    if threshold.contains != "share" and 0 < 10 * threshold.limit <= measured:
        return f"{units.cut(measured / threshold.limit, 0)} times the limit"
    return f"{_distance(threshold, abs(gap))} {'over' if gap > 0 else 'under'} the limit"


def _distance(threshold: Threshold, gap: float) -> str:
    if threshold.contains == "share":  # a percentage of percentages would be misread
        text = units.cut(gap * 100, 2)
        unit = "percentage point" if text == "1" else "percentage points"
        return f"{text if text != '0' else 'less than 0.01'} {unit}"
    if threshold.limit == 0:
        return show(gap, threshold.contains)
    percent = gap / abs(threshold.limit) * 100
    text = units.cut(percent, 0 if percent >= 10 else 1)
    return f"{text if text != '0' else 'less than 0.1'} %"


def meaning(threshold: Threshold) -> str:
    """Say what a limit asks for in a tester's words; empty where the expression says it best."""
    metric, _, selector = threshold.metric.partition("{")
    kind, _, percent = threshold.aggregate.partition("(")
    words = MEANINGS.get((metric, kind))
    if words is None or threshold.operator not in OPERATORS:
        return ""
    limit = f"{OPERATORS[threshold.operator]} {_limit(threshold)}"
    where = f" (only {clip(selector.rstrip('}'))})" if selector else ""
    return words.format(percent=percent.rstrip(")"), limit=limit) + where


def _limit(threshold: Threshold) -> str:
    if threshold.contains == "share":  # as people write limits: 1%, not 1.00%
        return f"{units.show_number(threshold.limit * 100)}%"
    return show(threshold.limit, threshold.contains)
