"""Whether the latency that is reported is the true one: delays that are known, and a server that stalls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from benchmarks.case import Case, Figure, Round, Side, Stage, value
from benchmarks.load import Load
from benchmarks.numbers import off, percentiles, worst
from benchmarks.truth import calibrated

RATE = 400
SHARE, SECONDS = 0.02, 0.0003  # what a percentile may be off: the greater of the two
MEDIAN, SIGMA = 5_000, 0.6  # microseconds; of a lognormal distribution, as latencies often have
STALL, SERVICE, WINDOW, BEGIN = 1.5, 3_000, 10, 4.0
"""Seconds that the server stalls, microseconds that it works, seconds of the run, when the stall begins."""


def drawn() -> Iterator[int]:
    """Draw delays, always the same ones."""
    random = Random(1)
    for _ in range(500):
        yield round(MEDIAN * random.lognormvariate(0, SIGMA))


DELAYS = tuple(drawn())
"""What the scripts and plans choose from."""


def known(tool: str) -> Side:
    """Measure how far a tool's percentiles are from those that the server has logged."""

    def measure(stage: Stage) -> dict[str, float]:
        with calibrated(stage.folder, stage.cores.server) as truth:
            seconds = 30 if stage.long else 10
            load = Load(truth.url, stage.folder, vus=50, seconds=seconds, rate=RATE, delays=DELAYS)
            _, told = stage.measure(tool, load)
        true = percentiles([seconds for _, seconds in truth.requests()])
        return {
            "rate": told.rate,
            "error": worst(told.latency, true, SHARE, SECONDS),
            **{f"p{at}": found for at, found in told.latency.items()},
            **{f"p{at} off": found - true[at] for at, found in told.latency.items()},
        }

    return Side(tool, measure)


def stalled(tool: str, vus: int) -> Side:
    """Measure how far a tool's p99 is from the true one when the server stalls."""

    def measure(stage: Stage) -> dict[str, float]:
        with calibrated(stage.folder, stage.cores.server) as truth:
            load = Load(f"{truth.url}{SERVICE}", stage.folder, vus=vus, seconds=WINDOW, rate=RATE)
            _, told = stage.measure(tool, load, lambda: truth.stall(BEGIN, STALL))
        p99 = told.numbers.get("response p99", told.latency[99])
        bound = bool(told.numbers.get("response p99 is a bound", 0))
        dropped = told.numbers.get("dropped", 0.0)
        return {
            "rate": told.rate,
            "p99": p99,
            "dropped": dropped,
            "error": error(p99, true_p99(truth.stalled), is_bound=bound),
        }

    return Side(tool, measure)


def true_p99(stalled: float) -> float:
    """Compute the p99 of all who come at a constant rate while the server stalls once.

    Who comes `t` seconds after the stall began waits for the rest of it. The slowest hundredth of the run are
    those who came in the first hundredth of its time after the stall began.
    """
    return stalled - WINDOW / 100 + SERVICE / 1e6


def error(told: float, true: float, *, is_bound: bool) -> float:
    """How far a number is off; one that is told as a lower bound is wrong only above the truth."""
    return max(told / true - 1, 0.0) if is_bound else off(told, true)


def distance(percent: int) -> Callable[[Round], float | None]:
    """Pick how far planrunner's percentile is off, whatever its sign."""

    def of(measured: Round) -> float | None:
        found = value("planrunner", f"p{percent} off")(measured)
        return None if found is None else abs(found)

    return of


KNOWN = Case(
    "known-delays",
    "delays that are known (lognormal, median 5 ms), 400 requests/s",
    {name: known(name) for name in ("k6", "locust", "planrunner")},
    (
        Figure(
            "worst of p50, p90, p95, p99, of 2 % or 0.3 ms",
            value("planrunner", "error"),
            "allowed",
            1.0,
            0.5,
            less=True,
        ),
        Figure("p50 off", distance(50), "milliseconds", less=True),
        Figure("p99 off", distance(99), "milliseconds", less=True),
        Figure("the same worst, locust", value("locust", "error"), "allowed", less=True),
        Figure("the same worst, k6", value("k6", "error"), "allowed", less=True),
    ),
    linux=True,
)

STALLED = Case(
    "stall",
    "the server stalls 1.5 s in 10 s, 400 requests/s: p99 against the true one",
    {
        "k6": stalled("k6", 1_000),
        "k6, 20 VUs": stalled("k6", 20),
        "hey, 20 VUs": stalled("hey", 20),
        "locust, 40 VUs": stalled("locust", 40),
        "planrunner, 20 VUs": stalled("planrunner", 20),
        "planrunner": stalled("planrunner", 1_000),
    },
    (
        Figure("p99 off, with 1,000 VUs", value("planrunner", "error"), "percent", 0.05, 0.02, less=True),
        Figure(
            "p99 off, with 20 VUs; 0 when told as >=",
            value("planrunner, 20 VUs", "error"),
            "percent",
            0.05,
            0.02,
            less=True,
        ),
        Figure("p99 off, hey", value("hey, 20 VUs", "error"), "percent", less=True),
        Figure("p99 off, locust", value("locust, 40 VUs", "error"), "percent", less=True),
        Figure("p99 off, k6 with 1,000 VUs", value("k6", "error"), "percent", less=True),
        Figure("p99 off, k6 with 20 VUs", value("k6, 20 VUs", "error"), "percent", less=True),
    ),
    linux=True,
)

ACCURACY = (KNOWN, STALLED)
