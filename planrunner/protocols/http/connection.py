"""One HTTP/1.1 connection: bytes out, a measured reply in; never more than one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

import httptools

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import (
    BODY_TOO_LARGE,
    CLOSED,
    CLOSED_IN_BODY,
    FAULTS,
    HEAD_TOO_LARGE,
    NOT_HTTP,
    TIMEOUT,
    code_of,
)

HEAD_LIMIT = 256 * 1024
BODY_LIMIT = 64 * 1024 * 1024
BUFFER = 64 * 1024  # what may wait in the transport before we hear of it; more than any usual request

Clock = Callable[[], float]


class Connection(asyncio.Protocol):
    """A connection of one VU, reused as long as both sides agree.

    The parser (httptools, that is llhttp) needs watching: it reports every 1xx as a complete message, waits
    for a body after HEAD, has no call for the end of the stream and no limits.
    """

    __slots__ = (
        "_alarm",
        "_body",
        "_deadline",
        "_first",
        "_head_only",
        "_headed",
        "_headers",
        "_loop",
        "_newest",
        "_now",
        "_parser",
        "_protocol",
        "_reply",
        "_timer",
        "_transport",
        "_waiter",
        "_written",
        "opening",
        "received",
        "started",
        "usable",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, now: Clock = perf_counter) -> None:
        self._loop, self._now = loop, now
        self._parser = httptools.HttpResponseParser(self)
        self._protocol = ""  # what the target spoke first, it goes on to speak
        self._transport: asyncio.Transport | None = None
        self._reply: Reply | None = None  # the reply that is under way
        self._newest: Reply | None = None  # the reply that `send` promised last, also once it is complete
        self._waiter: asyncio.Future[Reply] | None = None
        self._body: bytes | list[bytes] = b""
        self._head_only = self._headed = False
        self._headers: list[tuple[bytes, bytes]] | None = None  # where headers go; trailers go nowhere
        self.started = 0.0  # when the newest request was sent
        self._written = self._first = 0.0
        self._deadline = self._alarm = 0.0  # on the loop's clock
        self._timer: asyncio.TimerHandle | None = None
        self.opening = (0.0, 0.0, 0.0)  # blocked, connecting, tls_handshaking: told by the first request
        self.received = 0  # bytes of the reply under way
        self.usable = False

    # What the session calls.

    def send(self, data: bytes, timeout: float, *, head_only: bool) -> asyncio.Future[Reply]:
        """Send a request and return the reply to come; a failure is a reply with an error."""
        assert self._transport is not None
        self._reply = self._newest = reply = Reply()
        self._headers = reply.headers
        self._body, self._head_only, self._headed = b"", head_only, False
        self.received, self._first = 0, 0.0
        self._waiter = waiter = self._loop.create_future()
        # One timer for many requests: it is set anew when it fires.
        self._deadline = self._loop.time() + timeout
        if self._timer is None or self._alarm > self._deadline:
            self._guard()
        self.started = self._now()
        self._transport.write(data)
        self._written = self._now()
        reply.sent = len(data)
        return waiter

    def drop(self) -> Reply | None:
        """Give up on the newest request, if there was one, and close; what was written still goes out.

        Its reply is interrupted, unless it was complete before the one who waited for it could take it.
        """
        if self._reply is not None:
            self._reply.received, self._reply.interrupted = self.received, True
            self._reply = self._waiter = self._headers = None
        self.close()
        reply, self._newest = self._newest, None
        return reply

    def close(self) -> None:
        """Close the connection; harmless when it is closed."""
        self.usable = False
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        """Close without a farewell: a target that does not answer would not answer that either."""
        self.close()
        if self._transport:
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self._transport = transport
        # Writes that fit the socket's buffer are done when `write` returns; for larger bodies the
        # transport says when the last byte has left (low=0), and sending ends there.
        transport.set_write_buffer_limits(high=BUFFER, low=0)
        self.usable = True

    def pause_writing(self) -> None:
        """Nothing to do: a request is written in one piece."""

    def resume_writing(self) -> None:
        if self._reply is not None and not self._first:
            self._written = self._now()

    def data_received(self, data: bytes) -> None:
        if self._reply is None:
            self.close()  # nobody asked: the next request must not take this for its answer
            return
        self.received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            if self._reply is not None:
                self._fail(NOT_HTTP)
            self.close()  # bytes after a complete answer: the answer counts, the connection does not
        else:
            if self.received > HEAD_LIMIT and self._reply is not None:
                self._limit()

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self._reply is not None:
            if exc is None and self._ends_with_the_connection():
                self._complete(self._parser.get_status_code())
            else:
                code = CLOSED_IN_BODY if self.received else CLOSED
                self._fail(code_of(exc, code) if exc else code)
        self.close()

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._reply is None:
            self.close()  # bytes behind a complete answer
        else:
            self._first = self._now()  # of the final answer: after a 1xx this is called again

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headers is not None:
            self._headers.append((name, value))
            # The length first: this is done for every header of every reply.
            if len(name) == 10 and name.lower() == b"set-cookie" and self._reply is not None:
                self._reply.sets_cookies = True

    def on_headers_complete(self) -> None:
        self._headed, self._headers = True, None
        if not self._head_only or self._reply is None:
            return
        status = self._parser.get_status_code()
        if status >= 200:
            self.usable = not self._closes(self._reply)  # the parser would ask for the end of a body
            self._complete(status)
            # The old one waits for a body, or reports the end of none; nobody listens to it any more.
            self._parser = httptools.HttpResponseParser(self)

    def on_body(self, body: bytes) -> None:
        if not self._body:
            self._body = body
        elif isinstance(self._body, list):
            self._body.append(body)
        else:
            self._body = [self._body, body]

    def on_message_complete(self) -> None:
        if self._reply is None:  # after HEAD; a second answer to one request has closed the connection
            return
        status = self._parser.get_status_code()
        if 100 <= status < 200 and status != 101:  # interim: the answer is still to come
            self._reply.headers.clear()
            self._headers, self._headed, self._reply.sets_cookies = self._reply.headers, False, False
            return
        if not self._parser.should_keep_alive() or (self._reply.sent > BUFFER and self._unsent()):
            self.usable = False
        self._complete(status)

    # The rest.

    def _complete(self, status: int) -> None:
        reply, done, body = self._reply, self._now(), self._body
        assert reply is not None
        if body:
            reply.body = b"".join(body) if isinstance(body, list) else body
            self._body = b""
        if status < 100:
            self._fail(NOT_HTTP)
            return
        reply.status = status
        if not self._protocol:
            self._protocol = "HTTP/" + self._parser.get_http_version()
        reply.protocol = self._protocol
        if 400 <= status < 600:
            reply.error_code = 1000 + status  # k6: a code without a text
        self._measure(reply, done)
        self._deliver(reply)

    def _unsent(self) -> bool:
        """Whether the answer came before all of a large request was sent: none may queue behind it."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    def _measure(self, reply: Reply, done: float) -> None:
        """Fill in k6's timings (lib/netext/httpext/tracer.go); the answer may begin before all is sent."""
        blocked, connecting, tls = self.opening
        if blocked:
            self.opening = (0.0, 0.0, 0.0)
        first = self._first or done
        written = self._written if self._written < first else first  # noqa: FURB136 - min() costs more
        reply.duration = done - self.started
        reply.timings = (
            blocked,
            connecting,
            tls,
            written - self.started,
            first - written,
            done - first,
            reply.duration,
        )
        reply.received = self.received

    def _fail(self, code: int) -> None:
        reply = self._reply
        assert reply is not None
        reply.error, reply.error_code = FAULTS[code].message, code
        if code == TIMEOUT:
            self._measure(reply, self._now())  # we waited that long, so it has a duration
        reply.received = self.received
        self._deliver(reply)
        self.abort()

    def _deliver(self, reply: Reply) -> None:
        waiter = self._waiter
        self._waiter = self._reply = self._headers = None
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)
        if not self.usable:
            (self.abort if reply.sent > BUFFER and self._unsent() else self.close)()

    def _limit(self) -> None:
        if not self._headed:
            self._fail(HEAD_TOO_LARGE)
        elif self.received > BODY_LIMIT:
            self._fail(BODY_TOO_LARGE)

    def _closes(self, reply: Reply) -> bool:
        """Whether the target will close behind its answer (RFC 9112, 9.3)."""
        options = (value.lower() for name, value in reply.headers if name.lower() == b"connection")
        return self._parser.get_http_version() != "1.1" or any(b"close" in value for value in options)

    def _ends_with_the_connection(self) -> bool:
        """Whether the answer under way has no other end (RFC 9112, 6.3, rule 8)."""
        if not self._headed or self._reply is None:
            return False
        return not any(
            name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self._reply.headers
        )

    def _guard(self) -> None:
        """Have the request end by its deadline."""
        if self._timer:
            self._timer.cancel()
        self._alarm = self._deadline
        self._timer = self._loop.call_at(self._alarm, self._rang)

    def _rang(self) -> None:
        self._timer = None
        if self._reply is None:
            return
        if self._loop.time() < self._deadline - 0.001:  # the loop's clock moves in milliseconds
            self._alarm = self._deadline
            self._timer = self._loop.call_at(self._alarm, self._rang)
        else:
            self._fail(TIMEOUT)
