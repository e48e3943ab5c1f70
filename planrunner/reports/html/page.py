"""The page: what the templates say, of what the result knows."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from markupsafe import Markup

from planrunner.reports import wording
from planrunner.reports.html import banner, comparison, plan, requests, script
from planrunner.reports.html.charts import capacity
from planrunner.reports.html.charts.pulse import pulse, told
from planrunner.reports.html.charts.spans import pulses, spans
from planrunner.reports.html.charts.timeline import finding, sparse, timeline
from planrunner.reports.html.latency import latency
from planrunner.reports.html.places import places
from planrunner.reports.html.size import MOST, SIZES, Size
from planrunner.reports.html.writing import coded, environment
from planrunner.result import Result, to_json

MOST_COLUMNS = 20  # of the table of trends
MANY = 12  # limits that hold: more are folded up
ENDED = {"": "no", "interrupted": "interrupted", "threshold": "by a threshold"}
"""How a run ended before its time; other ways have their reason."""


def html(result: Result) -> str:
    """Render the report; everything in it that the plan or the target said is escaped text."""
    known = _known(result)
    for size in SIZES[:-1]:
        text = _rendered(known, result, size)
        if len(text.encode()) <= MOST:
            return text
    return _rendered(known, result, SIZES[-1])


def _rendered(known: dict[str, Any], result: Result, size: Size) -> str:
    return environment(size.text).get_template("page.html").render(known | _sized(result, size))


def _known(result: Result) -> dict[str, Any]:
    """Collect what is the same in a page of any size."""
    return {
        "result": result,
        "embedded": script.embedded(),
        "outcome": wording.outcome(result),
        "doubtful": wording.outcome(result) == "passed" and result.health.trust == "untrusted",
        "verdict": wording.verdict(result),
        "story": banner.story(result),
        "numbers": banner.numbers(result),
        "many": MANY,
        "curve": Markup(capacity.chart(result)),  # noqa: S704 - escapes what it writes
        "judged_at": wording.judged_at(result.capacity) if result.capacity else "",
        "finding": finding(tuple(result.timeline)) if result.timeline else "",
        "sparse": sparse(tuple(result.timeline)),
        "latency": latency(result),
        "doubts": _doubts(result),
        "confidence": wording.CONFIDENCE,
        "trust": wording.trust(result),
        "vitals": wording.measures(result),
        "measures": list(wording.MEASURES),
        "pulse_told": told(tuple(result.health.course)) if result.health.course else "",
        "environment": wording.environment(result),
        "stopped": ENDED.get(result.stopped, result.reason),
    }


def _sized(result: Result, size: Size) -> dict[str, Any]:
    """Collect what there may be too much of."""
    checks = sorted(result.checks, key=lambda c: -c.fails)
    limits = wording.ranked(result.thresholds)
    trends = [m for m in result.metrics if m.type == "trend"][: size.rows]
    return {
        "broken": [t for t in limits if t.verdict != "passed"][: size.rows],
        "held": [t for t in limits if t.verdict == "passed"][: size.rows],
        "skipped": result.skipped[: size.rows],
        "levels": wording.level_rows(result.capacity)[: size.rows] if result.capacity else [],
        "compared": comparison.comparison(result, size.rows),
        "timeline": Markup(timeline(result, size.spans)),  # noqa: S704 - escapes what it writes
        "phases": result.phases[: size.rows],
        "moments": spans(tuple(result.timeline), size.spans),
        "requests": requests.rows(result, size.rows),
        "places": places(result, size.rows),
        "failed_checks": [c for c in checks if c.fails][: size.rows],
        "passed_checks": [c for c in checks if not c.fails][: size.rows],
        "errors": wording.frequent(result.errors)[: size.rows],
        "trends": trends,
        "columns": list(dict.fromkeys(name for metric in trends for name in metric.values))[:MOST_COLUMNS],
        "totals": [m for m in result.metrics if m.type != "trend"][: size.rows],
        "warm_ups": list(wording.warm_ups(result))[: size.rows],
        "lines": plan.lines(result, size.lines),
        "losses": wording.losses(result)[: size.rows],
        "pulse": Markup(pulse(result, size.spans)),  # noqa: S704 - escapes what it writes
        "course": pulses(tuple(result.health.course), size.spans),
        "findings": result.health.findings[: size.rows],
        "processes": [(p.name, wording.shown(p)) for p in result.health.processes[: size.rows]],
        "left_out": wording.left_out(result)[: size.rows],
        "outputs": wording.outputs(result),
        "scenarios": result.scenarios[: size.rows],
        "data": script.data(result, size.rows),
        "raw": _raw(result, size.raw),
    }


def _doubts(result: Result) -> dict[str, Markup]:
    """Explain the marks of numbers in the sections that have them."""
    durations = result.metric("http_req_duration")
    marked = {
        "numbers": set(durations.few if durations else ()) & {"med", "p(95)"},
        "requests": {name for one in result.requests for name in one.few},
        "metrics": {name for one in result.metrics for name in one.few},
    }
    return {where: coded(" ".join(wording.doubtful(result, few))) for where, few in marked.items()}


def _raw(result: Result, most: int) -> Markup:
    """Make the download of the whole result; empty when that would swell the file."""
    data = b64encode(to_json(result)).decode() if most else ""
    return Markup(f"data:application/json;base64,{data}" if data and len(data) <= most else "")  # noqa: S704 - base64
