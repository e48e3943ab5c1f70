"""Runs of any length, from snapshots as workers send them: the real account and result, but no requests."""

from __future__ import annotations

from collections.abc import Iterator
from math import sin

import numpy as np

from planrunner.engine.checked import Checked, check, frame
from planrunner.engine.program.build import Given
from planrunner.engine.verdict.account import Account
from planrunner.engine.verdict.outcome import Ended
from planrunner.errors import Problems
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Complaint, Snapshot
from planrunner.plan.load import load
from planrunner.result import Environment, Result
from planrunner.values.mask import Mask

PLAN = """
name: Shop for {hours}
target: http://shop.test
load: {{start_vus: 0, stages: [{{duration: {ramp}s, target: 40}}, {{duration: {hold}s, target: 40}}]}}
steps:
{steps}
thresholds:
  http_req_duration: p(95) < 500ms
  http_req_failed: rate < 1%
"""
TURNS = 10  # an endpoint has requests in one of so many spans, where there are many


def long_run(seconds: float, spans: int, endpoints: int, kinds: int) -> Result:
    """Make the result of a run in so many snapshots, with so many endpoints, and kinds of errors in all."""
    steps = "\n".join(f"  - {{get: /items/{n}, checks: [{{status: 200}}]}}" for n in range(endpoints))
    plan = PLAN.format(hours=f"{seconds:.0f} s", ramp=seconds / 8, hold=seconds * 7 / 8, steps=steps)
    account = Account(frame(_checked(plan), "2026-03-14T09:26:53Z", Environment()))
    random, step = np.random.default_rng(7), seconds / spans
    for number in range(spans):
        sinks = dict(_replies(random, number, spans, endpoints))
        first, last = kinds * number // spans, kinds * (number + 1) // spans
        bad = [_error(kind, endpoints) for kind in range(first, last)]
        for kind, key in enumerate(bad, first):
            times = 1 + kind % 9
            sinks |= {key: Counter(times, times), Key("http_req_failed", key.tags): Rate(times, 0)}
        at = (number + 1) * step
        complaints = [Complaint(key, at, f"<h1>no {n}</h1>") for n, key in enumerate(bad)]
        account.take(Snapshot(number, at, step, sinks, complaints, []))
    return account.close(Ended(), Mask(()))


def _checked(plan: str) -> Checked:
    problems = Problems()
    loaded = load(plan.encode(), "plan.yml", problems)
    assert loaded is not None
    return check(loaded, Given({}, (), seed="1", test_id="t"), problems)


def _replies(
    random: np.random.Generator, number: int, spans: int, endpoints: int
) -> Iterator[tuple[Key, Sink]]:
    """Yield what the endpoints whose turn it is measure in a span."""
    vus = min(40, 320 * number // spans)
    yield Key("vus", ()), Gauge(vus, vus, vus)
    yield Key("iterations", (("scenario", "default"),)), Counter(20, 20)
    turns = min(TURNS, endpoints // 3)
    for n in range(number % turns, endpoints, turns):
        held = Histogram()
        held.add(0.1 * (2 + sin(9 * number / spans)) * random.lognormal(0.0, 0.4, 20))
        tags = _tags(n, ("expected_response", "true"), ("status", "200"))
        yield Key("http_req_duration", tags), Trend(held)
        yield Key("http_reqs", tags), Counter(20, 20)
        yield Key("http_req_failed", tags), Rate(0, 20)


def _error(kind: int, endpoints: int) -> Key:
    told = f"connection to node {kind} of the cluster was reset"
    failed = ("error", told), ("error_code", "1220"), ("expected_response", "false"), ("status", "0")
    return Key("http_reqs", _tags(kind % endpoints, *failed))


def _tags(endpoint: int, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    usual = ("method", "GET"), ("name", f"GET /items/{endpoint}"), ("scenario", "default")
    return tuple(sorted((*usual, *more)))


def eight_hours() -> Result:
    """300 endpoints and 10,000 kinds of errors."""
    return long_run(28_800.0, 480, 300, 10_000)


def ten_seconds() -> Result:
    """An ordinary short run."""
    return long_run(10.0, 10, 3, 4)
