"""Reading what guests send and answering in JSON; what cannot be read is an HTTPException with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message

from planrunner.protocols.http.encodings import CODINGS, known, pack, unpack
from planrunner.protocols.http.faults import FAULTS, TOO_MUCH

T = TypeVar("T")

MOST_BODY = 1024 * 1024  # bytes; a demo needs no more, and a server without a limit is a trap
DIGITS = 9  # of a whole number; the next limits are Python's own, and they raise


@dataclass(frozen=True, slots=True)
class File:
    """What is told of a file in a form."""

    name: str
    type: str
    size: int  # bytes


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer in JSON."""
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def packed(request: Request, response: Response) -> Response:
    """Compress an answer in the first way that is accepted and known, if there is one."""
    accepted = re.split(r"\s*,\s*", request.headers.get("accept-encoding", "").lower())
    encoding = next((name for name in accepted if name in CODINGS), None)
    if encoding is None or not response.body:
        return response
    response.body = pack(bytes(response.body), [encoding])
    response.headers["content-length"] = str(len(response.body))
    response.headers["content-encoding"] = encoding
    return response


async def refuse(_request: Request, error: Exception) -> Response:
    """Answer an HTTPException with its reason."""
    assert isinstance(error, HTTPException)
    return answer({"error": error.detail}, error.status_code, error.headers)


async def body(request: Request) -> bytes:
    """Read the whole body, decompressed; 413 when it is too large."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > MOST_BODY:
                raise HTTPException(413, f"the body is larger than {MOST_BODY} bytes")
            parts.append(part)
    except ClientDisconnect:  # nobody reads the answer
        raise HTTPException(400, "the body ended early") from None
    encodings = known(request.headers.get("content-encoding", ""))
    data, code = unpack(b"".join(parts), encodings, MOST_BODY)
    if code:
        raise HTTPException(413 if code == TOO_MUCH else 400, FAULTS[code].message)
    return data


async def read(request: Request, shape: type[T]) -> T:
    """Read a JSON body of this shape; 400 says what is wrong with it."""
    data = await body(request)
    try:
        return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(400, f"the body is not what it should be: {error}") from None


async def form(request: Request) -> list[tuple[str, str | File]]:
    """Read the fields of a form, urlencoded or multipart."""
    data = await body(request)

    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    async with Request(request.scope, receive).form() as given:
        return [
            (name, value if isinstance(value, str) else told(value)) for name, value in given.multi_items()
        ]


def told(file: UploadFile) -> File:
    """Keep of a file what can be told of it."""
    return File(file.filename or "", file.content_type or "", file.size or 0)


def whole(name: str, text: str, low: int, high: int) -> int:
    """Read a whole number from the path or the query; 400 when it is none or out of its range."""
    if len(text) <= DIGITS and text.isascii() and text.isdigit() and low <= int(text) <= high:
        return int(text)
    raise HTTPException(400, f"{name} must be a whole number from {low} to {high}")


def real(name: str, text: str, high: float) -> float:
    """Read a number from 0 from the query; 400 when it is none or too high."""
    if re.fullmatch(r"[0-9]{0,9}\.?[0-9]{0,9}", text) and text.strip("."):
        value = float(text)
        if value <= high:
            return value
    raise HTTPException(400, f"{name} must be a number from 0 to {high:g}")


def bearer(request: Request) -> str | None:
    """Return the token of an `Authorization: Token ...` (or `Bearer`) header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("token", "bearer") else None
