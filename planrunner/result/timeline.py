"""The timeline in columns: a fifth of the room that a list of moments takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from msgspec import Meta

from planrunner.result.course import Moment
from planrunner.result.kinds import Count, Seconds

DIGITS = 4  # of a percentile, which is known within 0.2 %
DECIMALS = 3  # of moments: milliseconds

Whole: TypeAlias = tuple[Count, ...]
Times: TypeAlias = tuple[Seconds | None, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened when: the columns of a table, all of one length, with a row for each span of the run.

    Spans take a second; on long runs 2, 4, 8, so that there are never more than 1,200.
    """

    at: Annotated[
        tuple[float, ...], Meta(description="when the span began, in seconds since the run began")
    ] = ()
    seconds: Annotated[tuple[float, ...], Meta(description="how long it took")] = ()
    vus: tuple[float, ...] = ()
    iterations: Annotated[Whole, Meta(description="that ended")] = ()
    requests: Whole = ()
    failed: Annotated[Whole, Meta(description="requests")] = ()
    p50: Annotated[Times, Meta(description="of http_req_duration; null without replies")] = ()
    p95: Times = ()
    p99: Times = ()
    censored: Annotated[
        Mapping[str, Whole],
        Meta(
            description="by the name of a percentile: the rows, from 0, in which it is only known to be at "
            "least so much, since so many iterations were dropped or interrupted"
        ),
    ] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many spans there are."""
        return len(self.at)

    def __iter__(self) -> Iterator[Moment]:
        """Yield the spans."""
        rows = range(len(self))
        bounds = (tuple(name for name, where in self.censored.items() if row in where) for row in rows)
        return (Moment(*row) for row in zip(*self._columns(), bounds, strict=True))

    @property
    def even(self) -> bool:
        """Whether all columns are equally long, as those of a file may not be."""
        return {len(column) for column in self._columns()} == {len(self)}

    def _columns(self) -> tuple[tuple[Any, ...], ...]:
        times = self.p50, self.p95, self.p99
        return (self.at, self.seconds, self.vus, self.iterations, self.requests, self.failed, *times)


def columns(moments: Iterable[Moment]) -> Timeline:
    """Write spans as columns, with as many digits as mean something."""
    spans = tuple(moments)
    rows = [(row, name) for row, span in enumerate(spans) for name in span.censored]
    return Timeline(
        tuple(round(span.at, DECIMALS) for span in spans),
        tuple(round(span.seconds, DECIMALS) or short(span.seconds) for span in spans),
        tuple(span.vus for span in spans),
        tuple(span.iterations for span in spans),
        tuple(span.requests for span in spans),
        tuple(span.failed for span in spans),
        tuple(known(span.p50) for span in spans),
        tuple(known(span.p95) for span in spans),
        tuple(known(span.p99) for span in spans),
        {
            name: tuple(at for at, other in rows if other == name)
            for name in dict.fromkeys(n for _, n in rows)
        },
    )


def short(value: float) -> float:
    """Return a value with as many digits as mean something."""
    return float(f"{value:.{DIGITS}g}")


def known(value: float | None) -> float | None:
    """Do so with a value that may not be there."""
    return None if value is None else short(value)
