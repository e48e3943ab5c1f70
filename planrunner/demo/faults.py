"""Trouble on order: delays and errors whose share is exact and whose order never changes."""

from __future__ import annotations

import asyncio
import math

from starlette.types import ASGIApp, Receive, Scope, Send

PATIENT = frozenset(
    ("slow", "fail", "status", "echo", "warming", "bake")
)  # these do exactly what they were asked for
DELAYS = (0.5, 1.1, 0.7, 1.6, 0.9, 0.6, 1.3, 0.8, 2.0, 0.7, 0.8)
"""Parts of the mean delay, one request after the other: 1.0 on average, and eleven of them, so that a plan
of few steps does not meet the same one at the same step each time."""

BUSY = b'{"error":"the kitchen is too busy"}'


class Spacing:
    """Says which of a row of requests fail, so that they are spread evenly: at 0.25 each fourth."""

    __slots__ = ("count", "share")

    def __init__(self, share: float) -> None:
        self.share = share
        self.count = 0

    def hit(self) -> bool:
        """Whether the next one fails."""
        # The small part because 0.29 * 100 is 28.999999999999996.
        before = math.floor(self.count * self.share + 1e-9)
        self.count += 1
        return math.floor(self.count * self.share + 1e-9) > before


def troubled(app: ASGIApp, latency: float, error_rate: float, areas: frozenset[str]) -> ASGIApp:
    """Delay the requests below `/api/` around `latency` seconds and fail a share of them.

    Each area (the word behind `/api/`) has a row of its own, so that each gets its share of errors.
    """
    rows = {area: Spacing(error_rate) for area in (*areas, "")}
    served = 0

    async def trouble(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal served
        area = _area(scope)
        if area is None or area in PATIENT:
            await app(scope, receive, send)
            return
        served += 1
        if latency:
            await asyncio.sleep(latency * DELAYS[served % len(DELAYS)])
        if rows[area if area in rows else ""].hit():
            await _fail(send)
        else:
            await app(scope, receive, send)

    return trouble


def _area(scope: Scope) -> str | None:
    path = scope["path"] if scope["type"] == "http" else ""
    return path[5:].partition("/")[0] if path.startswith("/api/") else None


async def _fail(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BUSY))]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BUSY})
