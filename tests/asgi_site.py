"""An ASGI application that answers in each way in which those can: at once, in parts, with trailers, not."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PARTS = 200  # of an answer, each of a kilobyte
ASKED: Counter[str] = Counter()  # by version of HTTP and path


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Serve a request; all other kinds of scopes are refused, as the specification has it."""
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    path = scope["path"]
    if path == "/asked":
        await _answer(send, json.dumps(ASKED).encode())
        return
    if path != "/":  # that asks whether we are there
        ASKED[f"{scope['http_version']} {path}"] += 1
    await PAGES.get(path, _missing)(receive, send)


async def _answer(send: Send, body: bytes, status: int = 200) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _missing(_: Receive, send: Send) -> None:
    await _answer(send, b"{}", 404)


async def _json(_: Receive, send: Send) -> None:
    await _answer(send, b'{"name":"asgi"}')


async def _echo(receive: Receive, send: Send) -> None:
    size, digest = 0, hashlib.sha256()
    more = True
    while more:
        message = await receive()
        body = message.get("body", b"")
        size += len(body)
        digest.update(body)
        more = message.get("more_body", False)
    await _answer(send, json.dumps({"size": size, "sha256": digest.hexdigest()}).encode())


async def _parts(_: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for part in range(PARTS):
        await send({"type": "http.response.body", "body": b"%1024d" % part, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def _trailers(_: Receive, send: Send) -> None:
    headers = [(b"trailer", b"x-sum")]
    await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": True})
    await send({"type": "http.response.body", "body": b"trailed"})
    await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"7")], "more_trailers": False})


async def _broken(_: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2000")]})
    await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
    raise RuntimeError("on order")


async def _empty(_: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


PAGES = {
    "/": _json,
    "/json": _json,
    "/echo": _echo,
    "/parts": _parts,
    "/trailers": _trailers,
    "/broken": _broken,
    "/empty": _empty,
}
