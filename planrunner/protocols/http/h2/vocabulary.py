"""What header blocks mean, the same for all connections of a worker: ours as bytes, a target's as heads."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from planrunner.protocols.http.h1.heads import END, LONGEST, MOST, REDIRECTS
from planrunner.protocols.http.h2.frames import END_HEADERS, END_STREAM, HEADERS, beginning
from planrunner.protocols.http.h2.hpack import Blocks, Decoder, Encoder, Field, Fields

DROPPED: Final = frozenset(
    {b"connection", b"host", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}
)
"""Header fields of HTTP/1.1 that say nothing of the request itself (RFC 9113, 8.2.2)."""

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, 5.6.2, in lower case
_FORBIDDEN = DROPPED - {b"host"}


class Head(Struct, frozen=True):
    """What the header block of an answer means."""

    status: int  # 0 where the block is malformed; 1 where it has no status, as trailers
    headers: list[tuple[bytes, bytes]]  # shared by all replies with this head: nobody changes it
    length: int  # of the body, in bytes; -1 where it is not told
    error_code: int
    sets_cookies: bool
    encoded: bool  # whether a body would have to be decoded
    plain: bool


MALFORMED: Final = Head(0, [], -1, 0, sets_cookies=False, encoded=False, plain=False)


class Opening(Struct, frozen=True):
    """The header block of a request, with the beginning of its frame: of one without a body, and with one."""

    alone: bytes
    before_body: bytes
    block: bytes


class Vocabulary:
    """What the connections of a worker have said and heard."""

    __slots__ = ("_blocks", "_encoder", "_openings")

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._openings: dict[bytes, dict[bytes, Opening]] = {b"https": {}, b"http": {}}
        self._blocks = Blocks(head)

    def decoder(self) -> Decoder[Head]:
        """Make the decoder of a connection."""
        return Decoder(self._blocks)

    def opening(self, request: bytes, scheme: bytes) -> tuple[Opening, bytes]:
        """Say a request of HTTP/1.1 in HTTP/2: return what opens its stream, and its body.

        One without a body is looked up as it is: where it is constant, Python knows its hash already. To find
        the hash of a large body would take as long as to send it.
        """
        known = self._openings[scheme]
        found = known.get(request) if len(request) <= LONGEST else None
        if found is not None:
            return found, b""
        head, _, body = request.partition(END)
        key = head if body else request
        return known.get(key) or self._learn(known, key, fields(head, scheme)), body

    def _learn(self, known: dict[bytes, Opening], key: bytes, told: list[Field]) -> Opening:
        block = self._encoder.block(told)
        made = Opening(
            beginning(len(block), HEADERS, END_HEADERS | END_STREAM),
            beginning(len(block), HEADERS, END_HEADERS),
            block,
        )
        if len(key) <= LONGEST:
            if len(known) >= MOST:
                known.clear()
            known[key] = made
        return made


def fields(request: bytes, scheme: bytes) -> list[Field]:
    """Turn the head of a request for HTTP/1.1, without the empty line, into fields (RFC 9113, 8.3.1)."""
    first, *lines = request.split(b"\r\n")
    method, path, _ = first.split(b" ", 2)
    authority, rest = b"", []
    for line in lines:
        name, _, value = line.partition(b": ")
        name, value = name.lower(), value.strip(b" \t")  # around a value HTTP/1.1 allows them (8.2.1)
        if name == b"host":
            authority = value
        elif name not in DROPPED and (name != b"te" or value.lower() == b"trailers"):
            rest.append((name, value))
    return [
        (b":method", method),
        (b":scheme", scheme),
        (b":authority", authority),
        (b":path", path),
        *rest,
    ]


def head(found: Fields) -> Head:
    """Tell what the fields of an answer mean; MALFORMED for what RFC 9113, 8.1.1 to 8.3.2, calls so."""
    status, length = 1, -1
    headers: list[tuple[bytes, bytes]] = []
    sets_cookies = encoded = False
    for name, value in found:
        if name[:1] == b":":
            if name != b":status" or headers or status != 1 or not re.fullmatch(rb"[1-9]\d\d", value):
                return MALFORMED
            status = int(value)
            continue
        if not _NAME.fullmatch(name) or name in _FORBIDDEN or re.search(rb"[\0\r\n]", value):
            return MALFORMED
        if name == b"content-length":
            if not re.fullmatch(rb"\d{1,18}", value) or length not in {-1, int(value)}:
                return MALFORMED
            length = int(value)
        sets_cookies = sets_cookies or name == b"set-cookie"
        encoded = encoded or name == b"content-encoding"
        headers.append((name, value))
    return Head(
        status,
        headers,
        length,
        error_code=1000 + status if 400 <= status < 600 else 0,  # k6: a code without a text
        sets_cookies=sets_cookies,
        encoded=encoded,
        plain=not (sets_cookies or status in REDIRECTS),
    )
