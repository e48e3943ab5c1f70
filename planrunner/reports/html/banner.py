"""The top of the page: what happened, in a sentence that a tester understands, and in four numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from planrunner import units
from planrunner.reports import wording
from planrunner.reports.html.charts.bars import sparkline
from planrunner.reports.html.charts.spans import spans
from planrunner.reports.html.comparison import deltas
from planrunner.reports.html.writing import duration
from planrunner.result import Moment, Result, Threshold

POINTS = 80  # of a line without axes
FASTER, SLOWER = "half of the requests were faster", "one request in twenty was slower"


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four numbers at the top."""

    title: str
    value: str
    note: str
    drawn: Markup
    bad: bool = False
    delta: str = ""  # how it changed, where the run was compared
    tone: str = ""  # how that is painted


def story(result: Result) -> str:
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
    if result.comparison and result.comparison.regressed:
        return f"{_sentence(wording.compared(result.comparison))}."
    share, p95 = result.value("http_req_failed", "rate"), result.value("http_req_duration", "p(95)")
    said = [f"{_requests(result.value('http_reqs', 'count') or 0)} in {units.show_duration(result.duration)}"]
    if share is not None:
        said.append("none failed" if share == 0 else f"{wording.show_share(share)} failed")
    if p95 is not None:
        within = f"95 % of them were answered within {_marked(result, 'p(95)')(p95).removeprefix('>= ')}"
        said.append(f"{within}, as far as is known" if _bound(result, "p(95)") else within)
    return ", ".join(said) + "."


def numbers(result: Result) -> list[Number]:
    """Return requests, failures, the typical and the slow response time, each with how it went."""
    count, rate = result.value("http_reqs", "count"), result.value("http_reqs", "rate")
    share, failed = result.value("http_req_failed", "rate"), result.value("http_req_failed", "passes")
    med, p95 = result.value("http_req_duration", "med"), result.value("http_req_duration", "p(95)")
    went = partial(_went, spans(tuple(result.timeline), POINTS))
    requests = went("requests", lambda m: m.requests / m.seconds)
    failures = went("failed", lambda m: m.failed / m.requests if m.requests else 0.0)
    typical, slow = went("p50", lambda m: m.p50), went("p95", lambda m: m.p95)
    per_second = "" if rate is None else f"{rate:,.1f} per second"
    of_them = "" if failed is None else _requests(failed)
    changed = deltas(result)
    found = [
        ("Requests", count, "{:,.0f}".format, per_second, requests, "rate"),
        ("Failed", share, wording.show_share, of_them, failures, "failed"),
        ("Typical (p50)", med, _marked(result, "med"), FASTER, typical, "p(50)"),
        ("Slow 5 % (p95)", p95, _marked(result, "p(95)"), SLOWER, slow, "p(95)"),
    ]
    return [
        Number(title, "–", "nothing was measured", Markup())  # noqa: RUF001 - a dash
        if value is None
        else Number(
            title, form(value), note, drawn, title == "Failed" and value > 0, *changed.get(measure, ("", ""))
        )
        for title, value, form, note, drawn, measure in found
    ]


def _requests(count: float) -> str:
    return "1 request" if count == 1 else f"{count:,.0f} requests"


def _went(moments: tuple[Moment, ...], name: str, pick: Callable[[Moment], float | None]) -> Markup:
    return Markup(sparkline(name, [pick(moment) for moment in moments]))  # noqa: S704 - numbers only


def _told(limit: Threshold) -> str:
    # The name of a metric is written as it is, so it cannot begin a sentence.
    metric, expression = wording.clip(limit.metric), wording.clip(limit.expression)
    wanted = wording.meaning(limit) or f"the metric {metric} must hold {expression}"
    wanted = _sentence(wanted)
    if limit.verdict == "no data":
        return f"{wanted}, but there is {wording.measured(limit)}."
    return f"{wanted}; measured {wording.measured(limit)}, {wording.difference(limit)}."


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _bound(result: Result, value: str) -> bool:
    """Whether a value of http_req_duration is only known to be at least so much."""
    found = result.metric("http_req_duration")
    return found is not None and value in found.censored


def _of_few(result: Result, value: str) -> bool:
    """Whether a value of http_req_duration is a percentile of too few samples."""
    found = result.metric("http_req_duration")
    return found is not None and value in found.few


def _marked(result: Result, value: str) -> Callable[[float], str]:
    return partial(duration, censored=_bound(result, value), few=_of_few(result, value))
