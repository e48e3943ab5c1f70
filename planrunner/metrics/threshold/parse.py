"""Reads a threshold's expression: k6's grammar as it is, and beyond it units, arithmetic and windows.

    threshold = aggregate operator sum ["over" duration]
    sum       = product {("+" | "-") product}
    product   = part {("*" | "/") part}
    part      = "-" part | "(" sum ")" | number | "baseline" | aggregate "of" metric["{" selector "}"]

A bare number alone is k6's: milliseconds where the metric is a time. Anywhere else units must fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Literal, NamedTuple, TypeAlias, cast

from planrunner import units
from planrunner.metrics.selector import Selector, selector
from planrunner.metrics.series import METRICS, Kind, Metric
from planrunner.metrics.threshold.rule import (
    AGGREGATES,
    Baseline,
    Negative,
    Number,
    Operation,
    Reference,
    Rule,
    Term,
    Unit,
    unit_of,
)

Known: TypeAlias = Callable[[Selector], Metric | None]
"""Looks a metric up; None: it does not exist, which has been said."""

Dimension: TypeAlias = tuple[int, int]
"""Powers of seconds and of bytes."""

DIMENSIONS: Mapping[Dimension, tuple[str, str]] = {
    (0, 0): ("a plain number", "5"),
    (1, 0): ("a time", "5ms"),
    (0, 1): ("a size", "5KiB"),
    (-1, 0): ("a rate", "5/s"),
    (-1, 1): ("a size per second", "5MB/s"),
}
"""What can be measured, and how a number of it is written."""

OF_UNITS: Mapping[Unit, Dimension] = {
    "default": (0, 0),
    "share": (0, 0),
    "time": (1, 0),
    "data": (0, 1),
    "rate": (-1, 0),
    "data rate": (-1, 1),
}

MOST = 1_000  # characters of an expression
FORM = "write it as `p(95) < 500ms`: what, an operator (< <= > >= == !=), a limit"
DEEPEST = 20  # parentheses in each other: nobody needs more, and they are read by recursion
SHOWN = 24  # characters of an expression that a message quotes
LONGEST = 3_600.0  # seconds; each of a window has its own distribution
SHORTEST = 1.0  # seconds; windows move by the second, which is as often as there are numbers

_SPACE = re.compile(r"\s*")
_AGGREGATE = re.compile(r"\w+(?:\s*\([^()]*\))?")
_OPERATOR = re.compile(r"===|==|!=|<=|>=|<|>")
_NUMBER = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+(?![\w.])|\d[\w.%µ]*(?: (?:[KMG]i?)?B(?!\w))?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_EACH = re.compile(r"/(s|m|h|d)(?!\w)")
_OF = re.compile(r"\s+of\s+")
_METRIC = re.compile(
    r"""\w+(?:\{(?:[:=\[,]\s*(?:"(?:[^"]|"")*"|'(?:[^']|'')*')|[^}])*+\})?""",
)
_OVER = re.compile(r"over(?!\w)")
_SPAN = re.compile(r"[\w.µ]*")
_WINDOW = re.compile(r"[a-z]+\s*((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)\s*", re.IGNORECASE)
_PERCENTILE = re.compile(r"p\((\d+(?:\.\d+)?)\)")


def parse(text: str, metric: Metric, known: Known = lambda picked: METRICS.get(picked.metric)) -> Rule:
    """Read an expression over a metric; ValueError says what is wrong, where, and what may be written."""
    return Reader(text, known).rule(metric)


class Part(NamedTuple):
    """A term, and in what it is measured: None where that cannot be known."""

    term: Term
    dimension: Dimension | None
    at: int  # where it begins


class Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str, known: Known) -> None:
        self.text, self.known, self.at = text, known, 0
        self.depth = 0  # parentheses and signs that are open
        self.wanted: Dimension = (0, 0)  # in what the left side is measured

    def rule(self, metric: Metric) -> Rule:
        """Read all of it."""
        if len(self.text) > MOST:
            raise ValueError(f"an expression has at most {MOST:,} characters")
        begin = self._skip()
        aggregate = re.sub(r"\s", "", self._take(_AGGREGATE))
        self._skip()
        sign = self._take(_OPERATOR)
        if not (aggregate and sign):
            raise self._fault(FORM)
        self._check(aggregate, metric.kind, begin)
        unit, self.wanted = unit_of(aggregate, metric), dimension_of(aggregate, metric)
        limit = self._sum()
        over, span = self._over()
        self._skip()
        if self.at < len(self.text):
            raise self._fault(f"what stands here belongs to nothing{self._window()}")
        return Rule(aggregate, sign, self._fitting(limit, self.wanted), unit, over, span)

    def _fitting(self, limit: Part, wanted: Dimension) -> Term:
        """Hold a limit against what is measured; a number alone may lack its unit, as in k6."""
        if isinstance(limit.term, Number) and limit.dimension == (0, 0) and _PLAIN.fullmatch(limit.term.text):
            scale = 1000 if wanted == (1, 0) else 1
            return Number(limit.term.text, limit.term.value / scale)
        rate = isinstance(limit.term, Number) and limit.dimension == (-1, 0) and wanted == (-1, 1)
        if limit.dimension in {None, wanted} or rate:  # bytes per second may be written like other rates
            return limit.term
        what, example = DIMENSIONS[wanted]
        other = DIMENSIONS[limit.dimension][0]
        message = f"{what} is compared with {other}; write {what} like {example}"
        raise self._fault(message, limit.at)

    def _sum(self) -> Part:
        return self._chain(self._product, "+-", self._added)

    def _product(self) -> Part:
        return self._chain(self._part, "*/", self._multiplied)

    def _chain(
        self, read: Callable[[], Part], signs: str, joined: Callable[[str, Part, Part, int], Dimension | None]
    ) -> Part:
        left = read()
        while (sign := self._peek()) and sign in signs:
            at, self.at = self.at, self.at + 1
            right = read()
            dimension = joined(sign, left, right, at)
            made = Operation(cast("Literal['+', '-', '*', '/']", sign), left.term, right.term)
            left = Part(made, dimension, left.at)
        return left

    def _added(self, sign: str, left: Part, right: Part, at: int) -> Dimension | None:
        if left.dimension is None or right.dimension is None:
            return left.dimension or right.dimension
        if left.dimension == right.dimension:
            return left.dimension
        first, second = DIMENSIONS[left.dimension], DIMENSIONS[right.dimension]
        bare, example = (right, first[1]) if right.dimension == (0, 0) else (left, second[1])
        lacks = isinstance(bare.term, Number) and bare.dimension == (0, 0)
        hint = f"; give the number a unit, like {example}" if lacks else ""
        raise self._fault(f"{first[0]} {sign} {second[0]} makes no sense{hint}", at)

    def _multiplied(self, sign: str, left: Part, right: Part, at: int) -> Dimension | None:
        if left.dimension is None or right.dimension is None:
            return None
        turn = 1 if sign == "*" else -1
        made = (left.dimension[0] + turn * right.dimension[0], left.dimension[1] + turn * right.dimension[1])
        if made not in DIMENSIONS:
            first, second = DIMENSIONS[left.dimension][0], DIMENSIONS[right.dimension][0]
            raise self._fault(f"{first} {sign} {second} is nothing that is measured", at)
        return made

    def _part(self) -> Part:
        at = self._skip()
        sign = self._peek()
        if sign.isdigit():
            return self._number(at)
        if sign not in ("-", "("):
            return self._source(at)
        self.at, self.depth = self.at + 1, self.depth + 1
        if self.depth > DEEPEST:
            raise self._fault(f"no more than {DEEPEST} of these may be open at once", at)
        inner = self._negative(at) if sign == "-" else self._parenthesis()
        self.depth -= 1
        return inner

    def _negative(self, at: int) -> Part:
        inner = self._part()
        return Part(Negative(inner.term), inner.dimension, at)

    def _parenthesis(self) -> Part:
        inner = self._sum()
        if self._peek() != ")":
            raise self._fault("a ) is missing")
        self.at += 1
        return inner

    def _number(self, at: int) -> Part:
        text = self._take(_NUMBER)
        value, dimension = self._quantity(text, at)
        each = _EACH.match(self.text, self.at)
        if each:
            self.at = each.end()
            text, value = text + each[0], value / units.SECONDS[each[1]]
            if dimension == (1, 0) or "%" in text:
                raise self._fault(f"{text!r} is nothing that is measured", at)
            dimension = (-1, dimension[1])
        if not isfinite(value):
            raise self._fault("this number is too large", at)
        return Part(Number(text, value), dimension, at)

    def _quantity(self, text: str, at: int) -> tuple[float, Dimension]:
        if _PLAIN.fullmatch(text):
            return float(text), (0, 0)
        readers: tuple[tuple[Callable[[object], float], Dimension], ...] = (
            (units.duration, (1, 0)),
            (units.size, (0, 1)),
            (units.share, (0, 0)),
        )
        for read, dimension in readers:
            try:
                return read(text), dimension
            except ValueError:
                continue
        raise self._fault(f"{text!r} is no number with a unit; write it like 500ms, 64KiB, 1% or 90/s", at)

    def _source(self, at: int) -> Part:
        aggregate = re.sub(r"\s", "", self._take(_AGGREGATE))
        if aggregate == "baseline":
            return Part(Baseline(), self.wanted, at)
        if not aggregate or not self._take(_OF):
            self.at = at
            raise self._fault("here must stand a number, `baseline` or a metric, like `count of http_reqs`")
        place, name = self.at, self._take(_METRIC)
        try:
            picked = selector(name)
        except ValueError as error:
            raise self._fault(f"{name!r} names no metric: {error}", place) from None
        metric = self.known(picked)
        if metric is None:
            return Part(Reference(aggregate, picked), None, at)
        self._check(aggregate, metric.kind, at)
        return Part(Reference(aggregate, picked), dimension_of(aggregate, metric), at)

    def _check(self, aggregate: str, kind: Kind, at: int) -> None:
        complaint = refused(aggregate, kind)
        if complaint:
            raise self._fault(complaint, at)

    def _over(self) -> tuple[float, str]:
        at = self._skip()
        if not self._take(_OVER):
            return 0.0, ""
        place = self._skip()
        span = self._take(_SPAN)
        try:
            seconds = units.duration(span)
        except ValueError as error:
            message = f"a window is written like `over 30s`: {error}"
            raise self._fault(message, place if span else at) from None
        if not SHORTEST <= seconds <= LONGEST or seconds % 1:
            raise self._fault("a window is 1s to 1h long, in whole seconds", place)
        return seconds, span

    def _window(self) -> str:
        """Show how a window is written, where one was probably meant."""
        found = _WINDOW.fullmatch(self.text, self.at)
        return f"; a window is written like `over {found[1]}`" if found else ""

    def _skip(self) -> int:
        """Pass over spaces; returns where what follows begins."""
        self.at = cast("re.Match[str]", _SPACE.match(self.text, self.at)).end()
        return self.at

    def _peek(self) -> str:
        return self.text[self._skip() : self.at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        """Read what fits; empty when nothing does."""
        found = pattern.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found[0]

    def _fault(self, message: str, at: int | None = None) -> ValueError:
        """Say what is wrong and where."""
        at = self._skip() if at is None else at
        rest = self.text[at:].strip()
        where = f"at {rest!r}" if len(rest) <= SHOWN else f"at '{rest[: SHOWN - 1]}…'"
        return ValueError(f"{message} ({where if rest else 'at its end'}, character {at + 1})")


def dimension_of(aggregate: str, metric: Metric) -> Dimension:
    """Return in what an aggregate of a metric is measured, as a dimension."""
    return OF_UNITS[unit_of(aggregate, metric)]


def refused(aggregate: str, kind: Kind) -> str:
    """Say why an aggregate cannot be asked of a kind of metric; empty where it can."""
    percentile = _PERCENTILE.fullmatch(aggregate)
    if percentile and kind == "trend" and float(percentile[1]) <= 100:
        return ""
    short = re.fullmatch(r"p(\d+)", aggregate)
    if short and kind == "trend":
        return f"did you mean p({short[1]})?"
    if aggregate in AGGREGATES[kind] and aggregate != "p(N)":
        return ""
    return f"{aggregate!r} cannot be asked of a {kind}; one of: {', '.join(AGGREGATES[kind])}"
