"""Routes that do exactly what they are told: wait, fail, echo, redirect; for trying out plans and clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.faults import Spacing
from planrunner.demo.wire import answer, body, real, whole

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

MOST_SECONDS = 60.0
MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 50
MOST_ROWS = 100  # different shares of failures that are kept apart

PATTERN = bytes(range(256))
BODILESS = (204, 205, 304)  # RFC 9110, 15.3.5, 15.3.6, 15.4.5
ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes() -> list[Route]:
    """Return the probes of one server."""
    return [
        Route("/api/slow", slow),
        Route("/api/fail", failing(), methods=ALL),
        Route("/api/status/{code}", status, methods=ALL),
        Route("/api/echo", echo, methods=ALL),
        Route("/api/bytes/{n}", pattern),
        Route("/api/redirect/{n}", redirect),
        Route("/api/cookies", cookies),
    ]


async def slow(request: Request) -> Response:
    """Wait before answering: `?seconds=0.5`."""
    seconds = real("seconds", request.query_params.get("seconds", "1"), MOST_SECONDS)
    await asyncio.sleep(seconds)
    return answer({"seconds": seconds})


def failing() -> Endpoint:
    """Make an endpoint that fails a share of requests: `?rate=0.5&status=500`; each rate has its own row."""
    rows: dict[float, Spacing] = {}

    async def fail(request: Request) -> Response:
        rate = real("rate", request.query_params.get("rate", "1"), 1.0)
        code = whole("status", request.query_params.get("status", "500"), 400, 599)
        if rate not in rows and len(rows) >= MOST_ROWS:
            del rows[next(iter(rows))]
        if rows.setdefault(rate, Spacing(rate)).hit():
            return answer({"error": "this one was to fail"}, code)
        return answer({"failed": False})

    return fail


async def status(request: Request) -> Response:
    """Answer with the status that was asked for; 1xx is no final answer and therefore refused."""
    code = whole("status", request.path_params["code"], 200, 599)
    return Response(status_code=code) if code in BODILESS else answer({"status": code}, code)


async def echo(request: Request) -> Response:
    """Send back what came in; what was given once is a text, what was given more often a list."""
    data = await body(request)
    return answer(
        {
            "method": request.method,
            "headers": {name: ", ".join(request.headers.getlist(name)) for name in request.headers},
            "query": _folded(request.query_params.multi_items()),
            "body": data.decode("utf-8", "replace"),
        }
    )


def _folded(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def pattern(request: Request) -> Response:
    """Send so many bytes, always the same ones."""
    size = whole("the number of bytes", request.path_params["n"], 0, MOST_BYTES)
    data = (PATTERN * (size // len(PATTERN) + 1))[:size]
    return Response(data, media_type="application/octet-stream")


async def redirect(request: Request) -> Response:
    """Redirect so many times, then answer."""
    left = whole("the number of redirects", request.path_params["n"], 0, MOST_REDIRECTS)
    if not left:
        return answer({"redirects": 0})
    return answer({"redirects": left}, 302, {"location": f"/api/redirect/{left - 1}"})


async def cookies(request: Request) -> Response:
    """Show the cookies that came and set one."""
    response = answer({"cookies": request.cookies})
    response.set_cookie("table", "7", httponly=True, samesite="lax")
    return response
