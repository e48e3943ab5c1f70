"""The shop's guests and what they thought of their pizzas: in memory, and never more than so many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

MOST_USERS = 10_000
MOST_RATINGS = 10_000
BUILT_IN = {
    "default": "12345678",
    "test@example.com": "testpassword123",
}  # those that known scripts log in as

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Stars = Annotated[int, Meta(ge=1, le=5)]
PizzaId = Annotated[int, Meta(ge=1, le=2**53)]


class Credentials(msgspec.Struct, frozen=True):
    """How a guest is known."""

    username: Name
    password: Name


class Rating(msgspec.Struct, frozen=True):
    """What a guest thought of a pizza."""

    id: int
    stars: Stars
    pizza_id: PizzaId


class Opinion(msgspec.Struct, frozen=True):
    """A rating as a guest writes it."""

    stars: Stars
    pizza_id: PizzaId


class Amendment(msgspec.Struct, frozen=True):
    """What a guest changes about a rating."""

    stars: Stars | msgspec.UnsetType = msgspec.UNSET
    pizza_id: PizzaId | msgspec.UnsetType = msgspec.UNSET


class Users:
    """The guests; beyond the limit the oldest is forgotten, but never one that is built in."""

    def __init__(self, limit: int = MOST_USERS) -> None:
        self._limit = limit
        self._passwords: dict[str, str] = {}
        self._names: dict[str, str] = {}  # by token
        self._count = 0
        for name, password in BUILT_IN.items():
            self.create(name, password)

    def create(self, name: str, password: str) -> int:
        """Add a guest and return the number; ValueError when the name is taken."""
        if name in self._passwords:
            raise ValueError(f"there is a user {name!r} already")
        if len(self._passwords) >= self._limit + len(BUILT_IN):
            oldest = next(other for other in self._passwords if other not in BUILT_IN)
            del self._passwords[oldest], self._names[token(oldest)]
        self._passwords[name] = password
        self._names[token(name)] = name
        self._count += 1
        return self._count

    def login(self, name: str, password: str) -> str | None:
        """Return the guest's token; None when the name or the password is wrong."""
        return token(name) if self._passwords.get(name) == password else None

    def password(self, name: str) -> str | None:
        """Return a guest's password, which digest needs; None when there is no such guest."""
        return self._passwords.get(name)

    def known(self, wanted: str) -> str | None:
        """Return the name of the guest who holds a token."""
        return self._names.get(wanted)


def token(name: str) -> str:
    """Make the token of a name: the same in every run, so that a plan may hold it."""
    return hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


class Ratings:
    """All ratings; beyond the limit the oldest is forgotten."""

    def __init__(self, limit: int = MOST_RATINGS) -> None:
        self._limit = limit
        self._ratings: dict[int, tuple[str, Rating]] = {}
        self._count = 0

    def add(self, owner: str, opinion: Opinion) -> Rating:
        """Keep a new rating."""
        self._count += 1
        rating = Rating(self._count, opinion.stars, opinion.pizza_id)
        self._ratings[rating.id] = owner, rating
        if len(self._ratings) > self._limit:
            del self._ratings[next(iter(self._ratings))]
        return rating

    def of(self, owner: str) -> Iterator[Rating]:
        """Yield a guest's ratings, the newest first."""
        return (rating for name, rating in reversed(self._ratings.values()) if name == owner)

    def find(self, owner: str, number: int) -> Rating | None:
        """Return a guest's rating; None when it is another's or none."""
        name, rating = self._ratings.get(number, ("", None))
        return rating if name == owner else None

    def replace(self, owner: str, rating: Rating) -> None:
        """Put a rating in the place of the one with its number."""
        self._ratings[rating.id] = owner, rating

    def drop(self, rating: Rating) -> None:
        """Forget a rating."""
        del self._ratings[rating.id]
