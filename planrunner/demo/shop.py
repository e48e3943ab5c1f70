"""The pizza shop: an ASGI application in the spirit of QuickPizza, with the same answers in every run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from planrunner.demo import card, probes
from planrunner.demo.blog import Blog
from planrunner.demo.books import Books
from planrunner.demo.doors import Doors
from planrunner.demo.faults import troubled
from planrunner.demo.guests import Guests
from planrunner.demo.jobs import Jobs
from planrunner.demo.kitchen import Kitchen
from planrunner.demo.menu import QUOTES
from planrunner.demo.office import Office
from planrunner.demo.page import PAGE
from planrunner.demo.pizza import Recommendation, Restrictions, recommend
from planrunner.demo.wire import answer, bearer, read, refuse, whole
from planrunner.errors import UsageError


@dataclass(frozen=True, slots=True)
class Shop:
    """How the shop behaves: mean delay in seconds, share of errors, and which row of pizzas it makes."""

    latency: float = 0.0
    error_rate: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not (self.latency >= 0 and math.isfinite(self.latency)):
            raise UsageError(f"the latency must be 0s or more, not {self.latency!r} seconds")
        if not 0 <= self.error_rate <= 1:
            raise UsageError(f"the error rate must be from 0% to 100%, not {self.error_rate!r}")


def application(shop: Shop) -> ASGIApp:
    """Make the application of one server, with a memory of its own."""
    routes = _routes(shop)
    app = Starlette(routes=routes, exception_handlers={HTTPException: refuse})
    app.router.redirect_slashes = False  # a redirect that no plan asked for would be counted
    areas = frozenset(route.path.split("/")[2] for route in routes if route.path.startswith("/api/"))
    return troubled(app, shop.latency, shop.error_rate, areas) if shop.latency or shop.error_rate else app


def _routes(shop: Shop) -> list[Route]:
    guests = Guests()
    counter = Counter(shop.seed, guests)
    rooms = (
        counter,
        guests,
        Books(lambda: counter.orders),
        Blog(guests),
        Office(guests),
        Doors(guests.users),
        Jobs(),
        Kitchen(),
        card,
        probes,
    )
    return [route for room in rooms for route in room.routes()]


class Counter:
    """Where pizzas are ordered; the n-th order of the same kind gets the same pizza in every run."""

    def __init__(self, seed: int, guests: Guests) -> None:
        self._random = Random(seed)
        self._guests = guests
        self.orders = 0
        self._quotes = [msgspec.json.encode({"quotes": QUOTES[:n]}) for n in range(len(QUOTES) + 1)]

    def routes(self) -> list[Route]:
        """Return the page and what it needs, what is asked for most often first."""
        return [
            Route("/api/quotes", self.quotes),
            Route("/api/pizza", self.pizza, methods=["POST"]),
            Route("/api/recommendations", self.recommendation),
            Route("/ready", ready),
            Route("/", front),
        ]

    async def pizza(self, request: Request) -> Response:
        """Recommend a pizza under restrictions; who asks need not say so, but must not lie."""
        token = bearer(request)
        if token is not None and self._guests.users.known(token) is None:
            raise HTTPException(401, "this token is nobody's")
        return answer(self._next(await read(request, Restrictions)))

    async def recommendation(self, _request: Request) -> Response:
        """Recommend a pizza."""
        return answer(self._next(Restrictions()))

    def _next(self, wanted: Restrictions) -> Recommendation:
        try:
            made = recommend(wanted, self.orders + 1, self._random)
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        self.orders += 1
        return made

    async def quotes(self, request: Request) -> Response:
        """Say something wise: `?limit=N`."""
        limit = whole("limit", request.query_params.get("limit", "5"), 0, 1000)
        return Response(self._quotes[min(limit, len(QUOTES))], media_type="application/json")


async def ready(_request: Request) -> Response:
    """Say that the shop is open."""
    return answer({"ready": True})


async def front(_request: Request) -> Response:
    """Show the page."""
    return HTMLResponse(PAGE)
