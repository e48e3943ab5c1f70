"""Reading an answer with llhttp (httptools): bytes in, in whatever pieces, until the answer is complete.

The parser needs watching: it reports every 1xx as a complete message, waits for a body after HEAD, has no
call for the end of the stream and no limits.
"""

from __future__ import annotations

from collections.abc import Callable

import httptools

from planrunner.protocols import Reply


class NotHttpError(Exception):
    """What came is no HTTP."""


class Reader:
    """Reads the answers of one connection, one after the other."""

    __slots__ = (
        "_body",
        "_head_only",
        "_headers",
        "_keep_body",
        "_now",
        "_parser",
        "_reply",
        "complete",
        "encoded",
        "first",
        "headed",
        "keeps",
        "size",
        "status",
        "surplus",
        "version",
    )

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._parser = httptools.HttpResponseParser(self)
        self._reply = Reply()
        self._headers: list[tuple[bytes, bytes]] | None = None  # where headers go; trailers go nowhere
        self._body: bytes | list[bytes] = b""
        self._head_only = False
        self._keep_body = True
        self.complete = self.headed = self.encoded = False  # encoded: it has a Content-Encoding
        self.keeps = True  # whether the target will read another request
        self.surplus = False  # whether bytes came behind the answer
        self.first = 0.0  # when it began; of the final answer, where others came before it
        self.size = 0  # bytes of the body so far, also where it is not kept
        self.status = 0
        self.version = ""

    def begin(self, reply: Reply, *, head_only: bool, keep_body: bool) -> None:
        """Be ready for the first bytes of an answer."""
        self._keep_body = keep_body
        self._reply, self._headers, self._head_only = reply, reply.headers, head_only
        self._body = b""
        self.complete = self.headed = self.encoded = self.surplus = False
        self.first, self.size = 0.0, 0

    def feed(self, data: bytes) -> None:
        """Take in bytes; raises NotHttpError, but not for what comes behind a complete answer."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if not self.complete:
                raise NotHttpError from None
            self.surplus = True
        if self.complete and self._head_only:
            # This one waits for a body, or reports the end of none.
            self._parser = httptools.HttpResponseParser(self)

    def finish(self) -> bool:
        """Take note of the end of the connection; whether the answer ends with it (RFC 9112, 6.3, rule 8)."""
        if not self.headed or any(
            name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self._reply.headers
        ):
            return False
        self._complete(self._parser.get_status_code(), keeps=False)
        return True

    def close(self) -> None:
        """Part from the parser: the two know each other, and only the garbage collector could free them."""
        del self._parser

    @property
    def body(self) -> bytes:
        """The body, whole."""
        return b"".join(self._body) if isinstance(self._body, list) else self._body

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.complete:
            self.surplus = True
        else:
            self.first = self._now()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headers is not None:
            self._headers.append((name, value))
            # The length first: this is done for every header of every answer that was not seen before.
            length = len(name)
            if length == 10 and name.lower() == b"set-cookie":
                self._reply.sets_cookies = True
            elif length == 16 and name.lower() == b"content-encoding":
                self.encoded = True

    def on_headers_complete(self) -> None:
        self.headed, self._headers = True, None
        if self._head_only and not self.complete:
            status = self._parser.get_status_code()
            if status >= 200:
                self._complete(status, keeps=not self._closes())  # the parser would want the end of a body

    def on_body(self, body: bytes) -> None:
        if self.complete:
            return
        self.size += len(body)
        if not self._keep_body:
            return
        if not self._body:
            self._body = body
        elif isinstance(self._body, list):
            self._body.append(body)
        else:
            self._body = [self._body, body]

    def on_message_complete(self) -> None:
        if self.complete:
            return
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:  # interim: the answer is still to come
            reply = self._reply
            reply.headers.clear()
            self._headers, self.headed = reply.headers, False
            self.encoded = reply.sets_cookies = False
            return
        self._complete(status, keeps=self._parser.should_keep_alive())

    def _complete(self, status: int, *, keeps: bool) -> None:
        self.complete, self.status, self.keeps = True, status, keeps
        self.version = "HTTP/" + self._parser.get_http_version()

    def _closes(self) -> bool:
        """Whether the target will close behind its answer (RFC 9112, 9.3)."""
        options = (value.lower() for name, value in self._reply.headers if name.lower() == b"connection")
        return self._parser.get_http_version() != "1.1" or any(b"close" in value for value in options)
