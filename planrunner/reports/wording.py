"""The words and numbers that all reports share, so that no two of them tell a different story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from planrunner import units
from planrunner.errors import Exit, visible
from planrunner.result import Error, Lost, Metric, Result, Threshold

Outcome: TypeAlias = Literal["passed", "failed", "interrupted", "unjudged"]

MARKS: Mapping[str, str] = {
    "passed": "✓",
    "failed": "✗",
    "no data": "?",
    "interrupted": "!",
    "unjudged": "–",  # noqa: RUF001 - a dash: neither good nor bad
}

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


def clip(text: str, length: int = 120) -> str:
    """Make foreign text harmless and short: one line, no control characters, cut with an ellipsis."""
    return visible(text if len(text) <= length else text[: length - 1] + "…")


def outcome(result: Result) -> Outcome:
    """Say how the run ended; an interrupted run never reads as passed, since its exit code is not 0."""
    if result.verdict == "failed":
        return "failed"
    if result.stopped == "interrupted":
        return "interrupted"
    return "passed" if result.judged else "unjudged"


def verdict(result: Result) -> str:
    """Say the verdict in one sentence, without a mark."""
    said = _verdict(result)
    if result.skipped and _unjudged(result) not in said:
        said = f"{said}; {len(result.skipped)} skipped"
    return "; ".join([said, *distrust(result)])


def _verdict(result: Result) -> str:
    total, after = len(result.thresholds), units.show_duration(result.duration)
    if result.stopped in ENDED:
        return f"failed: {ENDED[result.stopped]}: {result.reason}"
    if result.exit_code == Exit.TEARDOWN_TIMEOUT:
        return f"failed: {result.reason}"
    match outcome(result):
        case "failed":
            return f"failed: {_broken(result)}{_stopped(result, after)}"
        case "interrupted" if result.judged:
            return f"interrupted after {after}: {total} of {total} thresholds held until then"
        case "interrupted":
            return f"interrupted after {after}: nothing was judged, {_unjudged(result)}"
        case "passed":
            return f"passed: {total} of {total} thresholds hold{_doubts(result)}"
        case _:
            return f"nothing was judged: {_unjudged(result)}{_doubts(result)}"


def _unjudged(result: Result) -> str:
    match len(result.skipped):
        case 0:
            return "the plan has no thresholds"
        case 1:
            return "its only threshold was skipped"
        case count:
            return f"all its {count} thresholds were skipped"


def distrust(result: Result) -> list[str]:
    """Say it when the numbers are about this machine rather than about the target."""
    sent = sum(request.count for request in result.requests)
    own = result.own_failures
    return [f"do not trust it: {own} of {sent} requests failed because of this machine"] if own else []


ENDED: Mapping[str, str] = {
    "plan": "the plan stopped the test",
    "agent": "an agent was lost",
    **dict.fromkeys(("preflight", "setup", "setup timeout"), "no load was made"),
}
"""How a run ended that could not be carried out, or not wholly."""


def _doubts(result: Result) -> str:
    """Say what makes a green verdict worth little, although no threshold asks for it."""
    sent, failed = sum(r.count for r in result.requests), sum(r.failed for r in result.requests)
    doubts = ["every request failed"] if sent and sent == failed else []
    if sent and not result.value("iterations", "count"):
        doubts.append("no iteration was completed")
    if bounds := sum(t.censored for t in result.thresholds):
        doubts.append(f"{bounds} of them without the slowest times: iterations were dropped or interrupted")
    if result.lost:
        doubts.append(f"{len(result.lost)} of {result.processes} agents did not come to the end")
    return f", but {' and '.join(doubts)}" if doubts else ""


def told(error: Error) -> str:
    """Say what failed, and when it was not the target that did."""
    return f"this machine's fault, not the target's: {error.message}" if error.ours else error.message


def seen(error: Error) -> str:
    """Say when a failure was seen first, and what the target said then."""
    if error.first is None:
        return ""
    told = f": {error.sample}" if error.sample else ""
    return f"first after {units.show_duration(error.first)}{told}"


def losses(result: Result) -> list[str]:
    """Say of each agent that was lost how and when, and what of its load is counted nowhere."""
    return [f"{clip(lost.name)} {clip(lost.reason)} {lost_when(lost)}" for lost in result.lost]


def lost_when(lost: Lost) -> str:
    """Say when an agent was lost; no foreign text is in it."""
    spans = " and ".join(f"{gap.begin:.1f} to {gap.end:.1f} s" for gap in lost.missing)
    told = f"at second {lost.at:.1f}"
    told += f"; what it sent from {spans} is not counted" if spans else ""
    arrivals = "1 arrival" if lost.missing_arrivals == 1 else f"{lost.missing_arrivals:,} arrivals"
    return f"{told}; missing: {arrivals}" if lost.missing_arrivals else told


def _broken(result: Result) -> str:
    verdicts = [t.verdict for t in result.thresholds]
    broken, empty = verdicts.count("failed"), verdicts.count("no data")
    if broken:
        return f"{broken} of {len(verdicts)} thresholds broken" + (f", {empty} without data" if empty else "")
    if empty:
        return f"{empty} of {len(verdicts)} thresholds without data"
    return "an agent was lost" if result.lost else f"exit code {result.exit_code}"


def _stopped(result: Result, after: str) -> str:
    words = {
        "interrupted": f"; interrupted after {after}",
        "threshold": f"; a threshold stopped it after {after}",
    }
    return words.get(result.stopped, "")


def ranked(thresholds: Iterable[Threshold]) -> list[Threshold]:
    """Order thresholds as they are read: broken first, then those without data, then the rest."""
    return sorted(thresholds, key=lambda t: ("failed", "no data", "passed").index(t.verdict))


def frequent(errors: Iterable[Error]) -> list[Error]:
    """Order errors by how often they happened."""
    return sorted(errors, key=lambda e: -e.count)


def place(file: str, line: int) -> str:
    """Write where something stands in the plan, as editors understand it."""
    return f"{clip(file, 100)}:{line}" if line else clip(file)


def show(value: float, contains: str) -> str:
    """Write a value in its unit: default, time, data, share or rate."""
    return SHOW[contains](value)


def show_share(value: float) -> str:
    """Write a share with two decimals, or as many as it takes not to call something nothing."""
    text = units.show_share(value)
    return f"{units.show_number(value * 100)}%" if text == "0.00%" and value else text


SHOW: Mapping[str, Callable[[float], str]] = {
    "default": units.show_number,
    "time": units.show_duration,
    "data": units.show_size,
    "share": show_share,
    "rate": units.show_rate,
}


def values(metric: Metric) -> dict[str, str]:
    """Write all values of a metric in their units."""
    return {
        key: at_least(_value(metric, key, value), censored=key in metric.censored)
        for key, value in metric.values.items()
    }


def at_least(text: str, *, censored: bool) -> str:
    """Mark what was measured where it is only known to be at least so much."""
    return f">= {text}" if censored else text


def equation(name: str, text: str) -> str:
    """Write a name and its value without a gap: `p(95)=148.21ms`, `p(95)>=148.21ms`."""
    return f"{name}{text.replace(' ', '', 1)}" if text.startswith(">= ") else f"{name}={text}"


def lower_bounds(result: Result) -> str:
    """Say in one sentence what hides the times that are marked with >=; empty when there are none."""
    if not any(m.censored for m in result.metrics):
        return ""
    return f"{_hidden(result)}: values with >= are at least that."


ARRIVALS = ("constant-arrival-rate", "ramping-arrival-rate")
"""Executors whose dropped iterations were due; others drop those for which there was no time left."""


def _hidden(result: Result) -> str:
    dropped, interrupted = _dropped(result), result.interrupted_iterations
    due = int(result.value("iterations", "count") or 0) + dropped + interrupted
    if dropped:
        were = "was" if dropped == 1 else "were"
        why = "because no VU was free (raise `max_vus`)"
        also = f", {interrupted:,} {'was' if interrupted == 1 else 'were'} interrupted" if interrupted else ""
        return f"{dropped:,} of {due:,} iterations {were} dropped {why}{also}"
    if interrupted:
        were = "was" if interrupted == 1 else "were"
        why = "interrupted" if result.stopped else "interrupted at the end (raise `graceful_stop`)"
        return f"{interrupted:,} of {due:,} iterations {were} {why}"
    return "Iterations were dropped or interrupted"  # a result of before, which does not say how many


def _dropped(result: Result) -> int:
    """Count the iterations that were due and dropped; in a mixed run the result has them by scenario."""
    arriving = [s.name for s in result.scenarios if s.executor in ARRIVALS]
    if len(arriving) == len(result.scenarios):
        return int(result.value("dropped_iterations", "count") or 0)
    parts = (result.value("dropped_iterations", "count", f"scenario:{name}") for name in arriving)
    return int(sum(part or 0 for part in parts))


def _value(metric: Metric, key: str, value: float) -> str:
    if metric.type == "rate":
        return show(value, "share" if key == "rate" else "default")
    if metric.type == "counter" and key == "rate":
        return f"{show(value, metric.contains)}/s"
    return show(value, "default" if metric.type == "trend" and key == "count" else metric.contains)


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
