"""Whether the numbers can be believed, in words: the verdict on the generator itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from planrunner import units
from planrunner.result import Finding, Process, Result

Show: TypeAlias = Callable[[float], str]

NOISE = 0.001  # seconds between the readings of two clocks that say nothing


def distrust(result: Result) -> str:
    """Say in a clause why the verdict is worth nothing; empty unless it is so. The worst reason says it."""
    health = result.health
    if health.trust == "untrusted":
        worst = health.findings[0]
        return f"do not trust it: {found(worst)}; {worst.fix}"
    if health.trust == "not measured" and result.own_failures:  # a result of before
        sent = sum(request.count for request in result.requests)
        return f"do not trust it: {result.own_failures} of {sent} requests failed because of this machine"
    return ""


def trust(result: Result) -> str:
    """Answer in one sentence; empty where nothing was measured."""
    health = result.health
    count = len(health.findings)
    match health.trust:
        case "untrusted":
            return f"no: {_reasons(count)} against it"
        case "degraded":
            return f"with care: {_reasons(count)} to doubt small differences"
        case "trusted":
            return f"yes: {_calm(result)}"
        case _:
            return ""


def _reasons(count: int) -> str:
    return "there is a reason" if count == 1 else f"there are {count} reasons"


def _calm(result: Result) -> str:
    processes = result.health.processes
    cpu = max((p.cpu for p in processes if p.cpu is not None), default=None)
    lag = max((p.loop_lag for p in processes), default=0.0)
    used = "" if cpu is None else f"used at most {units.cut(100 * cpu, 1)}% of a core and "
    return f"the generator {used}was at most {_time(lag)} late"


def found(finding: Finding) -> str:
    """Say what a finding has seen, and where if that is a question."""
    return f"{finding.process}: {finding.seen}" if finding.process else finding.seen


class Measure(NamedTuple):
    """The worst of a measure over all processes, as it is shown."""

    name: str
    value: str
    process: str  # which it was; empty when it was the only one


def measures(result: Result) -> list[Measure]:
    """List what was measured of the generator, each with its worst value."""
    return [*_measures(result.health.processes)]


def _measures(processes: tuple[Process, ...]) -> Iterator[Measure]:
    for name, (pick, show) in MEASURES.items():
        known = [(value, process.name) for process in processes if (value := pick(process))]
        if known:  # what never happened needs no line
            value, where = max(known, key=lambda one: one[0])
            yield Measure(name, show(value), where)


def shown(process: Process) -> list[str]:
    """Write all measures of one process, a dash for what its system does not tell."""
    values = ((pick(process), show) for pick, show in MEASURES.values())
    return ["–" if value is None else show(value) for value, show in values]  # noqa: RUF001 - a dash


def _share(value: float) -> str:
    return f"{units.cut(100 * value, 1)}%"


def _time(value: float) -> str:
    return units.show_duration(float(f"{value:.3g}"))


def _count(value: float) -> str:
    return f"{value:,.0f}"


MEASURES: dict[str, tuple[Callable[[Process], float | None], Show]] = {
    "watched for": (lambda p: p.seconds, _time),
    "CPU of the event loop, of a core": (lambda p: p.cpu, _share),
    "the same, on average": (lambda p: p.cpu_mean, _share),
    "without a core though it could run": (lambda p: p.waiting, _share),
    "event loop late": (lambda p: p.loop_lag, _time),
    "arrivals late (p95 of a second)": (lambda p: p.generator_lag, _time),
    "did not run at all": (lambda p: p.frozen, _time),
    "pause of the garbage collector": (lambda p: p.gc_pause, _time),
    "core taken away, times a second": (lambda p: p.switches, _count),
    "open files and connections": (lambda p: p.files, _count),
    "open files that it may have": (lambda p: p.most_files, _count),
    "TCP sockets of the machine": (lambda p: p.ports, _count),
    "clock set by": (lambda p: p.clock_step if p.clock_step > NOISE else 0.0, _time),
    "CPU time taken by other virtual machines": (lambda p: p.steal, _share),
    "held back by a CPU limit": (lambda p: p.throttled, _share),
    "iterations dropped": (lambda p: p.dropped, _count),
    "iterations interrupted": (lambda p: p.interrupted, _count),
}
"""What is shown of a process: the largest value of a second, of steal and throttling the average."""
