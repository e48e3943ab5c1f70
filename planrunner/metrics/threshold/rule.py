"""A threshold's expression, read: what is measured, an operator, and a limit that may be computed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.metrics.selector import Selector
from planrunner.metrics.series import Kind, Metric

Unit: TypeAlias = Literal["default", "time", "data", "share", "rate", "data rate"]

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}

AGGREGATES: Mapping[Kind, tuple[str, ...]] = {
    "counter": ("count", "rate"),
    "gauge": ("value",),
    "rate": ("rate", "count"),
    "trend": ("avg", "min", "med", "max", "p(N)", "sum", "count"),
}
"""What may be asked of each kind of metric (k6: metrics/thresholds_parser.go); `sum` and `count` of trends
and `count` of rates are ours."""


class Number(Struct, frozen=True):
    """A number as written, with its unit: `500ms`; the value in seconds, bytes or as a plain number."""

    text: str
    value: float


class Baseline(Struct, frozen=True):
    """What the same metric, selector and aggregate was in the baseline."""

    def __str__(self) -> str:
        """Write it as it is read."""
        return "baseline"


class Reference(Struct, frozen=True):
    """What another metric comes to: `p(95) of http_req_duration{endpoint:login}`."""

    aggregate: str
    selector: Selector

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.aggregate} of {self.selector}"


class Negative(Struct, frozen=True):
    """A term with its sign turned."""

    of: Term


class Operation(Struct, frozen=True):
    """Two terms that are computed together."""

    sign: Literal["+", "-", "*", "/"]
    left: Term
    right: Term


Term: TypeAlias = "Number | Baseline | Reference | Negative | Operation"
Source: TypeAlias = Baseline | Reference


class Rule(Struct, frozen=True):
    """A threshold's expression, read: `p(95) < 500ms over 30s`."""

    aggregate: str
    operator: str
    limit: Term
    unit: Unit = "default"
    over: float = 0.0  # seconds of the windows; 0: the whole run
    span: str = ""  # the same as written

    def holds(self, measured: float, limit: float) -> bool:
        """Whether a measured value is within a limit."""
        return OPERATORS[self.operator](measured, limit)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the limit refers to, each once."""
        return tuple(dict.fromkeys(sources(self.limit)))

    @property
    def references(self) -> tuple[Reference, ...]:
        """The other metrics that the limit refers to."""
        return tuple(one for one in self.sources if isinstance(one, Reference))

    @property
    def wants_baseline(self) -> bool:
        """Whether the limit refers to a baseline."""
        return any(isinstance(one, Baseline) for one in self.sources)

    def __str__(self) -> str:
        """Write it so that it is read as the same."""
        over = f" over {self.span}" if self.over else ""
        return f"{self.aggregate} {self.operator} {written(self.limit)}{over}"


def unit_of(aggregate: str, metric: Metric) -> Unit:
    """Return in what an aggregate of a metric is measured."""
    if aggregate == "count" and metric.kind != "counter":
        return "default"
    if metric.kind == "rate":
        return "share"
    if metric.kind == "counter" and aggregate == "rate":
        return "data rate" if metric.contains == "data" else "rate"
    unit: Unit = metric.contains
    return unit


class NoDataError(Exception):
    """A limit cannot be computed; the message says why."""


def value(term: Term, of: Callable[[Source], float]) -> float:
    """Compute a term; `of` says what its sources come to. NoDataError for a division by zero."""
    match term:
        case Number(_, number):
            return number
        case Negative(inner):
            return -value(inner, of)
        case Operation(sign, left, right):
            first, second = value(left, of), value(right, of)
            if sign == "/" and not second:
                raise NoDataError(f"the limit divides by {written(right)}, which is 0")
            return SIGNS[sign](first, second)
        case _:
            return of(term)


def finite(term: Term, of: Callable[[Source], float]) -> float:
    """Do the same; NoDataError too where that is too large to be a number."""
    found = value(term, of)
    if not isfinite(found):
        raise NoDataError("the limit is too large to be computed")
    return found


SIGNS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def sources(term: Term) -> Iterator[Source]:
    """Yield what a term refers to, from left to right."""
    match term:
        case Operation(_, left, right):
            yield from sources(left)
            yield from sources(right)
        case Negative(of):
            yield from sources(of)
        case Baseline() | Reference():
            yield term


def written(term: Term, *, binding: int = 0) -> str:
    """Write a term, in parentheses where it binds less than what stands around it."""
    match term:
        case Number(text):
            return text
        case Baseline() | Reference():
            return str(term)
        case Negative(of):
            return f"-{written(of, binding=3)}"
    own = BINDING[term.sign]
    text = f"{written(term.left, binding=own)} {term.sign} {written(term.right, binding=own + 1)}"
    return f"({text})" if own < binding else text


BINDING: Mapping[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
"""How much a sign binds; a sign before a term binds more."""
