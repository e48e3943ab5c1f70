"""Choosing a pizza that keeps to a guest's restrictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Annotated

import msgspec
from msgspec import Meta

from planrunner.demo.menu import (
    BASES,
    DOUGHS,
    FIRST_NAMES,
    LAST_NAMES,
    TOOLS,
    TOPPINGS,
    Dough,
    Ingredient,
)

TRIES = 10  # of the cook's own fancy before the lightest allowed pizza is made

Calories = Annotated[int, Meta(ge=0, le=1_000_000)]
Toppings = Annotated[int, Meta(ge=0, le=100)]
Word = Annotated[str, Meta(max_length=100)]
Words = Annotated[list[Word], Meta(max_length=100)]


class Restrictions(msgspec.Struct, frozen=True, rename="camel"):
    """What a guest asks for, each of it optional; null means the same as nothing, other keys mean nothing."""

    max_calories_per_slice: Calories | None = None
    must_be_vegetarian: bool | None = None
    excluded_ingredients: Words | None = None
    excluded_tools: Words | None = None
    max_number_of_toppings: Toppings | None = None
    min_number_of_toppings: Toppings | None = None
    custom_name: Word | None = None


class Pizza(msgspec.Struct, frozen=True, rename="camel"):
    """A pizza."""

    id: int
    name: str
    dough: Dough
    ingredients: tuple[Ingredient, ...]
    tool: str


class Recommendation(msgspec.Struct, frozen=True):
    """A pizza and what a guest wants to know of it; calories are those of a slice."""

    pizza: Pizza
    calories: int
    vegetarian: bool


def recommend(wanted: Restrictions, number: int, random: Random) -> Recommendation:
    """Make the pizza of this number; ValueError says which restriction leaves no pizza."""
    kitchen = _Kitchen(wanted)
    for _ in range(TRIES):
        dough, ingredients = kitchen.fancy(random)
        if _calories(dough, ingredients) <= kitchen.limit:
            break
    else:
        dough, ingredients = kitchen.lightest()
    name = wanted.custom_name or f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    pizza = Pizza(number, name, dough, ingredients, random.choice(kitchen.tools))
    return Recommendation(pizza, _calories(dough, ingredients), all(i.vegetarian for i in ingredients))


class _Kitchen:
    """What is left to choose from under some restrictions, at least one pizza's worth."""

    __slots__ = ("bases", "fewest", "limit", "most", "tools", "toppings")

    def __init__(self, wanted: Restrictions) -> None:
        unwanted = {word.strip().lower() for word in wanted.excluded_ingredients or ()}
        meat = not wanted.must_be_vegetarian
        self.bases = [_left(kind, some, unwanted) for kind, some in BASES.items()]
        self.toppings = [t for t in TOPPINGS if t.name.lower() not in unwanted and (meat or t.vegetarian)]
        banned = {word.strip().lower() for word in wanted.excluded_tools or ()}
        self.tools = [tool for tool in TOOLS if tool.lower() not in banned]
        if not self.tools:
            raise ValueError("excludedTools leaves no tool to cut the pizza with")
        self.fewest, self.most = _span(wanted, len(self.toppings))
        self.limit = 1000 if wanted.max_calories_per_slice is None else wanted.max_calories_per_slice
        least = _calories(*self.lightest())
        if least > self.limit:
            raise ValueError(f"maxCaloriesPerSlice {self.limit} is too low: this pizza has at least {least}")

    def fancy(self, random: Random) -> tuple[Dough, tuple[Ingredient, ...]]:
        """Choose freely among what is left."""
        toppings = random.sample(self.toppings, random.randint(self.fewest, self.most))
        return random.choice(DOUGHS), (*(random.choice(some) for some in self.bases), *toppings)

    def lightest(self) -> tuple[Dough, tuple[Ingredient, ...]]:
        """Choose what has the fewest calories."""
        bases = (min(some, key=_weight) for some in self.bases)
        toppings = sorted(self.toppings, key=_weight)[: self.fewest]
        return min(DOUGHS, key=_weight), (*bases, *toppings)


def _left(kind: str, some: Sequence[Ingredient], unwanted: set[str]) -> list[Ingredient]:
    left = [one for one in some if one.name.lower() not in unwanted]
    if not left:
        raise ValueError(f"excludedIngredients leaves no {kind}")
    return left


def _span(wanted: Restrictions, available: int) -> tuple[int, int]:
    """Return the fewest and the most toppings; without a wish, two to five as in QuickPizza."""
    most, fewest = wanted.max_number_of_toppings, wanted.min_number_of_toppings
    if most is None:
        most = 5 if fewest is None else max(5, fewest)
    if fewest is None:
        fewest = min(2, most, available)
    if fewest > most:
        raise ValueError(f"minNumberOfToppings {fewest} is above maxNumberOfToppings {most}")
    if fewest > available:
        raise ValueError(f"minNumberOfToppings {fewest} is too high: only {available} toppings are left")
    return fewest, min(most, available)


def _weight(item: Dough | Ingredient) -> int:
    return item.calories_per_slice


def _calories(dough: Dough, ingredients: Iterable[Ingredient]) -> int:
    return dough.calories_per_slice + sum(i.calories_per_slice for i in ingredients)
