"""What was judged: thresholds and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from planrunner.result.kinds import Count, Verdict

Unit = Literal["default", "time", "data", "share", "rate", "data rate"]


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a limit refers to, and what it came to."""

    name: Annotated[str, Meta(description="as written: baseline, or for example count of http_reqs")]
    value: float
    contains: Annotated[Unit, Meta(description="the unit")]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit, what was measured, and the plan line it stands on."""

    metric: Annotated[str, Meta(description="as written, with its selector")]
    expression: Annotated[str, Meta(description="as written, for example p(95) < 500ms")]
    aggregate: Annotated[str, Meta(description="for example p(95) or rate")]
    operator: str
    limit: Annotated[
        float | None,
        Meta(description="in the unit: seconds, bytes, a share from 0 to 1; null where it is not known"),
    ]
    measured: Annotated[float | None, Meta(description="in the same unit; null when there were no samples")]
    contains: Annotated[Unit, Meta(description="the unit")]
    samples: Count
    verdict: Verdict
    reason: Annotated[str, Meta(description="why there is no data, or a censored value; else empty")]
    aborted: Annotated[bool, Meta(description="whether it stopped the run")]
    file: str
    line: Annotated[int, Meta(ge=0, description="from 1; 0 when it stands on no line")]
    column: Count
    censored: Annotated[
        bool, Meta(description="whether what was measured is only known to be at least that")
    ] = False
    few: Annotated[bool, Meta(description="whether so few samples do not carry what was measured")] = False
    over: Annotated[float, Meta(description="seconds of its windows; 0 when it is about the whole run")] = 0.0
    at: Annotated[
        float | None,
        Meta(description="when the worst window ended, in seconds; null when the whole run was judged"),
    ] = None
    limit_text: Annotated[str, Meta(description="the limit as written where it is more than a number")] = ""
    terms: Annotated[tuple[Term, ...], Meta(description="what the limit refers to")] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A threshold that was not judged, and why: what it asks about was left out of the run."""

    metric: Annotated[str, Meta(description="as written, with its selector")]
    expression: Annotated[str, Meta(description="as written")]
    reason: str
    file: str
    line: Count


@dataclass(frozen=True, slots=True)
class CheckSample:
    """One failure of a check."""

    at: Annotated[float, Meta(description="seconds since the run began")]
    complaint: Annotated[str, Meta(description="what was found and what was expected")]
    request: Annotated[str, Meta(description="what was sent: method, where to, how the body begins")] = ""
    reply: Annotated[str, Meta(description="what came back: status, type, how the body begins")] = ""


@dataclass(frozen=True, slots=True)
class Check:
    """How often a check of one step held."""

    name: str
    scenario: str
    step: Annotated[str, Meta(description="the name of the request it stands at")]
    passes: Count
    fails: Count
    samples: tuple[CheckSample, ...]
    file: str
    line: Count
