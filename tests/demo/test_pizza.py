from random import Random
from typing import Any

import msgspec
import pytest

from planrunner.demo.menu import BASES, DOUGHS, TOPPINGS
from planrunner.demo.pizza import Recommendation, Restrictions, recommend

BASE_NAMES = [i.name for some in BASES.values() for i in some]


def made(count: int = 200, seed: int = 1, **wanted: Any) -> list[Recommendation]:
    random = Random(seed)
    return [recommend(Restrictions(**wanted), number, random) for number in range(1, count + 1)]


def toppings(one: Recommendation) -> int:
    return len(one.pizza.ingredients) - len(BASES)


def test_the_same_seed_makes_the_same_pizzas() -> None:
    assert made(20) == made(20)


def test_another_seed_makes_other_pizzas() -> None:
    assert made(20) != made(20, seed=2)


def test_every_pizza_has_one_ingredient_of_each_base() -> None:
    for one in made():
        names = [i.name for i in one.pizza.ingredients]
        assert [sum(b.name in names for b in some) for some in BASES.values()] == [1, 1, 1]


def test_a_pizza_without_wishes_has_two_to_five_toppings() -> None:
    assert {toppings(one) for one in made()} == {2, 3, 4, 5}


def test_the_number_of_toppings_stays_between_the_limits() -> None:
    chosen = made(min_number_of_toppings=6, max_number_of_toppings=7)
    assert {toppings(one) for one in chosen} == {6, 7}


def test_a_wish_for_many_toppings_raises_the_upper_limit_with_it() -> None:
    assert {toppings(one) for one in made(min_number_of_toppings=8)} == {8}


def test_a_wish_for_few_toppings_lowers_the_lower_limit_with_it() -> None:
    assert {toppings(one) for one in made(max_number_of_toppings=1)} == {1}


def test_more_toppings_than_there_are_means_all_of_them() -> None:
    chosen = made(min_number_of_toppings=len(TOPPINGS), max_number_of_toppings=100)
    assert {toppings(one) for one in chosen} == {len(TOPPINGS)}


def test_calories_are_those_of_the_dough_and_of_every_ingredient() -> None:
    one = made(1)[0]
    parts = [one.pizza.dough.calories_per_slice, *(i.calories_per_slice for i in one.pizza.ingredients)]
    assert one.calories == sum(parts)


def test_no_pizza_is_heavier_than_allowed_even_where_only_the_lightest_fits() -> None:
    lightest = 100 + 40 + 20 + 60 + 2 + 4
    chosen = made(max_calories_per_slice=lightest)
    assert {one.calories for one in chosen} == {lightest}


def test_a_vegetarian_wish_keeps_meat_away() -> None:
    chosen = made(must_be_vegetarian=True)
    assert all(i.vegetarian for one in chosen for i in one.pizza.ingredients)


def test_vegetarian_is_said_exactly_of_pizzas_without_meat() -> None:
    chosen = made()
    assert [one.vegetarian for one in chosen] == [
        all(i.vegetarian for i in one.pizza.ingredients) for one in chosen
    ]
    assert {one.vegetarian for one in chosen} == {True, False}


def test_excluded_ingredients_stay_away_in_any_case_of_letters() -> None:
    chosen = made(excluded_ingredients=["PEPPERONI", " olive oil "])
    names = {i.name for one in chosen for i in one.pizza.ingredients}
    assert names == {*BASE_NAMES, *(t.name for t in TOPPINGS)} - {"Pepperoni", "Olive Oil"}


def test_excluded_tools_are_not_used() -> None:
    chosen = made(excluded_tools=["knife", "scissors", "chainsaw", "mezzaluna"])
    assert {one.pizza.tool for one in chosen} == {"Pizza cutter"}


def test_a_custom_name_is_the_pizza_s_name() -> None:
    assert made(1, custom_name="Mine")[0].pizza.name == "Mine"


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (
            {"excluded_tools": ["pizza cutter", "scissors", "knife", "chainsaw", "mezzaluna"]},
            "leaves no tool",
        ),
        ({"excluded_ingredients": ["mozzarella", "scamorza", "vegan mozzarella"]}, "leaves no cheese"),
        ({"max_calories_per_slice": 225}, "225 is too low: this pizza has at least 226"),
        ({"min_number_of_toppings": 3, "max_number_of_toppings": 2}, "3 is above maxNumberOfToppings 2"),
        ({"min_number_of_toppings": 13, "must_be_vegetarian": True}, "13 is too high: only 12 toppings"),
    ],
)
def test_wishes_that_leave_no_pizza_are_refused_with_the_reason(wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        made(1, **wanted)


def test_on_the_wire_a_pizza_has_quickpizza_s_names() -> None:
    told = msgspec.json.decode(msgspec.json.encode(made(1)[0]))
    assert list(told) == ["pizza", "calories", "vegetarian"]
    assert list(told["pizza"]) == ["id", "name", "dough", "ingredients", "tool"]
    assert list(told["pizza"]["ingredients"][0]) == ["id", "name", "caloriesPerSlice", "vegetarian"]


def test_everything_on_the_menu_has_a_number_of_its_own() -> None:
    ids = [i.id for i in (*(b for some in BASES.values() for b in some), *TOPPINGS)]
    assert ids == list(range(1, len(ids) + 1))
    assert [d.id for d in DOUGHS] == [1, 2, 3, 4, 5]
