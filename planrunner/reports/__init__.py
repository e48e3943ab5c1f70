"""Reports: pure functions from the result of a run to a file, and the table of those in `--report-dir`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from planrunner import result as results
from planrunner.result import Result


def _text(name: str) -> Callable[[Result], bytes]:
    """Return the report of a module, which is imported when it is written: a run needs no templates."""

    def write(result: Result) -> bytes:
        text: str = getattr(import_module(f"planrunner.reports.{name}"), name)(result)
        return text.encode()

    return write


REPORTS: Mapping[str, Callable[[Result], bytes]] = {
    "result.json": results.to_json,  # first: the others can be made of it
    "report.html": _text("html"),
    "report.md": _text("markdown"),
    "junit.xml": _text("junit"),
}
