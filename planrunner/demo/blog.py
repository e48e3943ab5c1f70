"""A blog: create a user, change the name and password into a token, write with it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.accounts import Credentials
from planrunner.demo.guests import Guests
from planrunner.demo.shelf import Shelf
from planrunner.demo.wire import answer, read, whole


class Writer(Credentials, frozen=True):
    """Who wants to write."""

    fullname: Annotated[str, Meta(max_length=100)] = ""


class Draft(msgspec.Struct, frozen=True):
    """A post as it is sent."""

    title: Annotated[str, Meta(min_length=1, max_length=500)]
    content: Annotated[str, Meta(max_length=5000)]
    author: Annotated[str, Meta(max_length=100)] = ""


class Post(msgspec.Struct, frozen=True):
    """A post as it is kept."""

    id: int
    title: str
    content: str
    author: str


class Blog:
    """Answers for the blog; its users are the shop's guests."""

    def __init__(self, guests: Guests) -> None:
        self._guests = guests
        self._posts: Shelf[Post] = Shelf()

    def routes(self) -> list[Route]:
        """Return what the blog serves."""
        return [
            Route("/user", self.join, methods=["POST"]),
            Route("/authenticate", self.authenticate, methods=["POST"]),
            Route("/blog", self.write, methods=["POST"]),
            Route("/blog/{id}", self.show),
        ]

    async def join(self, request: Request) -> Response:
        """Add a user; 409 when the name is taken."""
        wanted = await read(request, Writer)
        number = self._guests.join(wanted)
        return answer({"id": number, "username": wanted.username, "fullname": wanted.fullname})

    async def authenticate(self, request: Request) -> Response:
        """Change a name and a password into an access token."""
        token = self._guests.enter(await read(request, Credentials))
        return answer({"access_token": token, "token_type": "bearer"})

    async def write(self, request: Request) -> Response:
        """Keep a post."""
        self._guests.guest(request)
        draft = await read(request, Draft)
        return answer(self._posts.add(lambda n: Post(n, draft.title, draft.content, draft.author)))

    async def show(self, request: Request) -> Response:
        """Show a post."""
        number = whole("id", request.path_params["id"], 1, 999_999_999)
        post = self._posts.find(number)
        if post is None:
            raise HTTPException(404, f"there is no post {number}")
        return answer(post)
