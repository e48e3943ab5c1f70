import asyncio
import math
import re
from typing import Any

import pytest
from asking import Ask, opened, sleepless
from starlette.types import Message

from planrunner.demo.accounts import token
from planrunner.demo.faults import DELAYS
from planrunner.demo.shop import Shop, application
from planrunner.demo.wire import MOST_BODY
from planrunner.errors import UsageError

SEED = {  # what the workshop's first script sends
    "maxCaloriesPerSlice": 500,
    "mustBeVegetarian": False,
    "excludedIngredients": ["pepperoni"],
    "excludedTools": ["knife"],
    "maxNumberOfToppings": 6,
    "minNumberOfToppings": 2,
}


@pytest.fixture
def ask() -> Ask:
    return opened()


def test_the_shop_says_that_it_is_ready(ask: Ask) -> None:
    assert ask("GET", "/ready").json() == {"ready": True}


def test_the_page_has_what_quickpizza_s_browser_scripts_look_for(ask: Ask) -> None:
    reply = ask("GET", "/")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Looking to break out of your pizza routine?</h1>" in reply.text
    assert re.search(r"<button[^>]*>Pizza, Please!</button>", reply.text)
    assert '<div id="recommendations"' in reply.text


def test_the_page_needs_nothing_from_outside(ask: Ask) -> None:
    assert re.findall(r'(?:src|href)="(?!data:)|https?://|@import|url\(', ask("GET", "/").text) == []


def test_a_pizza_keeps_to_the_restrictions(ask: Ask) -> None:
    told = ask("POST", "/api/pizza", json=SEED, headers={"X-User-ID": "23423"}).json()
    assert told["calories"] <= 500
    assert 3 + 2 <= len(told["pizza"]["ingredients"]) <= 3 + 6


def test_pizzas_are_the_same_in_every_server_of_a_seed() -> None:
    def row(seed: int) -> list[Any]:
        ask = opened(Shop(seed=seed))
        return [ask("POST", "/api/pizza", json={}).json() for _ in range(5)]

    assert row(1) == row(1) != row(2)


def test_pizzas_are_numbered_whoever_asks(ask: Ask) -> None:
    asked = [("POST", "/api/pizza"), ("GET", "/api/recommendations"), ("POST", "/api/pizza")]
    assert [ask(m, p, content=b"{}").json()["pizza"]["id"] for m, p in asked] == [1, 2, 3]


def test_a_token_is_accepted_for_a_pizza(ask: Ask) -> None:
    headers = {"Authorization": f"Token {token('default')}"}
    assert ask("POST", "/api/pizza", json={}, headers=headers).status_code == 200


def test_a_token_of_nobody_gets_no_pizza(ask: Ask) -> None:
    reply = ask("POST", "/api/pizza", json={}, headers={"Authorization": "Token x"})
    assert (reply.status_code, reply.json()) == (401, {"error": "this token is nobody's"})


def test_a_refused_pizza_takes_no_number(ask: Ask) -> None:
    refused = ask("POST", "/api/pizza", json={"maxCaloriesPerSlice": 1})
    reason = "maxCaloriesPerSlice 1 is too low: this pizza has at least 226"
    assert (refused.status_code, refused.json()) == (400, {"error": reason})
    assert ask("GET", "/api/recommendations").json()["pizza"]["id"] == 1


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "Input data was truncated"),
        (b"{", "Input data was truncated"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"maxCaloriesPerSlice": "500"}', "Expected `int | null`, got `str` - at `$.maxCaloriesPerSlice`"),
        (b'{"maxCaloriesPerSlice": -1}', "Expected `int` >= 0 - at `$.maxCaloriesPerSlice`"),
        (b'{"other": ' + b"[" * 100_000, "maximum recursion depth exceeded"),
    ],
    ids=["empty", "cut", "list", "text", "negative", "deep"],
)
def test_a_body_that_is_no_wish_is_refused_with_the_reason(ask: Ask, sent: bytes, reason: str) -> None:
    reply = ask("POST", "/api/pizza", content=sent)
    assert reply.status_code == 400
    assert reply.json()["error"].startswith(f"the body is not what it should be: {reason}")


def test_a_body_that_is_too_large_is_refused(ask: Ask) -> None:
    assert ask("POST", "/api/echo", content=bytes(MOST_BODY)).status_code == 200
    assert ask("POST", "/api/echo", content=bytes(MOST_BODY + 1)).status_code == 413


def test_a_guest_who_leaves_early_is_no_error_of_the_shop() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/pizza", "query_string": b"", "headers": []}

    async def main() -> None:
        await application(Shop())(scope, receive, send)

    asyncio.run(main())
    assert sent[0]["status"] == 400


@pytest.mark.parametrize(("query", "count"), [("", 5), ("?limit=0", 0), ("?limit=3", 3), ("?limit=1000", 10)])
def test_quotes_are_as_many_as_asked_for_and_there_are(ask: Ask, query: str, count: int) -> None:
    quotes = ask("GET", f"/api/quotes{query}").json()["quotes"]
    assert len(set(quotes)) == count


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/quotes/", 404),
        ("DELETE", "/api/quotes", 405),
        ("GET", "/api/quotes?limit=1001", 400),
        ("GET", "/api/transactions?limit=many", 400),
    ],
)
def test_what_is_not_served_is_said_in_json(ask: Ask, method: str, path: str, status: int) -> None:
    reply = ask(method, path)
    assert (reply.status_code, list(reply.json())) == (status, ["error"])


def test_every_request_is_delayed_around_the_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = sleepless(monkeypatch)
    ask = opened(Shop(latency=0.2))
    for _ in DELAYS:
        ask("GET", "/api/quotes")
    assert sorted(slept) == pytest.approx(sorted(0.2 * part for part in DELAYS))


def test_a_share_of_requests_fails_with_a_reason() -> None:
    ask = opened(Shop(error_rate=0.5))
    replies = [ask("GET", "/api/quotes") for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 503, 200, 503]
    assert replies[1].json() == {"error": "the kitchen is too busy"}


@pytest.mark.parametrize("latency", [-1.0, math.nan, math.inf])
def test_a_latency_that_cannot_be_is_refused(latency: float) -> None:
    with pytest.raises(UsageError, match="the latency must be 0s or more"):
        Shop(latency=latency)


@pytest.mark.parametrize("rate", [-0.1, 1.1, math.nan])
def test_an_error_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(UsageError, match="the error rate must be from 0% to 100%"):
        Shop(error_rate=rate)
