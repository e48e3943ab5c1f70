"""The load generators: how each is started with one core's worth of threads, and what it says it made."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PLAN = """
name: Benchmark
target: {origin}
load: {{vus: {connections}, duration: {seconds}s}}
steps:
  - get: {path}
    checks: [{{status: 200}}, {{json: {{$.name: nginx}}}}]
"""

GRACE = 30  # seconds beyond the planned ones after which a tool counts as hanging


@dataclass(frozen=True, slots=True)
class Job:
    """What each tool is asked to do; `folder` is for files that it needs."""

    url: str
    connections: int
    seconds: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Tool:
    """A load generator; `checks` says what it asks about each reply, since asking costs."""

    program: str
    command: Callable[[Job], list[str]]
    rate: Callable[[str], float]  # what it printed -> requests per second
    checks: str = "none"


class BadRunError(Exception):
    """A run whose number would mean nothing; the message says why."""


def measure(tool: Tool, job: Job) -> float:
    """Run a tool and return its requests per second; BadRunError when it did not do what it was asked."""
    try:
        done = subprocess.run(
            tool.command(job), capture_output=True, text=True, timeout=job.seconds + GRACE, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadRunError("it did not come to an end") from None
    if done.returncode:
        raise BadRunError(f"exit code {done.returncode}: {done.stderr.strip()[-200:]}")
    return tool.rate(done.stdout)


def wrk(job: Job) -> list[str]:
    return ["wrk", "-t1", f"-c{job.connections}", f"-d{job.seconds}s", job.url]


def hey(job: Job) -> list[str]:
    return ["hey", "-cpus", "1", "-c", str(job.connections), "-z", f"{job.seconds}s", job.url]


def planrunner(job: Job) -> list[str]:
    origin, slash, path = job.url.rpartition("/")
    plan = job.folder / "benchmark.yml"
    plan.write_text(
        PLAN.format(origin=origin, path=slash + path, connections=job.connections, seconds=job.seconds),
        "utf-8",
    )
    return [sys.executable, "-m", "planrunner", "run", str(plan), "--quiet"]


def wrk_rate(output: str) -> float:
    """Read wrk's `Requests/sec:`."""
    bad = re.search(r"(Non-2xx or 3xx responses|Socket errors): .*", output)
    if bad:
        raise BadRunError(bad[0])
    return _number(r"^Requests/sec: +([\d.]+)$", output)


def hey_rate(output: str) -> float:
    """Read hey's `Requests/sec:`, which counts failures too."""
    if "Error distribution:" in output or re.search(r"^ +\[[^2]\d\d\]\t", output, re.MULTILINE):
        raise BadRunError("not all of its requests were answered with 2xx")
    return _number(r"^ +Requests/sec:\t([\d.]+)$", output)


def planrunner_rate(output: str) -> float:
    """Read the rate of http_reqs; every check of every reply must hold."""
    if not re.search(r"^ +checks_failed\.+: 0\.00% ", output, re.MULTILINE) or " ERRORS" in output:
        raise BadRunError("not all of its checks hold")
    return _number(r"^ +http_reqs\.+: \d+ +([\d.]+)/s$", output)


def _number(pattern: str, output: str) -> float:
    found = re.search(pattern, output, re.MULTILINE)
    if not found:
        raise BadRunError("its output tells no rate")
    return float(found[1])


TOOLS: Mapping[str, Tool] = {
    "wrk": Tool("wrk", wrk, wrk_rate),
    "hey": Tool("hey", hey, hey_rate),
    "planrunner": Tool(sys.executable, planrunner, planrunner_rate, "status and a JSON path"),
}
"""In the order of each round; the first is what the others are compared with."""
