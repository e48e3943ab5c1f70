"""What judging costs: ten million samples in a thousand series, and fifty thresholds, most with windows.

`python -m benchmarks.judging` prints as JSON which share of a core it takes to judge each second, the worst
second, how much memory grows once all windows are full, and how many totals are not those that counting anew
gives. The seconds are made up, so that nothing but the judge is measured.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import process_time

import numpy as np

from planrunner.engine.checked import Checked, check
from planrunner.engine.program.build import Given
from planrunner.engine.verdict.judge import Judge
from planrunner.engine.verdict.limits import Limit
from planrunner.errors import Problems
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Snapshot, Totals
from planrunner.metrics.threshold.judge import measure
from planrunner.plan.load import load

ENDPOINTS, SECONDS, EACH = 100, 100, 125  # in each second, so many requests to each endpoint
TIMES = ("blocked", "connecting", "dns", "duration", "receiving", "sending", "tls_handshaking", "waiting")
TRENDS = tuple(f"http_req_{name}" for name in TIMES)
SERIES = ENDPOINTS * (len(TRENDS) + 2)
SAMPLES = ENDPOINTS * SECONDS * EACH * len(TRENDS)
FULL = 70  # seconds after which all windows are full, and memory should grow no more


def thresholds() -> list[tuple[str, str]]:
    """Write fifty thresholds: on all, on endpoints, with windows and without, and referring to others."""
    found = [("http_req_duration", f"p({percent}) < 9s over 30s") for percent in (50, 90, 95, 99, 99.9)]
    found += [("http_reqs", f"rate > 1/s over {seconds}s") for seconds in (10, 20, 30, 40, 60)]
    for number in range(10):
        other = "p(95) of http_req_waiting{endpoint:e0}"
        found += [
            (f"http_req_duration{{endpoint:e{number}}}", "p(95) < 9s over 30s"),
            (f"http_req_duration{{endpoint:e{number}}}", "p(99) < 9s"),
            (f"http_req_failed{{endpoint:e{number}}}", "rate < 90% over 10s"),
            (f"http_req_waiting{{endpoint:e{number}}}", f"p(95) < {other} * 9 over 60s"),
        ]
    return found


def checked() -> Checked:
    """Compile the plan, all of whose thresholds may stop the run and so are judged each second."""
    limits: dict[str, list[str]] = {}
    for metric, text in thresholds():
        limits.setdefault(metric, []).append(text)
    plan = {
        "name": "Judging",
        "target": "http://h",
        "endpoints": {f"e{number}": {"get": f"/{number}"} for number in range(ENDPOINTS)},
        "steps": [{"request": f"e{number}"} for number in range(ENDPOINTS)],
        "abort_on_fail": True,
        "thresholds": limits,
    }
    problems = Problems()
    loaded = load(json.dumps(plan).encode(), "plan.yml", problems)
    assert loaded is not None
    made = check(loaded, Given(), problems)
    assert not problems.failed, [problem.message for problem in problems]
    return made


def second(number: int, random: np.random.Generator) -> Snapshot:
    """Make up what a second brings."""
    sinks: dict[Key, Sink] = {}
    for endpoint in range(ENDPOINTS):
        tags = (
            ("endpoint", f"e{endpoint}"),
            ("name", f"e{endpoint}"),
            ("scenario", "default"),
            ("status", "200"),
        )
        for trend, values in zip(TRENDS, random.lognormal(-4, 0.6, (len(TRENDS), EACH)), strict=True):
            histogram = Histogram()
            histogram.add(values)
            sinks[Key(trend, tags)] = Trend(histogram)
        sinks[Key("http_reqs", tags)] = Counter(EACH, EACH)
        sinks[Key("http_req_failed", tags)] = Rate(1, EACH - 1)
    return Snapshot(number, number + 1.0, 1.0, sinks, [], [])


def judging() -> dict[str, float]:
    """Judge all seconds."""
    plan, random = checked(), np.random.default_rng(1)
    judge, totals = Judge(plan.limits, plan.program.metrics), Totals()
    costs, before = [], 0
    for number in range(SECONDS):
        snapshot = second(number, random)
        began = process_time()
        judge.take(snapshot)
        assert judge.broken(snapshot.at) is None
        costs.append(process_time() - began)
        totals.add(snapshot)
        if number == FULL:
            before = resident()
    grown = resident() - before
    whole = [(limit, found) for limit, found in judge.verdicts(SECONDS) if not limit.rule.over]
    differing = sum(found.measured != anew(limit, totals) for limit, found in whole)
    return {
        "share": sum(costs) / SECONDS,
        "worst": max(costs),
        "growth": grown / (SECONDS - FULL),
        "differing": differing,
        "samples": SAMPLES,
        "series": SERIES,
        "thresholds": len(plan.limits),
    }


def anew(limit: Limit, totals: Totals) -> float:
    """Count what a threshold asks about through all totals."""
    sink = totals.select(limit.selector)
    assert sink
    return measure(limit.rule.aggregate, sink, SECONDS)


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(json.dumps(judging()))
