"""Rules that look at the run as a whole: what it could not send, could not begin, or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from planrunner.engine.health.facts import Facts
from planrunner.result import Finding

Rule: TypeAlias = Callable[[Facts], Finding | None]

FEW = 0.005  # share of the arrivals that may be missing without a word
MANY = 0.05  # share that hides the p95, which every report shows
GONE = 0.10  # share of all processes' time from which on the load was another one


def own_failures(facts: Facts) -> Finding | None:
    """Find requests that failed because of this machine: they say nothing of the target."""
    if not facts.own:
        return None
    seen = f"{facts.own} of {facts.sent} requests failed because of this machine"
    return Finding("own_failures", "untrusted", seen, "the errors say what helps")


def lost(facts: Facts) -> Finding | None:
    """Find that processes were lost, and with them a part of the load."""
    if not facts.lost:
        return None
    gone = sum(max(0.0, facts.seconds - one.at) for one in facts.lost)
    much = facts.incomplete or gone > GONE * facts.seconds * facts.processes
    seen = f"{len(facts.lost)} of {facts.processes} agents did not come to the end, so load was missing"
    fix = "see why, and run it again"
    return Finding("lost", "untrusted" if much else "degraded", seen, fix)


def arrivals(facts: Facts) -> Finding | None:
    """Find that less load came about than was planned, and whether that hides what was asked."""
    share, count = facts.arrivals.share, facts.arrivals.count
    if share <= FEW and not facts.unknown:
        return None
    due = count + facts.arrivals.iterations
    seen = f"{count:,} of {due:,} arrivals were dropped"
    seen += f", so {facts.unknown} is not known" if facts.unknown else ""
    fix = "raise max_vus or, where VUs are free, use more processes"
    return Finding("arrivals", "untrusted" if facts.unknown or share > MANY else "degraded", seen, fix)


WHOLE: tuple[Rule, ...] = (own_failures, lost, arrivals)
