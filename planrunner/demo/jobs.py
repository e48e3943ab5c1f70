"""Jobs that take a while: pending for so many looks at them, then done."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.shelf import Shelf
from planrunner.demo.wire import answer, read, whole


class Order(msgspec.Struct, frozen=True):
    """How often a job is still pending when somebody looks."""

    polls: Annotated[int, Meta(ge=0, le=1000)] = 3


class Job(msgspec.Struct):
    """A job and how many looks at it are left until it is done."""

    id: int
    left: int


class Jobs:
    """Takes jobs and says how they are; looks are counted and not time, so that no test waits."""

    def __init__(self) -> None:
        self._jobs: Shelf[Job] = Shelf()

    def routes(self) -> list[Route]:
        """Return what is served below `/api/jobs`."""
        return [
            Route("/api/jobs", self.take, methods=["POST"]),
            Route("/api/jobs/{id}", self.look),
        ]

    async def take(self, request: Request) -> Response:
        """Take a job: `{"polls": 3}`."""
        order = await read(request, Order)
        job = self._jobs.add(lambda number: Job(number, order.polls))
        return answer({"id": job.id, "status": "pending"}, 202, {"location": f"/api/jobs/{job.id}"})

    async def look(self, request: Request) -> Response:
        """Say how a job is."""
        number = whole("id", request.path_params["id"], 1, 999_999_999)
        job = self._jobs.find(number)
        if job is None:
            raise HTTPException(404, f"there is no job {number}")
        if job.left:
            job.left -= 1
            return answer({"id": job.id, "status": "pending"})
        return answer({"id": job.id, "status": "done", "result": f"/api/bytes/{job.id}"})
