"""Asking the shop in process, without a server."""

import asyncio
from typing import Any, Protocol

import httpx
import pytest

from planrunner.demo.shop import Shop, application


class Ask(Protocol):
    def __call__(self, method: str, path: str, **rest: Any) -> httpx.Response: ...


def opened(shop: Shop = Shop()) -> Ask:  # noqa: B008 (frozen)
    transport = httpx.ASGITransport(application(shop))

    def ask(method: str, path: str, **rest: Any) -> httpx.Response:
        async def main() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
                return await client.request(method, path, **rest)

        return asyncio.run(main())

    return ask


def sleepless(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let nobody sleep, and collect how long each wanted to."""
    wanted: list[float] = []

    async def sleep(seconds: float) -> None:
        wanted.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return wanted
