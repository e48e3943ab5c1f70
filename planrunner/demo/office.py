"""The shop's office, a small project tracker: a login by e-mail, lists behind a token, and pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from planrunner.demo.accounts import Credentials, Name
from planrunner.demo.guests import Guests
from planrunner.demo.page import simple
from planrunner.demo.shelf import Shelf
from planrunner.demo.wire import answer, read, whole

LISTS = {
    "tasks": "Knead the dough",
    "campaigns": "Two for one on Mondays",
    "core/projects": "A second oven",
    "assets": "The neon sign",
    "budgets": "Flour for the winter",
}
"""What is listed below `/api/`, with the title of the first thing on each list."""

PAGES = ("tasks", "campaigns", "projects")
TEAMS = ({"id": 1, "name": "Kitchen"}, {"id": 2, "name": "Delivery"})


class Login(msgspec.Struct, frozen=True):
    """How somebody from the office is known."""

    email: Name
    password: Name


class Idea(msgspec.Struct, frozen=True):
    """Something for a list, as it is sent."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]


class Item(msgspec.Struct, frozen=True):
    """Something on a list."""

    id: int
    title: str
    owner: str


class Office:
    """Answers for the office; who works there is one of the shop's guests."""

    def __init__(self, guests: Guests) -> None:
        self._guests = guests

    def routes(self) -> list[Route]:
        """Return the login, the lists and the pages."""
        lists = [List(f"/api/{name}/", title, self._guests) for name, title in LISTS.items()]
        return [
            Route("/health/", health),
            Route("/auth/login/", self.login, methods=["POST"]),
            Route("/auth/me/", self.me),
            Route("/auth/me/teams/", self.teams),
            *(route for each in lists for route in each.routes()),
            *(Route(f"/{name}", page(name.title())) for name in PAGES),
        ]

    async def login(self, request: Request) -> Response:
        """Change an e-mail address and a password into a token."""
        given = await read(request, Login)
        token = self._guests.enter(Credentials(given.email, given.password))
        return answer({"token": token, "user": {"email": given.email}})

    async def me(self, request: Request) -> Response:
        """Say who asks."""
        return answer({"email": self._guests.guest(request)})

    async def teams(self, request: Request) -> Response:
        """Say which teams there are."""
        self._guests.guest(request)
        return answer({"teams": TEAMS})


class List:
    """A list of things that one can add to."""

    def __init__(self, path: str, title: str, guests: Guests) -> None:
        self._path = path
        self._guests = guests
        self._items: Shelf[Item] = Shelf()
        self._items.add(lambda n: Item(n, title, "default"))

    def routes(self) -> list[Route]:
        """Return what is served at the list's path."""
        return [
            Route(self._path, self.show),
            Route(self._path, self.add, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the newest of what is on the list: `?limit=N`."""
        self._guests.guest(request)
        limit = whole("limit", request.query_params.get("limit", "20"), 1, 100)
        return answer({"count": len(self._items), "results": self._items.newest(limit)})

    async def add(self, request: Request) -> Response:
        """Put something on the list."""
        owner = self._guests.guest(request)
        idea = await read(request, Idea)
        return answer(self._items.add(lambda n: Item(n, idea.title, owner)), 201)


async def health(_request: Request) -> Response:
    """Say that all is well, in the two letters that load balancers like."""
    return PlainTextResponse("OK")


def page(title: str) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that everybody may see."""
    text = simple(title, f'<p>Here the office keeps its {title.lower()}. <a href="/login">Log in</a></p>')

    async def show(_request: Request) -> Response:
        return HTMLResponse(text)

    return show
