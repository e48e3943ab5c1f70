"""The pages that tell of several runs: how their templates are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def pages(filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Make what renders them; everything in them that a plan or a target said is escaped text."""
    made = Environment(
        loader=PackageLoader("planrunner.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= filters
    return made
