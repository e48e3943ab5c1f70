"""Whether a rate is kept: how many requests come, when, and how late planrunner itself is."""

from __future__ import annotations

from benchmarks.case import Case, Figure, Side, Stage, loaded, value
from benchmarks.load import Load
from benchmarks.numbers import off, worst_second
from benchmarks.truth import calibrated

RATE, SECONDS = 1_000, 10
FAST = 10_000


def kept(tool: str) -> Side:
    """Measure what the server saw of a constant rate."""

    def measure(stage: Stage) -> dict[str, float]:
        with calibrated(stage.folder, stage.cores.server) as truth:
            load = Load(f"{truth.url}0", stage.folder, vus=20, seconds=SECONDS, rate=RATE)
            _, told = stage.measure(tool, load)
        arrivals = [came for came, _ in truth.requests()]
        return {
            "rate": told.rate,
            "count": len(arrivals),
            "count off": off(len(arrivals), RATE * SECONDS),
            "second off": worst_second(arrivals, RATE, SECONDS),
        }

    return Side(tool, measure)


def fast(stage: Stage) -> Load:
    """Ask for 10,000 iterations a second, with VUs for a tenth of a second's delay."""
    return Load(stage.served.url, stage.folder, vus=1_000, seconds=SECONDS, rate=FAST)


KEPT = Case(
    "rate-1000",
    "1,000 iterations/s for 10 s, as the server sees them",
    {name: kept(name) for name in ("hey", "oha", "vegeta", "k6", "locust", "planrunner")},
    (
        Figure("count off", value("planrunner", "count off"), "percent", 0.001, 0.0, less=True),
        Figure("worst second off", value("planrunner", "second off"), "percent", 0.01, 0.0, less=True),
        Figure("worst second off, hey", value("hey", "second off"), "percent", less=True),
        Figure("worst second off, k6", value("k6", "second off"), "percent", less=True),
        Figure("worst second off, locust", value("locust", "second off"), "percent", less=True),
    ),
    linux=True,
)

FAST_RATE = Case(
    "rate-10000",
    "10,000 iterations/s for 10 s, constant arrival rate",
    {name: loaded(name, fast) for name in ("k6", "planrunner")},
    (
        Figure("dropped", value("planrunner", "dropped"), "count", 0, 0, less=True),
        Figure(
            "start later than due, p99",
            value("planrunner", "lag p99"),
            "milliseconds",
            0.001,
            0.0002,
            less=True,
        ),
        Figure("dropped by k6", value("k6", "dropped"), "count", less=True),
    ),
    connections=1_000,
)

RATES = (KEPT, FAST_RATE)
