"""The table of requests: each name with its times, and those of failed requests apart from the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from planrunner.reports.html.charts.bars import spread
from planrunner.reports.html.writing import duration
from planrunner.result import Request, Result, by_tags, few

TIMES = ("min", "avg", "med", "p90", "p95", "p99", "max")
KNOWN_AS = {"p90": "p(90)", "p95": "p(95)", "p99": "p(99)"}
"""How a series calls what a row of the table calls otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The requests of a row that went well, or those that did not, with their times as they are shown."""

    told: str
    count: int
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A request as it is shown."""

    request: Request
    times: tuple[str, ...]
    drawn: Markup
    outcomes: tuple[Outcome, ...]

    @property
    def method(self) -> str:
        """Its method, where the name does not begin with it."""
        return "" if self.request.name.startswith(self.request.method) else self.request.method


def rows(result: Result, most: int) -> list[Row]:
    """Make the rows; the drawings share one axis, so that they can be compared."""
    shown = result.requests[:most]
    low = min((r.min for r in result.requests if r.min), default=0.0)
    high = max((r.max for r in result.requests if r.max), default=0.0)
    apart = _apart(result)
    return [
        Row(
            request,
            tuple(_time(request, name, getattr(request, name)) for name in TIMES),
            Markup(spread(request, low, high)),  # noqa: S704 - holds numbers only
            _outcomes(request, apart),
        )
        for request in shown
    ]


def sortable(result: Result, most: int) -> list[list[float | None]]:
    """Return the numbers of the rows, by which the table can be put in order."""
    return [
        [r.count, r.failed, r.rate, *(getattr(r, name) for name in TIMES)] for r in result.requests[:most]
    ]


def _apart(result: Result) -> Mapping[tuple[str, ...], Mapping[str, float]]:
    """Tell times by name, method and whether the reply was expected."""
    found = by_tags(result, "http_req_duration", ("name", "method", "expected_response"))
    return {where: sink.values(0) for where, sink in found.items()}


def _outcomes(request: Request, apart: Mapping[tuple[str, ...], Mapping[str, float]]) -> tuple[Outcome, ...]:
    """Return both where there are both: of one kind alone, the row itself tells all."""
    kinds = (("answered as expected", "true"), ("failed", "false"))
    found = [(told, apart.get((request.name, request.method, expected))) for told, expected in kinds]
    return tuple(
        Outcome(told, int(values["count"]), _times(request, values))
        for told, values in found
        if values and all(other for _, other in found)
    )


def _times(request: Request, values: Mapping[str, float]) -> tuple[str, ...]:
    doubted = few(KNOWN_AS.values(), int(values["count"]))
    return tuple(
        duration(
            values[KNOWN_AS.get(name, name)],
            censored=name in request.censored,
            few=KNOWN_AS.get(name, name) in doubted,
        )
        for name in TIMES
    )


def _time(request: Request, name: str, value: float | None) -> str:
    return duration(value, censored=name in request.censored, few=name in request.few)
