"""Draws the panels of the dashboard with what Prometheus answers them, where no Grafana is at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus import Server

from pictures.charts import Panel, Series, picture

DASHBOARD = Path(__file__).parents[2] / "examples" / "grafana" / "dashboards" / "planrunner.json"
KNOWN = {"$__rate_interval": "10s", "$testid": ".*"}  # what Grafana puts in
KINDS = {"stat": "number", "timeseries": "lines", "state-timeline": "bands"}
COLORS = {"red": "#c4162a", "green": "#37872d", "blue": "#1f60c4"}
MARGIN = 2.0  # seconds shown before and after a run


def grafana(server: Server, span: tuple[float, float], file: Path) -> None:
    """Write the picture of a run."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    shown = (span[0] - MARGIN, span[1] + MARGIN)
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels)
    picture([_panel(server, panel, shown) for panel in panels], file, 1300, rows * 38 + 20)


def _panel(server: Server, panel: Mapping[str, Any], span: tuple[float, float]) -> Panel:
    place = {name: panel["gridPos"][name] for name in "xywh"}
    series = [one for target in panel["targets"] for one in _series(server, target, span)]
    defaults = panel["fieldConfig"]["defaults"]
    text, color = _number(series, defaults) if panel["type"] == "stat" else ("", "")
    return Panel(
        title=panel["title"],
        kind=KINDS[panel["type"]],  # type: ignore[arg-type]  # one of them
        unit=defaults.get("unit", "short"),
        series=series,
        span=span,
        clock=True,
        text=text,
        color=color,
        **place,
    )


def _series(server: Server, target: Mapping[str, Any], span: tuple[float, float]) -> list[Series]:
    expression = target["expr"]
    for name, value in KNOWN.items():
        expression = expression.replace(name, value)
    found: Sequence[Any] = server.over(expression, *span)
    return [
        Series(
            _label(target["legendFormat"], one["metric"]),
            [float(time) for time, _ in one["values"]],
            [float(value) for _, value in one["values"]],
        )
        for one in found
    ]


def _label(legend: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda name: labels.get(name[1], ""), legend)


def _number(series: Sequence[Series], defaults: Mapping[str, Any]) -> tuple[str, str]:
    """Return how the last value is written, and its colour."""
    value = series[0].values[-1]
    for mapping in defaults.get("mappings", ()):
        word = mapping["options"][f"{value:.0f}"]
        return word["text"], COLORS[word["color"]]
    if defaults["unit"] == "percentunit":
        return f"{value:.2%}", ""
    return f"{value:,.0f}", ""
