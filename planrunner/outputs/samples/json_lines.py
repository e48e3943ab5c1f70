"""Samples as lines of JSON, as k6's output `json` writes them (internal/output/json)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from planrunner.outputs.output import Output, View
from planrunner.outputs.samples import files
from planrunner.outputs.samples.encoding import TIME, VALUE, Form, Part, form, rfc3339
from planrunner.outputs.samples.output import Samples
from planrunner.outputs.samples.stream import Stream

KIND = "json"


def open(settings: Mapping[str, Any], view: View) -> Output:  # noqa: A001 (what each kind has)
    """Begin the file with what there is to know of each metric."""
    files.begin(settings["file"], "".join(_metrics(view)))
    return Samples(KIND, settings["file"], view)


def stream(settings: Mapping[str, Any], say: Callable[[str], None]) -> Stream:
    """Make the stream of one process."""
    return files.stream(KIND, settings["file"], encode, say)


def encode(parts: Sequence[Part]) -> Form:
    """Make the form of events."""
    return form(parts, _line, rfc3339)


def _line(part: Part) -> str:
    data = f'{{"time":"{TIME}","value":{VALUE},"tags":{_text(part.tags)}}}'
    return f'{{"metric":{_text(part.metric)},"type":"Point","data":{data}}}\n'


def _metrics(view: View) -> Iterator[str]:
    limits = [(one.metric, view.mask(one.expression)) for one in view.limits()]
    for name, metric in sorted(view.metrics.items()):
        data = {
            "name": name,
            "type": metric.kind,
            "contains": metric.contains,
            "thresholds": [expression for about, expression in limits if about == name],
            "submetrics": None,
        }
        yield _text({"type": "Metric", "data": data, "metric": name}) + "\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
