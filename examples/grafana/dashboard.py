"""Writes dashboards/planrunner.json: `python examples/grafana/dashboard.py`."""  # noqa: INP001 - a script

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Target: TypeAlias = tuple[str, str]  # an expression, and how its series are called

FILE = Path(__file__).parent / "dashboards" / "planrunner.json"
SOURCE = {"type": "prometheus", "uid": "prometheus"}  # as provisioning/datasources names it
RUN = 'testid=~"$testid"'
FAILED = 'expected_response="false"'
WIDTH = 24  # columns that Grafana has

REQUESTS = f"sum(rate(k6_http_reqs_total{{{RUN}}}[$__rate_interval]))"
FAILURES = f"sum(rate(k6_http_reqs_total{{{RUN}, {FAILED}}}[$__rate_interval]))"


def percentile(share: str, statistic: str, by: str = "") -> str:
    """Tell a percentile: of native histograms, else the highest among those that were sent as numbers."""
    grouped = f" by ({by})" if by else ""
    name = "k6_http_req_duration"
    histograms = f"sum{grouped} (rate({name}_seconds{{{RUN}}}[$__rate_interval]))"
    return f"histogram_quantile({share}, {histograms}) or max{grouped} ({name}_{statistic}{{{RUN}}})"


def some(expression: str) -> str:
    """Tell 0 where nothing of the kind happened in a run that has requests."""
    return f"({expression} or 0 * {REQUESTS})"


COUNT = f"sum(k6_http_reqs_total{{{RUN}}})"
FAILED_COUNT = f"(sum(k6_http_reqs_total{{{RUN}, {FAILED}}}) or 0 * {COUNT})"
CHECKS = f"sum(k6_checks_total{{{RUN}}})"
CHECKS_THAT_HOLD = f'(sum(k6_checks_total{{{RUN}, condition="nonzero"}}) or 0 * {CHECKS})'
BROKEN = f"count(k6_threshold_ok{{{RUN}}} == 0) or 0 * max(k6_test_running{{{RUN}}})"

STATS: Sequence[tuple[str, str, str]] = (
    ("Verdict", f"max(k6_test_passed{{{RUN}}}) or max(k6_test_running{{{RUN}}}) + 1", "verdict"),
    ("Requests", COUNT, "short"),
    ("Failed", f"{FAILED_COUNT} / {COUNT}", "percentunit"),
    ("Broken thresholds", BROKEN, "short"),
    ("Checks that hold", f"{CHECKS_THAT_HOLD} / {CHECKS}", "percentunit"),
    ("Dropped iterations", f"sum(k6_dropped_iterations_total{{{RUN}}})", "short"),
)

CHARTS: Sequence[tuple[str, str, Sequence[Target]]] = (
    ("Request rate", "reqps", ((REQUESTS, "requests"), (some(FAILURES), "failed"))),
    (
        "Response time",
        "s",
        (
            (percentile("0.5", "med"), "p50"),
            (percentile("0.95", "p95"), "p95"),
            (percentile("0.99", "p99"), "p99"),
        ),
    ),
    ("Failed requests", "percentunit", ((f"{some(FAILURES)} / {REQUESTS}", "failed"),)),
    (
        "Virtual users",
        "short",
        ((f"sum(k6_vus{{{RUN}}})", "busy"), (f"sum(k6_vus_max{{{RUN}}})", "there")),
    ),
    (
        "Status codes",
        "reqps",
        ((f"sum by (status) (rate(k6_http_reqs_total{{{RUN}}}[$__rate_interval]))", "{{status}}"),),
    ),
    ("Response time by request, p95", "s", ((percentile("0.95", "p95", "name"), "{{name}}"),)),
    (
        "Iterations",
        "short",
        (
            (f"sum by (scenario) (rate(k6_iterations_total{{{RUN}}}[$__rate_interval]))", "{{scenario}}"),
            (f"sum(rate(k6_dropped_iterations_total{{{RUN}}}[$__rate_interval]))", "dropped"),
        ),
    ),
    (
        "Traffic",
        "Bps",
        (
            (f"sum(rate(k6_data_sent_total{{{RUN}}}[$__rate_interval]))", "sent"),
            (f"sum(rate(k6_data_received_total{{{RUN}}}[$__rate_interval]))", "received"),
        ),
    ),
)

