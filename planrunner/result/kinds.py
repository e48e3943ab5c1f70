"""Kinds of values in a result, each with what the schema says of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

Seconds = Annotated[float, Meta(description="seconds")]

Count = Annotated[int, Meta(ge=0)]

Verdict = Literal["passed", "failed", "no data"]

Kind = Literal["counter", "gauge", "rate", "trend"]

Contains = Literal["default", "time", "data"]

Censored = Annotated[
    tuple[str, ...],
    Meta(
        description="names of values that are only known to be at least so much, since so many iterations "
        "were dropped or interrupted"
    ),
]

Few = Annotated[
    tuple[str, ...],
    Meta(description="names of percentiles that so few samples do not carry"),
]

FailOn = Literal["thresholds", "checks", "errors", "untrusted", "regression"]

Stopped = Literal[
    "", "interrupted", "killed", "threshold", "plan", "preflight", "setup", "setup timeout", "agent"
]
