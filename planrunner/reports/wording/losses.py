"""What went wrong, and what is missing: errors, lost agents, iterations that left no times."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planrunner import units
from planrunner.reports.wording.numbers import clip
from planrunner.result import CheckSample, Error, Lost, Metric, Result, needed


def told(error: Error) -> str:
    """Say what failed, and when it was not the target that did."""
    return f"this machine's fault, not the target's: {error.message}" if error.ours else error.message


def seen(error: Error) -> str:
    """Say when a failure was seen first, and what the target said then."""
    if error.first is None:
        return ""
    told = f": {error.sample}" if error.sample else ""
    return f"first after {units.show_duration(error.first)}{told}"


def exchanged(sample: CheckSample) -> list[str]:
    """Say what a failed check looked at, the request and what came back, with the signs of `--verbose`."""
    return [f"{sign} {text}" for sign, text in ((">", sample.request), ("<", sample.reply)) if text]


def frequent(errors: Iterable[Error]) -> list[Error]:
    """Order errors by how often they happened."""
    return sorted(errors, key=lambda e: -e.count)


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


def doubtful(result: Result, shown: Iterable[str] = (), parts: Iterable[Metric] = ()) -> list[str]:
    """Explain each mark of numbers that is there, in a sentence; `shown`: percentiles that have a ~.

    `parts` are shown beside the result's own metrics.
    """
    limits = (limit.aggregate for limit in result.thresholds if limit.few and limit.verdict != "no data")
    return [told for told in (lower_bounds(result, parts), too_few((*shown, *limits))) if told]


def too_few(marked: Iterable[str]) -> str:
    """Say in one sentence what a ~ means; empty where nothing is marked."""
    highest = max(marked, key=needed, default="")
    if not highest:
        return ""
    name = f"p({highest[1:]})" if re.fullmatch(r"p[\d.]+", highest) else highest
    return f"~: too few samples to carry this percentile; {name} takes {needed(highest):,}."


def left_out(result: Result) -> list[str]:
    """Say what the result does not have, since its file would be too large."""
    return [f"{one.count:,} {clip(one.what)}: {clip(one.instead)}" for one in result.left_out]


def lower_bounds(result: Result, parts: Iterable[Metric] = ()) -> str:
    """Say in one sentence what hides the times that are marked with >=; empty when there are none."""
    if not any(metric.censored for metric in (*result.metrics, *parts)):
        return ""
    return f"{_hidden(result)}: values with >= are at least that."


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
    arriving = [scenario.name for scenario in result.scenarios if scenario.arrives]
    if len(arriving) == len(result.scenarios):
        return int(result.value("dropped_iterations", "count") or 0)
    parts = (result.value("dropped_iterations", "count", f"scenario:{name}") for name in arriving)
    return int(sum(part or 0 for part in parts))
