"""The report as one HTML file that asks nothing of anybody: no script, no font, no request."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from planrunner import units
from planrunner.errors import visible
from planrunner.reports import bars, capacity, wording
from planrunner.reports.timeline import finding, timeline
from planrunner.result import Request, Result, Threshold, to_json

LONGEST = 300  # characters of any foreign text; the raw result has it all
MOST_LINES = 3000  # of the plan's text
MOST_ROWS = 200  # of each table
MOST_RAW = 600_000  # bytes of the raw result in the file, so that it can always be mailed and opened

WORDS = {
    "passed": "Passed",
    "failed": "Failed",
    "no data": "No data",
    "interrupted": "Interrupted",
    "unjudged": "Not judged",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan, with the limits on it that do not hold."""

    number: int
    text: str
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers at the top."""

    title: str
    value: str
    note: str
    bad: bool = False


def html(result: Result) -> str:
    """Render the report; everything in it that the plan or the target said is escaped text."""
    return _environment().get_template("report.html").render(_page(result))


ENDED = {"": "no", "interrupted": "interrupted", "threshold": "by a threshold"}
"""How a run ended before its time; other ways have their reason."""


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("planrunner.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "count": lambda value: f"{value:,}",
        "duration": _duration,
        "per_second": lambda value: f"{units.cut(value, 2)}/s",
        "share": wording.show_share,
        "part": lambda part, total: wording.show_share(part / total if total else 0.0),
        "values": wording.values,
        "measured": wording.measured,
        "seen": wording.seen,
        "exchanged": wording.exchanged,
        "told": wording.told,
        "found": wording.found,
        "difference": wording.difference,
        "meaning": wording.meaning,
        "mark": wording.MARKS.__getitem__,
        "word": WORDS.__getitem__,
        "level": wording.VERDICTS.__getitem__,
        "headroom": lambda limit: Markup(bars.headroom(limit)),  # noqa: S704 - holds numbers only
    }
    return made


def _harmless(value: object) -> object:
    """Pass everything the template writes: foreign text loses its control characters and is cut."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")


def _duration(seconds: float | None, *, censored: bool = False, few: bool = False) -> str:
    if seconds is None:
        return "–"  # noqa: RUF001 - a dash
    return wording.marked(units.show_duration(seconds), censored=censored, few=few)


def _page(result: Result) -> dict[str, Any]:
    checks = sorted(result.checks, key=lambda c: -c.fails)
    trends = [m for m in result.metrics if m.type == "trend"][:MOST_ROWS]
    return {
        "result": result,
        "outcome": wording.outcome(result),
        "sentence": wording.verdict(result),
        "story": _story(result),
        "limits": wording.ranked(result.thresholds),
        "numbers": _numbers(result),
        "levels": wording.level_rows(result.capacity) if result.capacity else [],
        "curve": Markup(capacity.chart(result)),  # noqa: S704 - escapes what it writes
        "judged_at": wording.judged_at(result.capacity) if result.capacity else "",
        "timeline": Markup(timeline(result)),  # noqa: S704 - escapes what it writes
        "finding": finding(tuple(result.timeline)) if result.timeline else "",
        "requests": [(r, Markup(bar)) for r, bar in _spreads(result.requests)],  # noqa: S704 - numbers only
        "failed_checks": [c for c in checks if c.fails][:MOST_ROWS],
        "passed_checks": [c for c in checks if not c.fails][:MOST_ROWS],
        "errors": wording.frequent(result.errors)[:MOST_ROWS],
        "trends": trends,
        "columns": list(dict.fromkeys(name for metric in trends for name in metric.values)),
        "totals": [m for m in result.metrics if m.type != "trend"][:MOST_ROWS],
        "warm_ups": list(wording.warm_ups(result)),
        "bounds": _coded(" ".join(wording.doubtful(result, _few(result)))),
        "lines": _lines(result),
        "losses": wording.losses(result),
        "trust": wording.trust(result),
        "vitals": wording.measures(result),
        "measures": list(wording.MEASURES),
        "processes": [(p.name, wording.shown(p)) for p in result.health.processes[:MOST_ROWS]],
        "left_out": wording.left_out(result),
        "environment": wording.environment(result),
        "stopped": ENDED.get(result.stopped, result.reason),
        "raw": _raw(result),
    }


def _few(result: Result) -> list[str]:
    """List the percentiles that are marked in some table."""
    tables = [one.few for one in result.metrics] + [one.few for one in result.requests]
    return [name for marked in tables for name in marked]


