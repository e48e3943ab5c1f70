from typing import Any

import pytest
from asking import Ask, opened

VEGETARIAN = "query ($v: Boolean, $n: Int) { menu(vegetarian: $v, first: $n) { name vegetarian } }"


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_the_pages_of_the_card_lead_on_to_the_last(ask: Ask) -> None:
    path, ids = "/api/menu?size=10", []
    while path:
        told = ask("GET", path).json()
        ids.append([item["id"] for item in told["items"]])
        path = told["next"]
    assert ids == [list(range(1, 11)), list(range(11, 21)), list(range(21, 28))]


def test_the_next_page_is_named_in_a_header_too(ask: Ask) -> None:
    assert ask("GET", "/api/menu").headers["link"] == '</api/menu?page=2&size=5>; rel="next"'
    assert "link" not in ask("GET", "/api/menu?size=100").headers


def test_there_is_no_page_behind_the_last(ask: Ask) -> None:
    reply = ask("GET", "/api/menu?page=7")
    assert (reply.status_code, reply.json()) == (404, {"error": "there is no page 7, the last one is 6"})


def asked(ask: Ask, query: str, **variables: Any) -> Any:
    reply = ask("POST", "/api/graphql", json={"query": query, "variables": variables})
    assert reply.status_code == 200
    return reply.json()


def test_a_query_gets_the_fields_it_asks_for(ask: Ask) -> None:
    told = asked(ask, "{ menu(first: 2) { id caloriesPerSlice } }")
    assert told == {"data": {"menu": [{"id": 1, "caloriesPerSlice": 40}, {"id": 2, "caloriesPerSlice": 45}]}}


def test_a_query_uses_its_variables(ask: Ask) -> None:
    told = asked(ask, VEGETARIAN, v=False, n=2)
    assert [one["name"] for one in told["data"]["menu"]] == ["Pepperoni", "Ham"]


def test_a_variable_that_is_missing_means_no_filter(ask: Ask) -> None:
    assert len(asked(ask, VEGETARIAN)["data"]["menu"]) == 27


def test_calories_have_a_limit(ask: Ask) -> None:
    told = asked(ask, "{ menu(maxCalories: 4) { name } }")
    assert told["data"]["menu"] == [{"name": "Basil"}, {"name": "Rocket"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ pizzas { name } }", "there is one field to ask for: menu { name }"),
        ("{ menu { name price } }", "cannot query field 'price' on type 'Ingredient'"),
        ("{ menu(first: -1) { name } }", "Expected `int` >= 0 - at `$.first`"),
        ("{ menu(size: 1) { name } }", "Object contains unknown field `size`"),
        ("{ menu(first: many) { name } }", "JSON is malformed: invalid character (byte 0)"),
    ],
)
def test_what_cannot_be_answered_is_told_in_errors(ask: Ask, query: str, message: str) -> None:
    assert asked(ask, query) == {"errors": [{"message": message}]}
