"""Results of searches for a capacity: one that found it, and those that ended otherwise."""

from __future__ import annotations

from dataclasses import replace

from samples import limit, passed

from planrunner.result import Capacity, CapacityLevel, Result, ScenarioInfo, SearchEnd

HOLDS = limit("http_req_duration", "p(95) < 500ms", 0.5, 0.212, 47)
BROKEN = limit("http_req_duration", "p(95) < 500ms", 0.5, 0.731, 47)
FAILED = limit("http_req_failed", "rate < 1%", 0.01, 0.31, 48)


def level(value: float, at: float, p95: float | None, failed: float = 0.0) -> CapacityLevel:
    good = p95 is not None and p95 < 0.5
    p50, p99 = (None, None) if p95 is None else (p95 / 2, p95 * 1.2)
    broken = () if good or p95 is None else (BROKEN, *([FAILED] * bool(failed)))
    reason = "" if p95 is not None else "no request was answered"
    return CapacityLevel(
        level=value,
        at=at,
        seconds=27.0,
        verdict="good" if good else "bad",
        rate=value,
        p50=p50,
        p95=p95,
        p99=p99,
        failed=failed,
        dropped=0,
        broken=broken,
        reason=reason,
    )


LEVELS = (
    level(400, 0, 0.09),
    level(800, 31, 0.12),
    level(1600, 62, 4.2, 0.31),
    level(1130, 107, None),
    level(850, 138, 0.212),
    level(900, 169, 0.731),
)


def search(*levels: CapacityLevel, ended: SearchEnd = "found", reason: str = "") -> Capacity:
    good = max((one.level for one in levels if one.verdict == "good"), default=None)
    bad = min((one.level for one in levels if one.verdict == "bad"), default=None)
    return Capacity("browse", "rate", 400, 5000, 0.1, 3.0, levels, good, bad, ended, reason)


def with_search(capacity: Capacity) -> Result:
    held = capacity.last_good is not None
    return replace(
        passed(),
        capacity=capacity,
        verdict="passed" if held else "failed",
        exit_code=0 if held else 99,
        thresholds=(HOLDS if held else BROKEN,),
        scenarios=(ScenarioInfo("browse", "find-rate", "search from 400 to 5000 iterations/s", 1000),),
    )


def searched() -> Result:
    """A search that found between which levels the capacity lies."""
    return with_search(search(*LEVELS))


def exhausted() -> Result:
    """A search that ended because no VU was free."""
    last = replace(
        level(1600, 62, 0.3),
        verdict="inconclusive",
        dropped=4800,
        reason="4800 of 48000 iterations found no free VU (raise `max_vus`)",
    )
    return with_search(search(*LEVELS[:2], last, ended="generator", reason=last.reason))


def starved() -> Result:
    """A search whose data had run out before its first level was over."""
    return replace(with_search(search(ended="interrupted")), thresholds=(HOLDS,))


def unbearable() -> Result:
    """A search whose lowest level was too much."""
    return with_search(search(level(400, 0, 0.731), ended="bottom"))
