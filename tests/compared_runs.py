"""Runs of one plan whose requests were drawn by chance, some of them slower than others."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Key, Rate, Sink, Trend
from planrunner.result import Environment, Health, PlanInfo, Result, ScenarioInfo, Timeline
from planrunner.result.series import series

PLAN = (
    "name: Shop\ntarget: http://localhost:3000\n"
    "scenarios: {buy: {rate: 20/s, duration: 10s, steps: [{get: /}]}}\n"
)
TYPICAL, SPREAD = 0.1, 0.35  # seconds; the standard deviation of its logarithm
TAIL, LONGER = 0.03, 5.0  # so many requests take so much longer
ROWS = ("GET /", "POST /cart")


def run(
    seed: int = 0,
    slower: float | Mapping[str, float] = 1.0,
    *,
    count: int = 400,
    failing: float = 0.0,
    noise: float = 0.02,
    plan: str = PLAN,
) -> Result:
    """Make a run, slower by so much, or some of its requests; `noise` moves all of its times alike."""
    chance = np.random.default_rng(seed)
    drift = float(np.exp(chance.normal(0, noise)))
    sinks: dict[Key, Sink] = {}
    for row in ROWS:
        factor = slower if isinstance(slower, float) else slower.get(row, 1.0)
        sinks |= _request(row, times(chance, count) * drift * factor, failing)
    return Result(
        format=2,
        planrunner="0.1.0",
        plan=PlanInfo("Shop", "", "shop.yml", plan),
        target="http://localhost:3000",
        started=f"2026-03-14T09:{seed // 60 % 60:02d}:{seed % 60:02d}Z",
        duration=10.0 + seed / 1e6,
        verdict="passed",
        judged=True,
        exit_code=0,
        stopped="",
        scenarios=(ScenarioInfo("buy", "constant-arrival-rate", "20 iterations/s for 10s", 10),),
        metrics=(),
        thresholds=(),
        checks=(),
        requests=(),
        errors=(),
        timeline=Timeline(),
        environment=Environment(python="CPython 3.13.1", cpu="EPYC", cpus=2, loop="uvloop"),
        series=series(sinks.items()),
        health=Health("trusted"),
    )


def times(chance: np.random.Generator, count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Draw response times as servers have them: most are alike, some take much longer."""
    drawn = TYPICAL * chance.lognormal(0.0, SPREAD, count)
    drawn[chance.random(count) < TAIL] *= LONGER
    return drawn


def _request(
    row: str, drawn: np.ndarray[tuple[int, ...], np.dtype[np.float64]], failing: float
) -> dict[Key, Sink]:
    held = Histogram()
    held.add(drawn)
    wrong = round(failing * drawn.size)
    tags = (("method", row.split(maxsplit=1)[0]), ("name", row), ("scenario", "buy"))
    return {
        Key("http_reqs", tags): Counter(float(drawn.size), drawn.size),
        Key("http_req_failed", tags): Rate(wrong, drawn.size - wrong),
        Key("http_req_duration", tags): Trend(held),
    }
