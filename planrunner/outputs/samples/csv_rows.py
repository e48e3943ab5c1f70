"""Samples as rows of CSV, as k6's output `csv` writes them (internal/output/csv)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import Any

from planrunner.outputs.output import Output, View
from planrunner.outputs.samples import files
from planrunner.outputs.samples.encoding import (
    BILLION,
    TIME,
    VALUE,
    Encoder,
    Part,
    form,
    rfc3339,
    rfc3339_seconds,
    safe,
)
from planrunner.outputs.samples.output import Samples
from planrunner.outputs.samples.stream import Stream

KIND = "csv"

TAGS = (
    "check",
    "error",
    "error_code",
    "expected_response",
    "group",
    "method",
    "name",
    "proto",
    "scenario",
    "service",
    "status",
    "subproto",
    "tls_version",
    "url",
)
"""Tags that have a column each: k6's system tags; all others stand in `extra_tags`."""

HEAD = ("metric_name", "timestamp", "metric_value", *TAGS, "extra_tags", "metadata")

TIMES: Mapping[str, Callable[[int], str]] = {
    "unix": lambda moment: str(moment // BILLION),
    "unix_milli": lambda moment: str(moment // 10**6),
    "unix_micro": lambda moment: str(moment // 10**3),
    "unix_nano": str,
    "rfc3339": rfc3339_seconds,
    "rfc3339_nano": rfc3339,
}
"""How times are written, by k6's names."""


def open(settings: Mapping[str, Any], view: View) -> Output:  # noqa: A001 (what each kind has)
    """Begin the file with its head."""
    files.begin(settings["file"], _row(HEAD))
    return Samples(KIND, settings["file"], view)


def stream(settings: Mapping[str, Any], say: Callable[[str], None]) -> Stream:
    """Make the stream of one process."""
    return files.stream(KIND, settings["file"], encoder(settings["time_format"]), say)


def encoder(time_format: str) -> Encoder:
    """Make what makes the forms of events."""
    return lambda parts: form(parts, _line, TIMES[time_format], "%f")


def _line(part: Part) -> str:
    more = "&".join(f"{name}={text}" for name, text in part.tags.items() if name not in TAGS)
    tags = [part.tags.get(name, "") for name in TAGS]
    return f"{_row([part.metric])[:-1]},{TIME},{VALUE},{safe(_row([*tags, more, '']))}"


def _row(cells: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
