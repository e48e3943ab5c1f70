"""Things in the order in which they came, each with a number; beyond the limit the oldest is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 10_000


class Shelf(Generic[T]):
    """Keeps things under numbers that count from 1."""

    def __init__(self, limit: int = MOST) -> None:
        self._limit = limit
        self._things: dict[int, T] = {}
        self._count = 0

    def add(self, make: Callable[[int], T]) -> T:
        """Keep what is made of the next number."""
        self._count += 1
        thing = self._things[self._count] = make(self._count)
        if len(self._things) > self._limit:
            del self._things[next(iter(self._things))]
        return thing

    def find(self, number: int) -> T | None:
        """Return what has this number; None when it was forgotten or never was."""
        return self._things.get(number)

    def newest(self, count: int) -> list[T]:
        """Return the newest things, the newest first."""
        return [thing for thing, _ in zip(reversed(self._things.values()), range(count), strict=False)]

    def __len__(self) -> int:
        return len(self._things)
