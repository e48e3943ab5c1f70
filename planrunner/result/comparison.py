"""How a run compares with another one of the same plan: by request, as ranges, with a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

Measure = Literal["p(50)", "p(95)", "p(99)", "failed", "rate"]

Difference = Literal[
    "slower",
    "faster",
    "more failures",
    "fewer failures",
    "no clear change",
    "not enough data",
    "not comparable",
]

WORSE: tuple[Difference, ...] = ("slower", "more failures")
BETTER: tuple[Difference, ...] = ("faster", "fewer failures")

CHANGE = 0.1
"""The least difference that is worth a word, as a share of what was."""

DIFFERENCE = 0.005
"""The least difference of times that is worth one, in seconds."""

POINTS = 0.01
"""The least difference in the share of failed requests that is worth one."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared."""

    name: Annotated[str, Meta(description="a file, a folder, or the target of one side")]
    target: str
    started: Annotated[str, Meta(description="of the first run; ISO 8601, UTC")]
    planrunner: Annotated[str, Meta(description="the version that ran it")]
    runs: Annotated[int, Meta(ge=1, description="how many runs, or windows of one run, it has")]
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One number on both sides.

    Times are seconds, `failed` is a share, `rate` is requests per second; of several runs it is the middle
    one of theirs: the geometric mean, of shares the mean.
    """

    request: Annotated[str, Meta(description="empty: all requests together")]
    method: str
    measure: Measure
    base: Annotated[float | None, Meta(description="null: not measured")]
    head: float | None
    change: Annotated[
        float | None,
        Meta(description="0.1: a tenth more than the base; of `failed`: 0.1 is ten points"),
    ]
    low: Annotated[
        float | None, Meta(description="where the change lies in 95 of 100 comparisons; null: not known")
    ]
    high: float | None
    verdict: Difference
    bases: Annotated[
        tuple[float, ...], Meta(description="of all requests together: of each run or window, in order")
    ] = ()
    heads: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """The least difference that is worth a word; it takes both of the first two."""

    change: Annotated[float, Meta(ge=0, description="of times and rates, as a share of what was")] = CHANGE
    difference: Annotated[float, Meta(ge=0, description="of times, in seconds")] = DIFFERENCE
    points: Annotated[float, Meta(ge=0, description="of the share of failed requests")] = POINTS


EFFECT = Effect()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run (the head) held against another one (the base) of the same plan."""

    how: Annotated[
        Literal["side by side", "apart"],
        Meta(description="windows that alternate in one run, or runs at different times"),
    ]
    base: Side
    head: Side
    verdict: Difference
    sound: Annotated[bool, Meta(description="whether it rests on enough to fail a run")]
    reasons: Annotated[
        tuple[str, ...], Meta(description="why they cannot be compared, or why it is not sound, in words")
    ]
    changes: Annotated[tuple[Change, ...], Meta(description="all requests together, then each request")]
    effect: Effect = EFFECT
    more: Annotated[int, Meta(ge=0, description="requests whose changes are left out")] = 0

    @property
    def regressed(self) -> bool:
        """Whether the head is worse, on evidence that carries it."""
        return self.sound and self.verdict in WORSE

    @property
    def overall(self) -> tuple[Change, ...]:
        """The changes of all requests together."""
        return tuple(change for change in self.changes if not change.request)
