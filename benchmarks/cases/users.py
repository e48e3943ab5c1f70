"""What many VUs cost: memory, and whether the tool's own slowness shows as latency."""

from __future__ import annotations

from benchmarks.case import Case, Figure, Stage, loaded, share, value
from benchmarks.load import Load

MEGABYTE = 1e6


def paced(stage: Stage) -> Load:
    """Let 5,000 VUs come in five seconds, each of which sends a request a second."""
    return Load(stage.served.url, stage.folder, vus=5_000, seconds=30 if stage.long else 5, pace=1, ramp=5)


def idle(stage: Stage) -> Load:
    """Let 10,000 VUs send one request each and wait, their connections open."""
    return Load(
        stage.served.url, stage.folder, vus=10_000, seconds=30 if stage.long else 5, pace=600, ramp=10
    )


PACED = Case(
    "users-5000",
    "5,000 VUs, ramped up over 5 s, a request a second each",
    {name: loaded(name, paced) for name in ("k6", "locust", "planrunner")},
    (
        Figure(
            "peak memory of all processes",
            value("planrunner", "memory"),
            "megabytes",
            150 * MEGABYTE,
            90 * MEGABYTE,
            less=True,
        ),
        Figure("p95 that is reported", value("planrunner", "p95"), "milliseconds", 0.005, 0.001, less=True),
        Figure("peak memory, of locust", share("planrunner", "locust", "memory"), "times", less=True),
        Figure("peak memory, of k6", share("planrunner", "k6", "memory"), "times", less=True),
    ),
    linux=True,
    connections=5_000,
)

IDLE = Case(
    "idle-10000",
    "10,000 VUs idle on kept-alive connections",
    {name: loaded(name, idle) for name in ("k6", "planrunner")},
    (
        Figure(
            "peak memory of all processes",
            value("planrunner", "memory"),
            "megabytes",
            300 * MEGABYTE,
            150 * MEGABYTE,
            less=True,
        ),
        Figure("peak memory, of k6", share("planrunner", "k6", "memory"), "times", less=True),
    ),
    linux=True,
    connections=10_000,
)

USERS = (PACED, IDLE)
