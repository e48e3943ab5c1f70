"""Reading an answer with llhttp (httptools): bytes in, in whatever pieces, until it is complete or a fault.

The parser needs watching. It reports every 1xx as a complete message, and stops behind one that says that it
closes; it waits for a body after HEAD; it takes RTSP, HTTP/0.9 and HTTP/2.0 for HTTP/1.1; it has no call for
the end of the stream, and no limits. What it refuses it only tells in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

import httptools

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import (
    BAD_CHUNK,
    BAD_CODING,
    BAD_HEADER,
    BAD_LENGTH,
    BAD_LINE_END,
    BAD_STATUS_LINE,
    BODY_CUT,
    BODY_TOO_LARGE,
    CHUNKS_CUT,
    CLOSED_IN_HEAD,
    HEAD_TOO_LARGE,
    NOT_HTTP,
    SPEAKS_TLS,
    TOO_MANY_INTERIM,
)
from planrunner.protocols.http.h1.heads import REDIRECTS
from planrunner.protocols.http.terms import HEAD_LIMIT, TERMS, Terms

FIELD_LIMIT: Final = 1000  # header fields of a head; each takes ten times its bytes here, and VUs are many
INTERIM_LIMIT: Final = 20  # answers before the answer; nobody sends more than a few early hints
FRAMING: Final = 16  # bytes of chunk sizes allowed for a byte of the body: chunks of one byte take five

END: Final = b"\r\n\r\n"  # of a head
NO_BODY: Final = frozenset({204, 304})  # statuses, RFC 9112, 6.3
CHUNKED: Final = b",chunked"  # the only coding that we can read, and so the only one that may be sent
VERSIONS: Final[Mapping[str, str]] = {"1.1": "HTTP/1.1", "1.0": "HTTP/1.0"}
H: Final = ord("H")  # of HTTP
SPACE: Final = ord(" ")
TLS_ALERT: Final = 0x15  # the first byte of what a TLS server says to plain HTTP

REASONS: Final[Mapping[str, int]] = {
    "Expected HTTP/, RTSP/ or ICE/": NOT_HTTP,
    "Invalid major version": BAD_STATUS_LINE,
    "Expected dot": BAD_STATUS_LINE,
    "Invalid minor version": BAD_STATUS_LINE,
    "Invalid HTTP version": BAD_STATUS_LINE,
    "Expected space after version": BAD_STATUS_LINE,
    "Invalid status code": BAD_STATUS_LINE,
    "Invalid response status": BAD_STATUS_LINE,
    "Missing expected CR after response line": BAD_LINE_END,
    "Expected LF after CR": BAD_LINE_END,
    "Missing expected CR after header value": BAD_LINE_END,
    "Missing expected LF after header value": BAD_LINE_END,
    "Invalid header field char": BAD_LINE_END,  # a line that begins with LF
    "Expected LF after headers": BAD_LINE_END,
    "Invalid header token": BAD_HEADER,
    "Invalid header value char": BAD_HEADER,
    "Unexpected space after start line": BAD_HEADER,
    "Unexpected whitespace after header value": BAD_HEADER,
    "Duplicate Content-Length": BAD_LENGTH,
    "Empty Content-Length": BAD_LENGTH,
    "Invalid character in Content-Length": BAD_LENGTH,
    "Content-Length overflow": BAD_LENGTH,
    "Content-Length can't be present with Transfer-Encoding": BAD_CODING,
    "Transfer-Encoding can't be present with Content-Length": BAD_CODING,
    "Empty Transfer-Encoding": BAD_CODING,
    "Invalid character in chunk size": BAD_CHUNK,
    "Chunk size overflow": BAD_CHUNK,
    "Missing expected CR after chunk size": BAD_CHUNK,
    "Expected LF after chunk size": BAD_CHUNK,
    "Invalid character in chunk extensions name": BAD_CHUNK,
    "Invalid character in chunk extensions value": BAD_CHUNK,
    "Invalid character in chunk extensions quote value": BAD_CHUNK,
    "Invalid character in chunk extensions quoted value": BAD_CHUNK,
    "Invalid quoted-pair in chunk extensions quoted value": BAD_CHUNK,
    "Missing expected CR after chunk extension name": BAD_CHUNK,
    "Missing expected CR after chunk extension value": BAD_CHUNK,
    "Missing expected CR after chunk data": BAD_CHUNK,
    "Expected LF after chunk data": BAD_CHUNK,
}
"""What llhttp says when it refuses an answer, and the code of the fault (llhttp, src/llhttp/http.ts)."""


class RefusedError(Exception):
    """Stops the parser where it is; `fault` says why."""


class Reader:
    """Reads the answers of one connection, one after the other."""

    __slots__ = (
        "_body",
        "_codings",
        "_encoded",
        "_headers",
        "_interim",
        "_now",
        "_opened",
        "_parser",
        "_reply",
        "_size",
        "_stuck",
        "_tail",
        "_taken",
        "_terms",
        "_version",
        "complete",
        "fault",
        "first",
        "headed",
        "keeps",
        "status",
        "surplus",
    )

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._parser = httptools.HttpResponseParser(self)
        self.begin(Reply(), TERMS)
        self._version = ""

    def begin(self, reply: Reply, terms: Terms) -> None:
        """Be ready for the first bytes of an answer."""
        self._reply, self._terms = reply, terms
        self._headers: list[tuple[bytes, bytes]] | None = reply.headers  # where they go; trailers go nowhere
        self._codings = b""  # the values of Transfer-Encoding, a comma before each
        self._body: bytes | list[bytes] | bytearray = b""
        self._size = 0  # of the body so far
        self._taken = 0  # bytes of the answer so far
        self._interim = 0  # answers before this one
        self._tail = b""  # the end of the piece before, while there is no whole head
        self._opened = False  # whether it has begun
        self._stuck = False  # whether the parser will take no other message
        self.complete = self.headed = self.surplus = False
        self._encoded = False  # whether it has a Content-Encoding
        self.keeps = True  # whether the target will read another request
        self.first = 0.0  # when it began; of the final answer, where others came before it
        self.status = self.fault = 0

    def feed(self, data: bytes) -> None:
        """Take in bytes; then `complete` or `fault` may say that this is all of the answer.

        What comes behind a complete answer is `surplus`, and no fault.
        """
        self._taken += len(data)
        if self._taken <= HEAD_LIMIT:
            self._parse(data)
        else:
            self._parse_more(data)

    def finish(self) -> int:
        """Take note of the end of the connection: 0 if the answer ends with it (RFC 9112, 6.3, rule 8).

        If not, the code of the fault.
        """
        if not self.headed:
            return CLOSED_IN_HEAD
        if self._codings:
            return CHUNKS_CUT
        if any(name.lower() == b"content-length" for name, _ in self._reply.headers):
            return BODY_CUT
        self._complete(keeps=False)
        return 0

    def close(self) -> None:
        """Part from the parser: the two know each other, and only the garbage collector could free them."""
        del self._parser

    def fill(self, reply: Reply) -> None:
        """Put a complete answer into its reply."""
        body, status = self._body, self.status
        if not isinstance(body, bytes):
            body = b"".join(body) if isinstance(body, list) else bytes(body)
        reply.status, reply.protocol, reply.body = status, self._version, body
        if 400 <= status < 600:
            reply.error_code = 1000 + status  # k6: a code without a text
        reply.plain = not (reply.sets_cookies or status in REDIRECTS or (self._encoded and body))

    def _parse(self, data: bytes) -> None:
        interim = self._interim
        if not self._opened and data[0] != H and not self._opens(data):
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if self.complete:
                self.surplus = True
            elif self._stuck:
                self._go_on(self._behind(data, self._interim - interim))
                return
            else:
                other = BAD_CHUNK if self.headed else BAD_HEADER
                self.fault = self.fault or REASONS.get(str(error), other)
        if self._interim != interim and not self.fault:
            self._opens(self._behind(data, self._interim - interim))
        if not self.headed:
            self._tail = (self._tail + data)[-3:]
            if self._stuck:
                self._go_on(b"")
        elif self._terms.head_only and self.complete:
            self._part(data, self._interim - interim)

    def _parse_more(self, data: bytes) -> None:
        """Parse what exceeds the limit of the head: it must not be head."""
        room = len(data) - (self._taken - HEAD_LIMIT)
        if room > 0:
            self._parse(data[:room])
            data = data[room:]
        if self.complete:
            self.surplus = True
        elif self.headed and not self.fault:
            self._parse(data)
        if not (self.headed and (self.complete or self._taken - self._size * FRAMING <= HEAD_LIMIT)):
            self.fault = self.fault or HEAD_TOO_LARGE  # with trailers and extensions of chunks

    def _part(self, data: bytes, interim: int) -> None:
        """End an answer to HEAD: the parser would wait for a body, or report the end of none."""
        self.surplus = self.surplus or bool(self._behind(data, interim + 1))
        self._parser = httptools.HttpResponseParser(self)

    def _opens(self, data: bytes) -> bool:
        """Look at the first byte of an answer; blank lines before it are let pass, as by llhttp."""
        start = data.lstrip(b"\r\n")
        self._opened = bool(start)
        if start:
            if start[0] == TLS_ALERT:
                self.fault = SPEAKS_TLS
            elif start[0] != H:  # llhttp knows other protocols, too
                self.fault = NOT_HTTP
        return not self.fault

    def _go_on(self, rest: bytes) -> None:
        """Go on with a new parser, behind an interim answer that said that it closes."""
        self._stuck, self._opened, self._tail = False, False, b""
        self._parser = httptools.HttpResponseParser(self)
        if rest:
            self._parse(rest)

    def _behind(self, data: bytes, heads: int) -> bytes:
        """Return what comes in a piece behind so many heads, of which the first may have begun before it."""
        all_of_it, at = self._tail + data, 0
        for _ in range(heads):
            at = all_of_it.index(END, at) + len(END)
        return all_of_it[at:]

    def _refuse(self, code: int) -> NoReturn:
        self.fault = code
        raise RefusedError

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.complete:
            self.surplus = True
        else:
            self.first, self._opened = self._now(), True

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headers is not None:
            if value and value[-1] <= SPACE:  # RFC 9110, 5.5: what stands behind a value is none of it
                value = value.rstrip(b" \t")
            self._headers.append((name, value))
            # The length first: this is done for every header of every answer that was not seen before.
            size = len(name)
            if size == 10 and name.lower() == b"set-cookie":
                self._reply.sets_cookies = True
            elif size == 16 and name.lower() == b"content-encoding":
                self._encoded = True
            elif size == 17 and name.lower() == b"transfer-encoding":
                self._codings += b"," + value.lower()

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        parser, reply = self._parser, self._reply
        self.headed, self._headers = True, None
        self.status = status = parser.get_status_code()
        self._version = version = VERSIONS.get(parser.get_http_version(), "")
        if not version or status < 100:
            self._refuse(BAD_STATUS_LINE)
        if len(reply.headers) > FIELD_LIMIT:
            self._refuse(HEAD_TOO_LARGE)
        if status < 200:
            if self._interim == INTERIM_LIMIT and status != 101:
                self._refuse(TOO_MANY_INTERIM)
        elif self._terms.head_only:
            self._complete(keeps=not self._closes())  # the parser would want the end of a body
        elif self._codings and self._codings != CHUNKED and status not in NO_BODY:
            self._refuse(BAD_CODING)

    def on_body(self, body: bytes) -> None:
        if self.complete:
            return
        self._size += len(body)
        if self._size > self._terms.max_body:
            self._refuse(BODY_TOO_LARGE)
        if not self._terms.keep_body:
            return
        found = self._body
        if not found:
            self._body = body
        elif isinstance(found, bytes):
            self._body = [found, body]
        elif isinstance(found, bytearray):
            found += body
        elif len(found) < 1000:
            found.append(body)
        else:  # many small chunks, which as objects would take fifty times their bytes
            self._body = bytearray(b"".join(found))
            self._body += body

    def on_message_complete(self) -> None:
        if self.complete:
            return
        status, keeps = self.status, self._parser.should_keep_alive()
        if status < 200 and status != 101:  # interim: the answer is still to come
            self._interim += 1
            self._stuck = not keeps
            reply = self._reply
            reply.headers.clear()
            self._headers, self._codings = reply.headers, b""
            self.headed = self._encoded = reply.sets_cookies = False
            return
        # RFC 9112, 6.1: HTTP/1.0 knows no chunks, so what frames this answer may be somebody else.
        self._complete(keeps=keeps and status != 101 and not (self._codings and self._version == "HTTP/1.0"))

    def _complete(self, *, keeps: bool) -> None:
        self.complete, self.keeps = True, keeps

    def _closes(self) -> bool:
        """Whether the target will close behind its answer (RFC 9112, 9.3)."""
        options = (value.lower() for name, value in self._reply.headers if name.lower() == b"connection")
        return self._version != "HTTP/1.1" or any(b"close" in value for value in options)
