"""Reports: pure functions from the result of a run to a file, and the table of those in `--report-dir`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planrunner import result as results
from planrunner.reports import html, junit, markdown
from planrunner.result import Result

REPORTS: Mapping[str, Callable[[Result], bytes]] = {
    "report.html": lambda result: html.html(result).encode(),
    "report.md": lambda result: markdown.markdown(result).encode(),
    "junit.xml": lambda result: junit.junit(result).encode(),
    "result.json": results.to_json,
}
