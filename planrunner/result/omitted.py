"""What a result does not have, since its file would be too large."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was left out of the result; totals and verdicts are those of the whole run."""

    what: Annotated[str, Meta(description="for example series of http_req_waiting")]
    count: Annotated[int, Meta(ge=1, description="how many")]
    instead: Annotated[str, Meta(description="what there is of them, for example their sum")]


def noted(known: Iterable[LeftOut], what: str, count: int, instead: str) -> tuple[LeftOut, ...]:
    """Note that more was left out."""
    counts = {(one.what, one.instead): one.count for one in known}
    if count:
        counts[what, instead] = counts.get((what, instead), 0) + count
    return tuple(LeftOut(what, number, instead) for (what, instead), number in counts.items())
