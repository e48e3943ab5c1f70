"""The routes of the shop's guests: users, their tokens and their ratings."""

from __future__ import annotations

from itertools import islice
from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.accounts import Amendment, Credentials, Opinion, Rating, Ratings, Users
from planrunner.demo.wire import answer, bearer, read, whole

T = TypeVar("T")

MOST_LISTED = 100


class Guests:
    """Answers for users and ratings; the state is one server's."""

    def __init__(self) -> None:
        self.users = Users()
        self.ratings = Ratings()

    def routes(self) -> list[Route]:
        """Return what is served below `/api/users` and `/api/ratings`."""
        one = "/api/ratings/{id}"
        return [
            Route("/api/users", self.create, methods=["POST"]),
            Route("/api/users/token/login", self.login, methods=["POST"]),
            Route("/api/ratings", self.listing, methods=["GET"]),
            Route("/api/ratings", self.rate, methods=["POST"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.rewrite, methods=["PUT"]),
            Route(one, self.amend, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        """Add a user; 409 when the name is taken."""
        wanted = await read(request, Credentials)
        return answer({"id": self.join(wanted), "username": wanted.username}, 201)

    async def login(self, request: Request) -> Response:
        """Change a name and a password into a token."""
        return answer({"token": self.enter(await read(request, Credentials))})

    async def listing(self, request: Request) -> Response:
        """Show the newest of a guest's ratings."""
        owner = self.guest(request)
        limit = whole("limit", request.query_params.get("limit", "20"), 1, MOST_LISTED)
        return answer({"ratings": list(islice(self.ratings.of(owner), limit))})

    async def rate(self, request: Request) -> Response:
        """Keep a rating."""
        owner = self.guest(request)
        return answer(self.ratings.add(owner, await read(request, Opinion)), 201)

    async def show(self, request: Request) -> Response:
        """Show one rating."""
        return answer(self._own(request)[1])

    async def rewrite(self, request: Request) -> Response:
        """Replace one rating."""
        owner, rating = self._own(request)
        new = await read(request, Opinion)
        return self._keep(owner, Rating(rating.id, new.stars, new.pizza_id))

    async def amend(self, request: Request) -> Response:
        """Change parts of one rating."""
        owner, rating = self._own(request)
        new = await read(request, Amendment)
        stars, pizza_id = _given(new.stars, rating.stars), _given(new.pizza_id, rating.pizza_id)
        return self._keep(owner, Rating(rating.id, stars, pizza_id))

    async def delete(self, request: Request) -> Response:
        """Forget one rating."""
        self.ratings.drop(self._own(request)[1])
        return Response(status_code=204)

    def join(self, wanted: Credentials) -> int:
        """Add a user and return the number; 409 when the name is taken."""
        try:
            return self.users.create(wanted.username, wanted.password)
        except ValueError as error:
            raise HTTPException(409, str(error)) from None

    def enter(self, given: Credentials) -> str:
        """Return a user's token; 401 when the name or the password is wrong."""
        token = self.users.login(given.username, given.password)
        if token is None:
            raise HTTPException(401, "wrong username or password")
        return token

    def guest(self, request: Request) -> str:
        """Return who asks, by the token; 401 when nobody says so."""
        name = self.users.known(bearer(request) or "")
        if name is None:
            raise HTTPException(401, "log in first and send 'Authorization: Token ...'")
        return name

    def _keep(self, owner: str, rating: Rating) -> Response:
        self.ratings.replace(owner, rating)
        return answer(rating)

    def _own(self, request: Request) -> tuple[str, Rating]:
        owner = self.guest(request)
        number = whole("id", request.path_params["id"], 1, 999_999_999)
        rating = self.ratings.find(owner, number)
        if rating is None:
            raise HTTPException(404, f"no rating {number} of yours")
        return owner, rating


def _given(new: T | msgspec.UnsetType, old: T) -> T:
    return old if isinstance(new, msgspec.UnsetType) else new
