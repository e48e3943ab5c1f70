"""What is said of warm-ups: they are never left out silently."""

from __future__ import annotations

from collections.abc import Iterator

from planrunner import units
from planrunner.reports.wording.numbers import clip
from planrunner.result import Result, WarmUp


def warm_ups(result: Result) -> Iterator[str]:
    """Say for each warm-up what it left out of the totals; whose it was only where there are several."""
    for one in result.warm_up:
        whose = f" of {clip(one.scenario)}" if len(result.scenarios) > 1 else ""
        yield f"warm-up: what began in the first {_long(one)}{whose} does not count: {_much(one)}"


def _long(one: WarmUp) -> str:
    return units.show_duration(one.end - one.begin)


def _much(one: WarmUp) -> str:
    iterations = f"{one.iterations:,} iteration{'' if one.iterations == 1 else 's'}"
    requests = f"{one.requests:,} request{'' if one.requests == 1 else 's'}"
    return f"{iterations}, {requests}" + (f" ({one.failed:,} failed)" if one.failed else "")
