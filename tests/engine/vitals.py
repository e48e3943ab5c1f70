"""Generators that are well or ill: vitals by the second, and readings that grow with the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from planrunner.engine.health.diagnosis import found
from planrunner.engine.health.facts import Facts
from planrunner.engine.health.record import History, Record
from planrunner.engine.health.sources import Read, Reading, Sources
from planrunner.metrics.vitals import Vitals
from planrunner.result import Finding

CALM: dict[str, Any] = {
    "loop_lag": 0.0004,
    "lags": (0.0001,) * 9 + (0.0004,),
    "generator_lag": 0.0003,
    "cpu": 0.31,
    "wanted": 0.33,
    "waiting": 0.02,
    "switches": 12.0,
    "gc_pause": 0.002,
    "files": 60.0,
    "most_files": 1024.0,
    "ports": 80.0,
    "clock_step": 0.000_001,
    "steal": 0.004,
    "throttled": 0.0,
}


def second(number: int, process: int = 0, **ill: Any) -> Vitals:
    """Return a second of a process; what is not said is as when all is well."""
    return Vitals(process, number + 1.0, 1.0, **{**CALM, **ill})


def history(seconds: int = 60, ill: int = 0, process: int = 0, **how: Any) -> History:
    """Return a process that was ill in the last of its seconds."""
    made = History(process)
    for number in range(seconds):
        made.add(second(number, process, **(how if number >= seconds - ill else {})))
    return made


def findings(*histories: History, **facts: Any) -> tuple[Finding, ...]:
    """Return what is found of a run of a minute, of requests that take 20 ms."""
    told = {"seconds": 60.0, "typical": 0.02, "processes": max(1, len(histories))}
    return found(Facts(**{**told, **facts}), histories)


def record(*seconds: Vitals) -> Record:
    """Return what is kept of some seconds."""
    made = Record()
    for vitals in seconds:
        made.add([vitals])
    return made


def growing(**by: Callable[[float], Any]) -> Sources:
    """Make a machine whose readings are functions of the loop's time."""

    @contextmanager
    def listening() -> Iterator[Read]:
        clock = asyncio.get_running_loop().time
        yield lambda: Reading(**{name: value(clock()) for name, value in by.items()})

    return listening


def named(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Return what was found, and how bad it is."""
    return [(finding.name, finding.trust) for finding in found]
