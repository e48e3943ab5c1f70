"""Routes that do exactly what they are told: wait, fail, echo, redirect; to try out plans and clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planrunner.demo.faults import Spacing
from planrunner.demo.wire import File, answer, body, form, packed, real, whole

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

MOST_SECONDS = 60.0
MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 50
MOST_ROWS = 100  # different shares of failures that are kept apart
MOST_TIMES = 1000

PATTERN = bytes(range(256))
BODILESS = (204, 205, 304)  # RFC 9110, 15.3.5, 15.3.6, 15.4.5
ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
REDIRECTS = (301, 302, 303, 307, 308)


def routes() -> list[Route]:
    """Return the probes of one server."""
    return [
        Route("/api/slow", slow),
        Route("/api/fail", failing(), methods=ALL),
        Route("/api/warming", warming()),
        Route("/api/status/{code}", status, methods=ALL),
        Route("/api/echo", echo, methods=ALL),
        Route("/api/bytes/{n}", pattern),
        Route("/api/redirect/{n}", redirect, methods=ALL),
        Route("/api/loop", loop),
        Route("/api/upload", upload, methods=["POST", "PUT"]),
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


def warming() -> Endpoint:
    """Make an endpoint that is not ready so many times: `?times=2`; each number counts for itself."""
    asked: dict[int, int] = {}

    async def warm(request: Request) -> Response:
        times = whole("times", request.query_params.get("times", "2"), 0, MOST_TIMES)
        asked[times] = asked.get(times, 0) + 1
        ready = asked[times] > times
        return answer({"ready": ready}, 200 if ready else 503)

    return warm


async def status(request: Request) -> Response:
    """Answer with the status that was asked for; 1xx is no final answer and therefore refused."""
    code = whole("status", request.path_params["code"], 200, 599)
    return Response(status_code=code) if code in BODILESS else answer({"status": code}, code)


async def echo(request: Request) -> Response:
    """Send back what came in; what was given once is a text, what was given more often a list."""
    data = await body(request)
    told = {
        "method": request.method,
        "headers": {name: ", ".join(request.headers.getlist(name)) for name in request.headers},
        "query": _folded(request.query_params.multi_items()),
        "body": data.decode("utf-8", "replace"),
    }
    return packed(request, answer(told))


def _folded(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def pattern(request: Request) -> Response:
    """Send so many bytes, always the same ones."""
    size = whole("the number of bytes", request.path_params["n"], 0, MOST_BYTES)
    data = (PATTERN * (size // len(PATTERN) + 1))[:size]
    return packed(request, Response(data, media_type="application/octet-stream"))


async def redirect(request: Request) -> Response:
    """Redirect so many times, then answer: `?status=307`, 302 by default."""
    left = whole("the number of redirects", request.path_params["n"], 0, MOST_REDIRECTS)
    code = whole("status", request.query_params.get("status", "302"), 301, 308)
    if code not in REDIRECTS:
        raise HTTPException(400, f"status must be one of {', '.join(map(str, REDIRECTS))}")
    if not left:
        return answer({"redirects": 0, "method": request.method})
    query = f"?{request.url.query}" if request.url.query else ""
    return answer({"redirects": left}, code, {"location": f"/api/redirect/{left - 1}{query}"})


async def loop(_request: Request) -> Response:
    """Redirect to itself, as a badly configured server does."""
    return answer({"error": "this leads nowhere"}, 302, {"location": "/api/loop"})


async def upload(request: Request) -> Response:
    """Say what came in a form: its fields, and of each file its field, name, type and size."""
    given = await form(request)
    fields = [(name, value) for name, value in given if isinstance(value, str)]
    files = [{"field": name, **asdict(value)} for name, value in given if isinstance(value, File)]
    return answer({"fields": _folded(fields), "files": files})


async def cookies(request: Request) -> Response:
    """Show the cookies that came and set one."""
    response = answer({"cookies": request.cookies})
    response.set_cookie("table", "7", httponly=True, samesite="lax")
    return response