def _coded(text: str) -> Markup:
    """Set what stands in backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _raw(result: Result) -> Markup:
    """Make the download of the whole result; empty when that would swell the file."""
    data = b64encode(to_json(result)).decode()
    if len(data) > MOST_RAW:
        return Markup()
    return Markup(f"data:application/json;base64,{data}")  # noqa: S704 - base64 holds no markup


def _story(result: Result) -> str:
    """Tell a tester what happened, beginning with what matters most."""
    if result.capacity and result.capacity.levels:
        tried = len(result.capacity.levels)
        levels = "1 level was" if tried == 1 else f"{tried} levels were"
        return (
            f"{levels} tried in {units.show_duration(result.duration)}. {wording.judged_at(result.capacity)}"
        )
    bad = [t for t in wording.ranked(result.thresholds) if t.verdict != "passed"]
    if bad:
        return _told(bad[0])
    share, p95 = result.value("http_req_failed", "rate"), result.value("http_req_duration", "p(95)")
    said = [
        f"{result.value('http_reqs', 'count') or 0:,.0f} requests in {units.show_duration(result.duration)}"
    ]
    if share is not None:
        said.append("none failed" if share == 0 else f"{wording.show_share(share)} failed")
    if p95 is not None:
        shown = wording.marked(units.show_duration(p95), few=_of_few(result, "p(95)"))
        within = f"95 % of them were answered within {shown}"
        said.append(f"{within}, as far as is known" if _bound(result, "p(95)") else within)
    return ", ".join(said) + "."


def _told(limit: Threshold) -> str:
    # The name of a metric is written as it is, so it cannot begin a sentence.
    metric, expression = wording.clip(limit.metric), wording.clip(limit.expression)
    wanted = wording.meaning(limit) or f"the metric {metric} must hold {expression}"
    wanted = wanted[0].upper() + wanted[1:]
    if limit.verdict == "no data":
        return f"{wanted}, but there is {wording.measured(limit)}."
    return f"{wanted}; measured {wording.measured(limit)}, {wording.difference(limit)}."


def _numbers(result: Result) -> list[Number]:
    count, rate = result.value("http_reqs", "count"), result.value("http_reqs", "rate")
    share, failed = result.value("http_req_failed", "rate"), result.value("http_req_failed", "passes")
    med, p95 = result.value("http_req_duration", "med"), result.value("http_req_duration", "p(95)")
    return [
        _number("Requests", count, "{:,.0f}".format, _or_nothing(rate, "{:,.1f} per second")),
        _number(
            "Failed", share, wording.show_share, _or_nothing(failed, "{:,.0f} requests"), bad=bool(share)
        ),
        _number("Typical", med, _marked(result, "med"), FASTER),
        _number("Slow 5 %", p95, _marked(result, "p(95)"), SLOWER),
    ]


FASTER, SLOWER = "half of the requests were faster", "one request in twenty was slower"


def _bound(result: Result, value: str) -> bool:
    """Whether a value of http_req_duration is only known to be at least so much."""
    found = result.metric("http_req_duration")
    return found is not None and value in found.censored


def _of_few(result: Result, value: str) -> bool:
    """Whether a value of http_req_duration is a percentile of too few samples."""
    found = result.metric("http_req_duration")
    return found is not None and value in found.few


def _marked(result: Result, value: str) -> Callable[[float], str]:
    return partial(_duration, censored=_bound(result, value), few=_of_few(result, value))


def _number(
    title: str, value: float | None, form: Callable[[float], str], note: str, *, bad: bool = False
) -> Number:
    if value is None:
        return Number(title, "–", "nothing was measured")  # noqa: RUF001 - a dash
    return Number(title, form(value), note, bad)


def _or_nothing(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _spreads(requests: tuple[Request, ...]) -> list[tuple[Request, str]]:
    """Pair each request with its drawing, all on one axis so that they can be compared."""
    low = min((r.min for r in requests if r.min), default=0.0)
    high = max((r.max for r in requests if r.max), default=0.0)
    return [(r, bars.spread(r, low, high)) for r in requests[:MOST_ROWS]]


def _lines(result: Result) -> list[Line]:
    """Number the plan's lines and mark those whose limits do not hold."""
    broken: dict[int, list[str]] = {}
    for limit in result.thresholds:
        if limit.verdict != "passed" and limit.file == result.plan.file:
            told = wording.measured(limit)
            text = told if limit.verdict == "no data" else f"measured {told}, {wording.difference(limit)}"
            broken.setdefault(limit.line, []).append(text)
    numbered = enumerate(result.plan.text.splitlines()[:MOST_LINES], 1)
    return [Line(number, line, tuple(broken.get(number, ()))) for number, line in numbered]
