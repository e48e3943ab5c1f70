"""Every number of a result, by the place where it stands, and as the HTML report is to show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple, TypeAlias

import msgspec

from planrunner.reports import wording
from planrunner.result import Capacity, Comparison, Health, Request, Result, Threshold
from planrunner.units import cut, show_duration, show_size

Told: TypeAlias = Iterator[tuple[str, str | None]]
"""Where numbers stand, and how they are shown; None where it goes without saying."""

ELSEWHERE: Mapping[str, str] = {
    "format": "of the file",
    "series": "what the totals are made of: the download has it",
    "thresholds.column": "the line is shown",
    "timeline.seconds": "from one row to the next",
    "timeline.censored": "rows whose values are marked with >=",
    "health.course.seconds": "from one row to the next",
    "capacity.low": "in the description of the scenario",
    "capacity.high": "in the description of the scenario",
    "comparison.changes.bases": "drawn, each run or window",
    "comparison.changes.heads": "drawn, each run or window",
    "comparison.effect": "what decides is said as a verdict",
    "comparison.more": "how many requests are left out is said with the others",
    "capacity.levels.broken": "what the limit of a level says of them, in words",
}
"""Numbers that have no text of their own in the page, and why."""


MEASURED = (
    *("seconds", "cpu", "cpu_mean", "waiting", "loop_lag", "generator_lag", "frozen", "gc_pause", "switches"),
    *("files", "most_files", "ports", "clock_step", "steal", "throttled", "dropped", "interrupted"),
)
"""What is known of a process, in the order in which it is shown."""


class Number(NamedTuple):
    """A number, and its place: `requests.p95`, the same for each request."""

    place: str
    value: float


def numbers(result: Result) -> list[Number]:
    """List all of them, in the order of the result."""
    return [*_numbers("", msgspec.to_builtins(result))]


def _numbers(place: str, value: Any) -> Iterator[Number]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _numbers(f"{place}.{name}".lstrip("."), item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(place, item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Number(place, value)


def replaced(result: Result, change: Callable[[str, float], float]) -> Result:
    """Return the result with other numbers."""

    def made(place: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: made(f"{place}.{name}".lstrip("."), item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [made(place, item) for item in value]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return change(place, value) if number else value

    return msgspec.convert(made("", msgspec.to_builtins(result)), Result)


def shown(result: Result) -> Told:
    """Say of each number how a reader is to find it; a long timeline is put together before."""
    yield "duration", show_duration(result.duration)
    yield "exit_code", str(result.exit_code)
    apart = result.measured not in {None, result.duration}
    yield "measured", show_duration(result.span) if apart else None
    yield "processes", str(result.processes) if result.processes > 1 else None
    yield from (("scenarios.max_vus", f"{one.max_vus:,}") for one in result.scenarios)
    for metric in result.metrics:
        yield from ((f"metrics.values.{name}", text) for name, text in wording.values(metric).items())
    for limit in result.thresholds:
        yield from _threshold(limit)
    yield from (("skipped.line", str(one.line)) for one in result.skipped)
    yield from _checks(result)
    for request in result.requests:
        yield from _request(request)
    for error in result.errors:
        yield from (("errors.count", f"{error.count:,}"), ("errors.code", f"code {error.code}"))
        yield "errors.status", f"status {error.status}" if error.status else None
        yield "errors.first", None if error.first is None else f"first after {show_duration(error.first)}"
    yield from _course(result)
    yield from _odd(result)
    yield from _health(result.health)
    if result.capacity:
        yield from _capacity(result.capacity)
    if result.comparison:
        yield from _compared(result.comparison)


def _threshold(limit: Threshold) -> Told:
    known = limit.verdict != "no data"
    yield "thresholds.measured", wording.measured(limit) if known else None
    yield "thresholds.limit", limit.limit_text or limit.expression
    yield "thresholds.samples", f"{limit.samples:,} samples"
    yield "thresholds.line", str(limit.line)
    told = wording.difference(limit)
    yield "thresholds.over", told if limit.over else None
    yield "thresholds.at", told
    yield "thresholds.terms.value", told


def _checks(result: Result) -> Told:
    for check in result.checks:
        yield from (("checks.passes", f"{check.passes:,}"), ("checks.fails", f"{check.fails:,}"))
        yield "checks.line", str(check.line)
        for sample in check.samples:
            yield "checks.samples.at", f"at {show_duration(sample.at)}: {sample.complaint}"


def _request(one: Request) -> Told:
    yield from (("requests.count", f"{one.count:,}"), ("requests.failed", f"{one.failed:,}"))
    yield "requests.rate", f"{cut(one.rate, 2)}/s"
    yield "requests.replies", f"{one.replies:,} got a reply" if one.replies != one.count else None
    for name in ("avg", "min", "med", "p90", "p95", "p99", "max"):
        value = getattr(one, name)
        yield f"requests.{name}", None if value is None else show_duration(value)


def _course(result: Result) -> Told:
    for moment in result.timeline:
        yield "timeline.at", show_duration(moment.at)
        yield "timeline.vus", cut(moment.vus, 1)
        for name in ("iterations", "requests", "failed"):
            yield f"timeline.{name}", f"{getattr(moment, name):,}"
        for name in ("p50", "p95", "p99"):
            value = getattr(moment, name)
            yield f"timeline.{name}", None if value is None else show_duration(value)
    for phase in result.phases:
        yield from (("phases.begin", show_duration(phase.begin)), ("phases.end", show_duration(phase.end)))
        yield from ((f"phases.{name}", wording.load(phase)) for name in ("first", "last"))


def _odd(result: Result) -> Told:
    for lost in result.lost:
        for name in ("at", "missing.begin", "missing.end", "missing_arrivals"):
            yield f"lost.{name}", wording.lost_when(lost)
    for told in wording.warm_ups(result):
        yield from (
            (f"warm_up.{name}", told) for name in ("begin", "end", "iterations", "requests", "failed")
        )
    cores, memory = result.environment.cpus, result.environment.memory
    yield "environment.cpus", f"{cores} core{'s' * (cores != 1)}" if cores else None
    yield "environment.memory", show_size(memory) if memory else None
    yield from (("left_out.count", f"{one.count:,}") for one in result.left_out)


def _health(health: Health) -> Told:
    for process in health.processes:
        known = dict(zip(MEASURED, wording.shown(process), strict=True))
        yield from ((f"health.processes.{name}", text) for name, text in known.items())
    for one in health.course:
        yield "health.course.at", show_duration(one.at)
        yield "health.course.loop_lag", show_duration(one.loop_lag)
        yield "health.course.cpu", None if one.cpu is None else f"{cut(100 * one.cpu, 1)}%"
        late = one.generator_lag
        yield "health.course.generator_lag", None if late is None else show_duration(late)


def _capacity(found: Capacity) -> Told:
    yield "capacity.settling", show_duration(found.settling)
    yield "capacity.within", wording.show_share(found.within)
    for name in ("last_good", "first_bad"):
        value = getattr(found, name)
        yield f"capacity.{name}", None if value is None else wording.amount(found.find, value)
    for level in found.levels:
        yield "capacity.levels.level", wording.amount(found.find, level.level)
        yield "capacity.levels.rate", f"{cut(level.rate, 1)}/s"
        yield "capacity.levels.failed", wording.show_share(level.failed)
        yield "capacity.levels.dropped", f"{level.dropped:,}"
        for name in ("at", "seconds", "p50", "p95", "p99"):
            value = getattr(level, name)
            yield f"capacity.levels.{name}", None if value is None else show_duration(value)


def _compared(found: Comparison) -> Told:
    for side in (found.base, found.head):
        name = "base" if side is found.base else "head"
        yield f"comparison.{name}.runs", wording.sided(side, found.how)
    for row in wording.compared_rows(found):
        yield from (("comparison.changes.base", row.base), ("comparison.changes.head", row.head))
        yield "comparison.changes.change", row.change or None
        yield from ((f"comparison.changes.{name}", row.likely or None) for name in ("low", "high"))


class Visible(HTMLParser):
    """The text of a page that a reader sees, or folds out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._words: list[str] = []
        self.feed(page)
        self.text = " ".join(" ".join(self._words).split())

    def handle_data(self, data: str) -> None:
        if not self.cdata_elem:  # neither script nor style
            self._words.append(data)

    def has(self, text: str) -> bool:
        """Whether a text is there as a whole: 12 is not in 312, nor in 12.5."""
        return bool(re.search(rf"(?<![\w.,]){re.escape(' '.join(text.split()))}(?![\w]|[.,]\d)", self.text))


def unseen(result: Result, page: str) -> list[tuple[str, str]]:
    """List the numbers that a page does not show, with their places."""
    visible = Visible(page)
    wanted = dict.fromkeys((place, text) for place, text in shown(result) if text is not None)
    return [(place, text) for place, text in wanted if not visible.has(text)]


def unheard(result: Result) -> set[str]:
    """Name the places of numbers of which nothing is said here, so that a new one is thought of."""
    told = {place for place, _ in shown(result)}
    known = tuple(ELSEWHERE)
    return (
        {one.place for one in numbers(result)}
        - told
        - {one.place for one in numbers(result) if one.place.startswith(known)}
    )
