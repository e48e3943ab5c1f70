"""The kitchen: a route with a limited capacity, which is known, so that a search for it can be tried out."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.wire import answer, real, whole

MOST_OVENS = 1000
MOST_SECONDS = 10.0


class Kitchen:
    """Bakes pizzas, one in each oven at a time; whoever comes when all are in use waits in line.

    So `?ovens=4&seconds=0.1` bakes 40 a second and no more. There is a kitchen for each number of ovens.
    """

    def __init__(self) -> None:
        self._ovens: dict[int, asyncio.Semaphore] = {}

    def routes(self) -> list[Route]:
        """Return the only way in."""
        return [Route("/api/bake", self.bake, methods=["GET", "POST"])]

    async def bake(self, request: Request) -> Response:
        """Bake a pizza as soon as there is an oven: `?ovens=4&seconds=0.1`."""
        ovens = whole("ovens", request.query_params.get("ovens", "4"), 1, MOST_OVENS)
        seconds = real("seconds", request.query_params.get("seconds", "0.1"), MOST_SECONDS)
        async with self._ovens.setdefault(ovens, asyncio.Semaphore(ovens)):
            await asyncio.sleep(seconds)
        return answer({"ovens": ovens, "seconds": seconds})
