"""The kitchen: so many ovens, and a line in front of them."""

import asyncio

import httpx
import pytest
from asking import opened, sleepless
from fakes import in_virtual_time

from planrunner.demo.shop import Shop, application


def baked(*paths: str) -> list[float]:
    """Ask for pizzas at once; returns when each was ready."""

    async def main() -> list[float]:
        transport = httpx.ASGITransport(application(Shop()))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:

            async def ask(path: str) -> float:
                assert (await client.post(path)).status_code == 200
                return asyncio.get_running_loop().time()

            return await asyncio.gather(*map(ask, paths))

    return in_virtual_time(main)


def test_an_oven_bakes_one_pizza_at_a_time_and_who_comes_later_waits() -> None:
    assert baked(*["/api/bake?ovens=2&seconds=0.25"] * 5) == [0.25, 0.25, 0.5, 0.5, 0.75]


def test_there_is_a_kitchen_for_each_number_of_ovens() -> None:
    assert baked(*["/api/bake?ovens=1&seconds=1", "/api/bake?ovens=2&seconds=1"] * 2) == [1, 1, 2, 1]


def test_without_a_wish_there_are_four_ovens_and_a_pizza_takes_a_tenth_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept = sleepless(monkeypatch)
    assert opened()("GET", "/api/bake").json() == {"ovens": 4, "seconds": 0.1}
    assert slept == [0.1]


@pytest.mark.parametrize("query", ["ovens=0", "ovens=1001", "ovens=x", "seconds=11", "seconds=-1"])
def test_what_cannot_be_is_refused(query: str) -> None:
    assert opened()("GET", f"/api/bake?{query}").status_code == 400


def test_the_kitchen_takes_as_long_as_it_says_in_a_troubled_shop_too(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = sleepless(monkeypatch)
    assert opened(Shop(latency=1.0, error_rate=1.0))("GET", "/api/bake?seconds=2").status_code == 200
    assert slept == [2.0]
