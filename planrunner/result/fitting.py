"""A result that fits into a file of bounded size, whatever the plan and the target said and for how long.

What is worth least is left out first, and everything that is left out is counted and told. What was measured
of the whole run, and every verdict, stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import msgspec

from planrunner.result.folding import fold
from planrunner.result.omitted import noted
from planrunner.result.result import Result
from planrunner.result.series import Distribution, Part, finite
from planrunner.result.timeline import Timeline
from planrunner.result.totals import Error, Request

MOST = 5_000_000  # bytes: what editors open, CI keeps and pages load without a thought
MOST_TEXT = 2_000  # characters of any text but the plan's
MOST_ERRORS = 500  # kinds
MOST_REQUESTS = 1_000  # rows
MOST_CHECKS = 1_000  # when there is no room for all
SHORT_TEXT, FEW = 200, 100  # when there is no room for those either

PARTS = frozenset(
    f"http_req_{part}"
    for part in ("blocked", "connecting", "dns", "receiving", "sending", "tls_handshaking", "waiting")
)
"""The parts of http_req_duration, which nobody compares by tags."""

WORTH = ("scenario", "group", "endpoint", "name", "check", "expected_response")
"""Tags by which series are asked for most; they are told apart longer than others."""

ROOM = 6  # bytes around a line of the file
FIELDS = 20  # at most, of something that has one line for each

OTHER_ERRORS, OTHER_REQUESTS = "other errors", "other requests"

Step: TypeAlias = Callable[[Result], Result]


def fit(result: Result, most: int = MOST) -> Result:
    """Leave out what it takes to make a file of no more than `most` bytes.

    Thresholds and scenarios always stay: a plan that has thousands of them has a larger result.
    """
    result = _requests(_errors(_texts(result, MOST_TEXT)))
    sizes: dict[str, tuple[object, int]] = {}
    for step in _steps():
        if _size(result, sizes) <= most:
            break
        result = step(result)
    return result


def _size(result: Result, known: dict[str, tuple[object, int]]) -> int:
    """Return how large the file is at most; what did not change is not written again to see it."""
    for one in dataclasses.fields(result):
        value = getattr(result, one.name)
        if known.get(one.name, (None,))[0] is not value:
            lines = len(value) if isinstance(value, tuple) else FIELDS * dataclasses.is_dataclass(value)
            known[one.name] = value, len(msgspec.json.encode(value)) + len(one.name) + ROOM * (lines + 2)
    return sum(size for _, size in known.values())


def _steps() -> Iterator[Step]:
    """Yield what to leave out next."""
    yield partial(fold, which=lambda metric, _: metric in PARTS, kept=0)
    for kept in (300, 100, 30, 0):
        yield partial(fold, which=_trend, kept=kept, by=WORTH)
    for kept in (100, 30, 10, 0):
        yield partial(fold, which=_trend, kept=kept)
    for kept in (1000, 100, 0):
        yield partial(fold, which=_any, kept=kept)
    yield _samples
    yield partial(_texts, most=SHORT_TEXT)
    yield _checks
    yield partial(_errors, most=FEW)
    yield partial(_requests, most=FEW)
    yield _phases
    yield _plan


def _trend(_: str, part: Part) -> bool:
    return isinstance(part, Distribution)


def _any(_: str, __: Part) -> bool:
    return True


def _texts(result: Result, most: int) -> Result:
    """Cut all texts but that of the plan; and have no number that JSON cannot tell."""
    cut = 0

    names: dict[type, list[str]] = {}  # of fields: to ask for them each time takes as long as all the rest

    def short(value: Any) -> Any:
        nonlocal cut
        match value:
            case int() | None | Timeline() | Distribution():
                return value
            case str():
                if len(value) <= most:
                    return value
                cut += 1
                return f"{value[: most - 1]}…"
            case float():
                return finite(value)
            case tuple():
                return tuple(map(short, value))
            case dict():
                return {short(key): short(item) for key, item in value.items()}
        kind = type(value)
        if kind not in names:
            names[kind] = [one.name for one in dataclasses.fields(value)]
        return kind(**{name: short(getattr(value, name)) for name in names[kind]})

    plan = replace(result.plan, text="")
    made: Result = short(replace(result, plan=plan))
    left_out = noted(made.left_out, "long texts", cut, f"cut after {most:,} characters")
    return replace(made, plan=replace(made.plan, text=result.plan.text), left_out=left_out)


def _errors(result: Result, most: int = MOST_ERRORS) -> Result:
    """Count rare kinds of errors as one, apart from those of the machine that made the load."""
    kept, rest = result.errors[:most], result.errors[most:]
    sums = [
        Error(0, OTHER_ERRORS, "", 0, sum(error.count for error in rest if error.ours == ours), "", ours)
        for ours in (False, True)
        if any(error.ours == ours for error in rest)
    ]
    count = sum(error.message != OTHER_ERRORS for error in rest)
    left_out = noted(result.left_out, "kinds of errors", count, "counted as one")
    return replace(result, errors=(*kept, *sums), left_out=left_out)


def _requests(result: Result, most: int = MOST_REQUESTS) -> Result:
    """Make one row of the requests that were sent least; its percentiles are not known."""
    kept, rest = result.requests[:most], result.requests[most:]
    if not rest:
        return result
    replies = sum(row.replies for row in rest)
    answered = [row for row in rest if row.replies]
    others = Request(
        name=OTHER_REQUESTS,
        method="",
        count=sum(row.count for row in rest),
        failed=sum(row.failed for row in rest),
        rate=sum(row.rate for row in rest),
        replies=replies,
        avg=sum((row.avg or 0) * row.replies for row in answered) / replies if answered else None,
        min=min((row.min for row in answered if row.min is not None), default=None),
        med=None,
        p90=None,
        p95=None,
        p99=None,
        max=max((row.max for row in answered if row.max is not None), default=None),
    )
    count = sum(row.name != OTHER_REQUESTS for row in rest)
    left_out = noted(result.left_out, "rows of requests", count, "added up in one")
    return replace(result, requests=(*kept, others), left_out=left_out)


def _samples(result: Result) -> Result:
    """Leave out how checks failed, but not how often."""
    count = sum(len(check.samples) for check in result.checks)
    checks = tuple(replace(check, samples=()) for check in result.checks)
    return replace(
        result, checks=checks, left_out=noted(result.left_out, "samples of failed checks", count, "left out")
    )


def _checks(result: Result) -> Result:
    """Keep the checks that failed most."""
    ranked = sorted(range(len(result.checks)), key=lambda at: -result.checks[at].fails)
    kept = sorted(ranked[:MOST_CHECKS])
    left_out = noted(result.left_out, "checks", len(ranked) - len(kept), "left out, those that failed least")
    return replace(result, checks=tuple(result.checks[at] for at in kept), left_out=left_out)


def _phases(result: Result) -> Result:
    left_out = noted(result.left_out, "phases of scenarios", len(result.phases), "left out")
    return replace(result, phases=(), left_out=left_out)


def _plan(result: Result) -> Result:
    lines = len(result.plan.text.splitlines())
    left_out = noted(result.left_out, "lines of the plan", lines, "left out")
    return replace(result, plan=replace(result.plan, text=""), left_out=left_out)
