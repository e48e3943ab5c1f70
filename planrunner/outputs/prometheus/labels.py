"""What series are called in Prometheus: names, units and labels are those of k6's output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from planrunner.metrics.series import Contains, Tags

PREFIX = "k6_"
UNITS: Mapping[Contains, str] = {"time": "_seconds", "data": "_bytes", "default": ""}
"""How names of native histograms end; all other series say no unit, as in k6."""

Labels = tuple[tuple[str, str], ...]

_STRANGE = re.compile(r"[^a-zA-Z0-9_]")


def label_name(tag: str) -> str:
    """Make a name that Prometheus takes: tags may have dashes and dots, and k6 would be refused with them."""
    name = _STRANGE.sub("_", tag)
    return f"tag_{name}" if name[:1].isdigit() or name.startswith("__") else name


def statistic_name(statistic: str) -> str:
    """Make `p95` of `p(95)`, and `p999` of `p(99.9)`, as k6 does."""
    return re.sub(r"[().]", "", statistic)


def labels(name: str, tags: Tags, more: Iterable[tuple[str, str]]) -> Labels:
    """Return all labels of a series, sorted as remote write wants them; `more` are those of the whole run.

    Where two tags come to the same name, the first one has it.
    """
    found: dict[str, str] = {}
    for tag, value in (*tags, *more):
        if value:
            found.setdefault(label_name(tag), value)
    return tuple(sorted({**found, "__name__": PREFIX + name}.items()))