ANNOTATIONS: Sequence[tuple[str, str, str, str]] = (
    (
        "Start",
        "blue",
        f"k6_test_running{{{RUN}}} == 1 unless k6_test_running{{{RUN}}} offset 15s",
        "{{testid}} begins",
    ),
    (
        "End",
        "purple",
        f"k6_test_running{{{RUN}}} == 0 and k6_test_running{{{RUN}}} offset 15s == 1",
        "{{testid}} ends",
    ),
    ("Broken thresholds", "red", f"k6_threshold_ok{{{RUN}}} == 0", "{{metric}} {{threshold}}"),
)


def dashboard() -> Json:
    """Make the dashboard."""
    return {
        "uid": "planrunner",
        "title": "planrunner",
        "tags": ["planrunner", "k6"],
        "timezone": "browser",
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,  # the moment under the cursor is marked in all charts
        "refresh": "5s",
        "time": {"from": "now-15m", "to": "now"},
        "annotations": {"list": [_annotation(*one) for one in ANNOTATIONS]},
        "templating": {"list": [_run()]},
        "panels": list(_panels()),
    }


def _run() -> Json:
    query = "label_values(k6_test_running, testid)"
    return {
        "name": "testid",
        "label": "Run",
        "type": "query",
        "datasource": SOURCE,
        "definition": query,
        "query": {"query": query, "refId": "runs"},
        "refresh": 2,  # whenever the time changes
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _annotation(name: str, color: str, expression: str, title: str) -> Json:
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "iconColor": color,
        "expr": expression,
        "step": "5s",
        "titleFormat": title,
    }


def _panels() -> Iterator[Json]:
    wide = WIDTH // len(STATS)
    for number, (title, expression, unit) in enumerate(STATS):
        yield _stat(title, expression, unit) | _at(number + 1, number * wide, 0, wide, 4)
    for number, (title, unit, targets) in enumerate(CHARTS):
        row, column = divmod(number, 2)
        place = _at(20 + number, column * WIDTH // 2, 4 + 8 * row, WIDTH // 2, 8)
        yield _chart(title, unit, targets) | place
    below = 4 + 8 * ((len(CHARTS) + 1) // 2)
    yield _thresholds() | _at(60, 0, below, WIDTH, 7)


def _at(number: int, x: int, y: int, width: int, height: int) -> Json:
    return {"id": number, "gridPos": {"x": x, "y": y, "w": width, "h": height}}


def _panel(kind: str, title: str, targets: Sequence[Target], defaults: Json, options: Json) -> Json:
    return {
        "type": kind,
        "title": title,
        "datasource": SOURCE,
        "targets": [
            {"refId": chr(65 + number), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(targets)
        ],
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": options,
    }


def _words(*words: tuple[str, str, str]) -> Json:
    """Write numbers as coloured words."""
    options = {
        value: {"text": text, "color": color, "index": n} for n, (value, text, color) in enumerate(words)
    }
    return {"mappings": [{"type": "value", "options": options}]}


def _stat(title: str, expression: str, unit: str) -> Json:
    verdicts = _words(("0", "failed", "red"), ("1", "passed", "green"), ("2", "running", "blue"))
    defaults = (
        verdicts if unit == "verdict" else {"unit": unit, "decimals": 2 if unit == "percentunit" else 0}
    )
    reduce = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    return _panel(
        "stat", title, ((expression, title),), defaults, {"reduceOptions": reduce, "graphMode": "none"}
    )


def _chart(title: str, unit: str, targets: Sequence[Target]) -> Json:
    look = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": False}
    options = {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["mean", "max", "lastNotNull"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return _panel("timeseries", title, targets, {"unit": unit, "min": 0, "custom": look}, options)


def _thresholds() -> Json:
    targets = ((f"k6_threshold_ok{{{RUN}}}", "{{metric}} {{threshold}}"),)
    words = _words(("0", "broken", "red"), ("1", "holds", "green"))
    options = {
        "showValue": "never",
        "mergeValues": True,
        "legend": {"displayMode": "list", "showLegend": True},
    }
    return _panel("state-timeline", "Thresholds", targets, words, options)


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(dashboard(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
