"""What else a run costs: a start, minutes of many series, and a second process."""

from __future__ import annotations

import json
import sys

from benchmarks.case import Case, Figure, Side, Stage, numbers, share, value
from benchmarks.load import Load
from benchmarks.numbers import slope
from benchmarks.ours import command, read
from benchmarks.plans import many_series
from benchmarks.startup import TARGET
from benchmarks.startup import plan as three_hundred_lines
from benchmarks.truth import calibrated

HOUR, MINUTE, MEGABYTE = 3_600, 60, 1e6
SETTLED = 0.3  # the share of a run in which memory may still grow: VUs, caches, series
SHORT = 2  # seconds of the run whose cost is subtracted


def starting(tool: str) -> Side:
    """Measure the time from the command to the first request that the server sees."""

    def measure(stage: Stage) -> dict[str, float]:
        with calibrated(stage.folder, stage.cores.server) as truth:
            ran, _ = stage.measure(tool, Load(f"{truth.url}1000", stage.folder, vus=1, seconds=1))
        return {"start": min(came for came, _ in truth.requests()) - ran.began}

    return Side(tool, measure)


def validate(stage: Stage) -> dict[str, float]:
    file = stage.folder / "long.yml"
    file.write_text(three_hundred_lines(), "utf-8")
    ran = stage.run([sys.executable, "-m", "planrunner", "validate", str(file)], 0)
    return {"cpu": ran.cpu}


def growing(stage: Stage) -> dict[str, float]:
    """Measure how fast memory grows once all VUs and series are there."""
    load = Load(stage.served.url, stage.folder, vus=50, rate=5_000, seconds=600 if stage.long else 30)
    ran = stage.run(command(load, many_series(load)), load.seconds)
    told = read(ran, load)
    points = [(at, float(memory)) for at, memory in ran.memory]
    return {**numbers(ran, told), "growth": slope(points, SETTLED) * HOUR}


def divided(processes: int) -> Side:
    """Measure requests per second of processor time, of so many processes."""
    chosen = [] if processes == 1 else ["--processes", str(processes)]
    return Side("planrunner", lambda stage: priced(stage, *chosen))


def priced(stage: Stage, *options: str) -> dict[str, float]:
    """Measure requests per second of processor time, the start-up taken out by a short run."""
    costs = []
    for seconds in (SHORT, SHORT + stage.seconds):
        load = Load(stage.served.url, stage.folder, vus=50, seconds=seconds, checks=True)
        ran = stage.run(command(load, "", *options), seconds)
        costs.append((read(ran, load).numbers["requests"], ran.cpu))
    (few, little), (many, much) = costs
    return {"requests": many, "requests per second of processor": (many - few) / (much - little)}


def judged(stage: Stage) -> dict[str, float]:
    """Measure what it costs to judge a run that is made up."""
    ran = stage.run([sys.executable, "-m", "benchmarks.judging"], MINUTE)
    told: dict[str, float] = json.loads(ran.output)
    return {**told, "growth": told["growth"] * MINUTE}


START = Case(
    "start",
    "start-up: from the command to the first request, and `planrunner validate` of 300 lines",
    {name: starting(name) for name in ("wrk", "hey", "oha", "vegeta", "k6", "locust", "planrunner")}
    | {"planrunner validate": Side("planrunner", validate)},
    (
        Figure("first request", value("planrunner", "start"), "seconds", less=True),
        Figure("first request, of hey", share("planrunner", "hey", "start"), "times", less=True),
        Figure("first request, of k6", share("planrunner", "k6", "start"), "times", less=True),
        Figure("first request, of locust", share("planrunner", "locust", "start"), "times", less=True),
        Figure(
            "processor time of validate", value("planrunner validate", "cpu"), "seconds", TARGET, less=True
        ),
    ),
    linux=True,
)

GROWTH = Case(
    "growth",
    "memory over 10 minutes at 5,000 requests/s with 1,000 series",
    {"planrunner": Side("planrunner", growing)},
    (
        Figure(
            "growth in an hour", value("planrunner", "growth"), "megabytes", 5 * MEGABYTE, MEGABYTE, less=True
        ),
    ),
    linux=True,
    takes_minutes=True,
)

DIVIDED = Case(
    "processes",
    "two processes on the client's core, half the VUs each, against one",
    {"one process": divided(1), "two processes": divided(2)},
    (
        Figure(
            "requests per second of processor",
            share("two processes", "one process", "requests per second of processor"),
            "times",
            0.9,
            0.98,
        ),
    ),
)

JUDGING = Case(
    "judging",
    "judging each second: 10 million samples in 1,000 series, 50 thresholds, most of them with windows",
    {"planrunner": Side("planrunner", judged)},
    (
        Figure("of a core", value("planrunner", "share"), "percent", 0.02, 0.01, less=True),
        Figure("the second that takes most", value("planrunner", "worst"), "milliseconds", less=True),
        Figure("memory, growth in a minute", value("planrunner", "growth"), "megabytes", less=True),
        Figure("totals that are not exact", value("planrunner", "differing"), "count", 0, 0, less=True),
    ),
    linux=True,
)

COSTS = (START, GROWTH, DIVIDED, JUDGING)
