"""As much of HTTP/1.1 as a page for one reader needs, read strictly: whatever else comes is refused."""

from __future__ import annotations

import re
from asyncio import IncompleteReadError, LimitOverrunError, StreamReader
from collections.abc import Mapping
from http import HTTPStatus

from msgspec import Struct

HEAD = 8192  # bytes that the head of a request has at most

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
"""What a browser may do with an answer that is no page."""

_FIRST = re.compile(r"([A-Z]{1,16}) (/[!-~]*) HTTP/1\.1")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*?)[ \t]*")

FIELDS: Mapping[str, str] = {
    "Connection": "close",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What stands in every answer."""


class Asked(Struct, frozen=True):
    """A request; names of fields in small letters."""

    method: str
    path: str
    fields: Mapping[str, str]


class RefusedError(Exception):
    """A request that gets no answer but its status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read(reader: StreamReader) -> Asked | None:
    """Read a request, None where there is none; RefusedError for one that is not understood."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except IncompleteReadError:
        return None
    except LimitOverrunError:
        raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    return asked(head)


def asked(head: bytes) -> Asked:
    """Understand the head of a request; one with a body is none of ours."""
    first, *rest = head.removesuffix(b"\r\n\r\n").decode("latin-1").split("\r\n")
    found, fields = _FIRST.fullmatch(first), dict[str, str]()
    for line in rest:
        field = _FIELD.fullmatch(line)
        name = field[1].lower() if field else ""
        if not field or name in fields:  # what stands there twice may be read in two ways
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        fields[name] = field[2]
    if not found:
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    if "transfer-encoding" in fields or fields.get("content-length", "0") != "0":
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return Asked(found[1], found[2], fields)


def answer(status: int, body: bytes = b"", kind: str = "text/plain", policy: str = NOTHING) -> bytes:
    """Write an answer; `policy` says what a browser may do with it."""
    known = HTTPStatus(status)
    body = body or f"{known.value} {known.phrase}\n".encode()
    return head(known, {"Content-Length": str(len(body))}, kind, policy) + body


def head(
    status: HTTPStatus, fields: Mapping[str, str], kind: str = "text/plain", policy: str = NOTHING
) -> bytes:
    """Write the head of an answer."""
    all_fields = {
        **FIELDS,
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Security-Policy": policy,
        **fields,
    }
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        *(f"{name}: {value}" for name, value in all_fields.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
