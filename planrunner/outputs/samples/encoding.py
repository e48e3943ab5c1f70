"""From samples to text: a form for each kind of event, of which only time and values are filled in."""

from __future__ import annotations

import re
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

TIME, VALUE = "\0", "\1"
"""Where these stand in a line; no text that comes from elsewhere has them."""


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


def form(
    parts: Sequence[Part], line: Callable[[Part], str], time: Callable[[int], str], number: str = "%s"
) -> Form:
    """Make a form; `line` writes a part with TIME and VALUE in it, in the same order for all parts.

    `number` says how values are written that are no times.
    """
    pieces = re.split(f"([{TIME}{VALUE}])", "".join(map(line, parts)))
    times, values = (slice(pieces.index(mark), None, 4) for mark in (TIME, VALUE))
    texts = VALUE.join(_format(part, number) for part in parts)
    factors = [FACTORS[part.contains] for part in parts if part.value is None]
    if not factors:
        pieces[values] = texts.split(VALUE)
    count, whole = len(parts), "".join

    def write(moment: int, samples: Sequence[float]) -> str:
        # To fill in a list costs half of what it costs to fill in one long text.
        pieces[times] = [time(moment)] * count
        if samples:
            pieces[values] = (texts % tuple(map(mul, samples, factors))).split(VALUE)
        return whole(pieces)

    return write


def _format(part: Part, number: str) -> str:
    if part.value is not None:
        return number % part.value
    return "%.6f" if part.contains == "time" else number  # to the nanosecond: no clock tells more


def safe(text: str) -> str:
    """Return text as it may stand in a line."""
    return text.replace(TIME, "").replace(VALUE, "")


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
