"""What the terminal showed of a run, so that it can be shown again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

Mode: TypeAlias = Literal["compact", "full", "disabled"]


@dataclass(frozen=True, slots=True)
class Summary:
    """How the summary is written."""

    stats: Annotated[tuple[str, ...], Meta(description="of trends, as columns")] = (
        "avg",
        "min",
        "med",
        "max",
        "p(90)",
        "p(95)",
    )
    mode: Annotated[Mode, Meta(description="how much: totals, parts of them too, or the verdict alone")] = (
        "compact"
    )
