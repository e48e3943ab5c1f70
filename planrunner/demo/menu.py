"""What the pizza shop has in its kitchen: doughs, ingredients, tools, names and quotes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Dough(msgspec.Struct, frozen=True, rename="camel"):
    """What a pizza stands on."""

    id: int
    name: str
    calories_per_slice: int


class Ingredient(msgspec.Struct, frozen=True, rename="camel"):
    """What may lie on a pizza."""

    id: int
    name: str
    calories_per_slice: int
    vegetarian: bool = True


DOUGHS = (
    Dough(1, "Thin", 100),
    Dough(2, "Thick", 200),
    Dough(3, "Sourdough", 150),
    Dough(4, "Whole Wheat", 120),
    Dough(5, "Cheese Stuffed", 260),
)

BASES: Mapping[str, tuple[Ingredient, ...]] = {
    "oil": (
        Ingredient(1, "Olive Oil", 40),
        Ingredient(2, "Chili Oil", 45),
        Ingredient(3, "Garlic Oil", 42),
    ),
    "sauce": (
        Ingredient(4, "Tomato Sauce", 20),
        Ingredient(5, "Pesto", 60),
        Ingredient(6, "Smoked Tomato Sauce", 25),
    ),
    "cheese": (
        Ingredient(7, "Mozzarella", 80),
        Ingredient(8, "Scamorza", 90),
        Ingredient(9, "Vegan Mozzarella", 60),
    ),
}
"""Every pizza gets one of each kind."""

TOPPINGS = (
    Ingredient(10, "Basil", 2),
    Ingredient(11, "Rocket", 4),
    Ingredient(12, "Mushrooms", 8),
    Ingredient(13, "Onions", 10),
    Ingredient(14, "Bell Peppers", 9),
    Ingredient(15, "Artichokes", 14),
    Ingredient(16, "Black Olives", 30),
    Ingredient(17, "Cherry Tomatoes", 7),
    Ingredient(18, "Sweetcorn", 22),
    Ingredient(19, "Pineapple", 25),
    Ingredient(20, "Gorgonzola", 85),
    Ingredient(21, "Egg", 60),
    Ingredient(22, "Pepperoni", 95, vegetarian=False),
    Ingredient(23, "Ham", 55, vegetarian=False),
    Ingredient(24, "Anchovies", 35, vegetarian=False),
    Ingredient(25, "Tuna", 50, vegetarian=False),
    Ingredient(26, "Salami", 90, vegetarian=False),
    Ingredient(27, "Chicken", 65, vegetarian=False),
)

TOOLS = ("Pizza cutter", "Scissors", "Knife", "Chainsaw", "Mezzaluna")

FIRST_NAMES = (
    "Pink",
    "Smoky",
    "Lazy",
    "Golden",
    "Midnight",
    "Honest",
    "Wild",
    "Tiny",
    "Royal",
    "Sunny",
    "Brave",
)
LAST_NAMES = (
    "Americana",
    "Margherita",
    "Vesuvio",
    "Marinara",
    "Capricciosa",
    "Diavola",
    "Siciliana",
    "Romana",
)

QUOTES = (
    "A pizza shared is a pizza halved; order two.",
    "The oven does not care how busy you are.",
    "Measure twice, slice once.",
    "Every crust was dough before it was under load.",
    "Ninety-five of a hundred guests were served in time. Ask the other five.",
    "An average guest has never been seen in this shop.",
    "A queue is a promise that somebody else made.",
    "It was fast on the cook's own table.",
    "The tail of the line tells more than its head.",
    "If nothing burns, you have not found the limit.",
)
