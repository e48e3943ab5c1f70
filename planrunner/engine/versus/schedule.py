"""Which side has which window: a pure sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

Name: TypeAlias = Literal["base", "head"]

ROUNDS = 8
"""Pairs of windows that count; six carry a verdict, and one or the other may be lost."""

SECONDS = 15.0
"""Of a window: at 50 requests a second that is enough of them for a p95, and short beside what drifts."""

LEAST = 1.0  # seconds: what is measured comes once a second

WARM_UP = 1.0  # seconds of each window in which connections are made and caches filled
SHARE = 0.1  # of a window that this is at most


class Window(Struct, frozen=True):
    """A piece of the load, of one side."""

    pair: int  # 0: the warm-up, which does not count
    side: Name

    @property
    def counts(self) -> bool:
        """Whether it is more than a warm-up."""
        return self.pair > 0

    def named(self, rounds: int) -> str:
        """Say which one it is."""
        return f"{self.side} {self.pair}/{rounds}" if self.counts else f"warm-up of {self.side}"


def windows(rounds: int) -> Iterator[Window]:
    """Yield the windows in their order: base head, head base, base head and so on, first a pair to warm up.

    What grows evenly, such as the load of another program, then slows both sides alike.
    """
    for pair in range(rounds + 1):
        sides: tuple[Name, Name] = ("head", "base") if pair % 2 else ("base", "head")
        for side in sides:
            yield Window(pair, side)


def warm_up(seconds: float) -> float:
    """Return how many seconds of a window do not count."""
    return min(WARM_UP, SHARE * seconds)
