"""Where the numbers of a run went beside its reports, and how many did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from planrunner.result.kinds import Count


@dataclass(frozen=True, slots=True)
class Output:
    """What one output sent or wrote."""

    kind: Annotated[str, Meta(description="for example prometheus")]
    address: Annotated[str, Meta(description="the URL or file, without credentials")]
    sent: Annotated[Count, Meta(description="points that arrived")]
    lost: Annotated[Count, Meta(description="points that did not")] = 0
    error: Annotated[str, Meta(description="what went wrong last, else empty")] = ""
