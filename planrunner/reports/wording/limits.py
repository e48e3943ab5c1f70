"""What a limit asks for, what was measured, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planrunner import units
from planrunner.reports.wording.numbers import clip, marked, show
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
    shown = show(threshold.measured, threshold.contains)
    return marked(shown, censored=threshold.censored, few=threshold.few)


def difference(threshold: Threshold) -> str:
    """Say how far from the limit the measured value is, for example `23 % over the limit`."""
    if threshold.measured is None or threshold.limit is None or threshold.verdict == "no data":
        return ""
    told = _against(threshold, threshold.measured, threshold.limit)
    if threshold.censored:  # how far below the limit it is, nobody knows
        beyond = f" {told}" if threshold.measured > threshold.limit else ""
        told = f"at least{beyond}; {threshold.reason}"
    return "; ".join([told, *notes(threshold)])


def notes(threshold: Threshold) -> list[str]:
    """Say what a computed limit came to, and in which window."""
    told = []
    if threshold.limit_text and threshold.limit is not None:
        terms = ", ".join(f"{clip(term.name)} {show(term.value, term.contains)}" for term in threshold.terms)
        told.append(f"limit {show(threshold.limit, threshold.contains)}" + (f" ({terms})" if terms else ""))
    if threshold.over and threshold.measured is not None:
        span = units.show_duration(threshold.over)
        if threshold.at is None:
            told.append(f"in all of the run, which was shorter than {span}")
        else:
            told.append(f"in the {span} up to {units.show_duration(threshold.at)}")
    return told


def _against(threshold: Threshold, measured: float, limit: float) -> str:
    gap = measured - limit
    if gap == 0:
        return "exactly at the limit"
    if threshold.contains != "share" and 0 < 10 * limit <= measured:
        return f"{units.cut(measured / limit, 0)} times the limit"
    return f"{_distance(threshold, abs(gap), limit)} {'over' if gap > 0 else 'under'} the limit"


def _distance(threshold: Threshold, gap: float, limit: float) -> str:
    if threshold.contains == "share":  # a percentage of percentages would be misread
        text = units.cut(gap * 100, 2)
        unit = "percentage point" if text == "1" else "percentage points"
        return f"{text if text != '0' else 'less than 0.01'} {unit}"
    if limit == 0:
        return show(gap, threshold.contains)
    percent = gap / abs(limit) * 100
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
    where += f", in any {units.show_duration(threshold.over)}" if threshold.over else ""
    return words.format(percent=percent.rstrip(")"), limit=limit) + where


def _limit(threshold: Threshold) -> str:
    if threshold.limit is None:
        return clip(threshold.limit_text)
    computed = f" ({clip(threshold.limit_text)})" if threshold.limit_text else ""
    return f"{_shown(threshold, threshold.limit)}{computed}"


def _shown(threshold: Threshold, limit: float) -> str:
    if threshold.contains == "share":  # as people write limits: 1%, not 1.00%
        return f"{units.show_number(limit * 100)}%"
    return show(limit, threshold.contains)
