"""From samples to text: a form for each kind of event, of which only time and values are filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import mul
from typing import TypeAlias

from msgspec import Struct

from planrunner.metrics.series import Contains

BILLION = 10**9
FACTORS: Mapping[Contains, int] = {"time": 1000, "data": 1, "default": 1}
"""By what samples are multiplied: k6 tells times in milliseconds."""

HOLE = "\0"  # where the time stands in a template; in no text that comes from elsewhere


class Part(Struct, frozen=True):
    """One of the series of an event."""

    metric: str
    tags: Mapping[str, str]  # sorted by name, without secrets
    contains: Contains
    value: float | None  # None: comes with each sample


Form: TypeAlias = Callable[[int, Sequence[float]], str]
"""Writes an event, of a moment in nanoseconds since 1970: a line for each part."""

Encoder: TypeAlias = Callable[[Sequence[Part]], Form]
"""Makes the form of all events that have these parts."""


def form(parts: Sequence[Part], line: Callable[[Part, str], str], time: Callable[[int], str]) -> Form:
    """Make a form; `line` writes a part around a placeholder for its value, with HOLE where the time stands.

    What it writes has % doubled, but for the placeholder.
    """
    template = "".join(line(part, _placeholder(part)) for part in parts)
    factors = [FACTORS[part.contains] for part in parts if part.value is None]

    def write(moment: int, values: Sequence[float]) -> str:
        return (template % tuple(map(mul, values, factors))).replace(HOLE, time(moment))

    return write


def _placeholder(part: Part) -> str:
    if part.value is not None:
        return str(part.value)
    return "%.6f" if part.contains == "time" else "%s"  # to the nanosecond: no clock tells more


def safe(text: str) -> str:
    """Return text as it may stand in a template."""
    return text.replace(HOLE, "").replace("%", "%%")


def rfc3339(moment: int) -> str:
    """Write a moment to the nanosecond."""
    seconds, rest = divmod(moment, BILLION)
    return f"{_to_the_second(seconds)}.{rest:09d}Z"


def rfc3339_seconds(moment: int) -> str:
    """Write a moment to the second."""
    return f"{_to_the_second(moment // BILLION)}Z"


@lru_cache(maxsize=4)
def _to_the_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
