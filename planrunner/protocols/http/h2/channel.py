"""What one session sends through a connection that it may share with others: one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import Protocol

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import (
    BODY_CUT,
    CLOSED,
    CLOSED_IN_HEAD,
    IDLE,
    NO_FIRST_BYTE,
    TIMEOUT,
    TIMEOUTS,
    fault,
)
from planrunner.protocols.http.h1.connection import OPEN, Clock
from planrunner.protocols.http.h2.vocabulary import Head
from planrunner.protocols.http.terms import TERMS, Terms

PROTOCOL = "HTTP/2.0"  # as k6 has it in the tag `proto`
BODILESS = frozenset({204, 304})


class Carrier(Protocol):
    """The connection behind channels: it sends for them, and lets each take in what comes for it."""

    now: Clock
    future: Callable[[], asyncio.Future[Reply]]
    usable: bool

    def submit(self, channel: Channel, data: bytes) -> None:
        """Send a request of HTTP/1.1."""
        ...

    def cancel(self, channel: Channel) -> None:
        """End a request that nobody waits for any more."""
        ...

    def close(self) -> None:
        """Close the connection, for all."""
        ...


class Channel:
    """Does for its session what a connection of HTTP/1.1 does."""

    __slots__ = (
        "_body",
        "_newest",
        "_patience",
        "_reply",
        "_shared",
        "_usual",
        "_waiter",
        "deadline",
        "first",
        "head",
        "interim",
        "number",
        "opening",
        "received",
        "simple",
        "size",
        "started",
        "terms",
        "unread",
        "unseen",
        "unsent",
        "window",
        "written",
    )

    def __init__(self, shared: Carrier) -> None:
        self._shared = shared
        self.terms = TERMS
        self._patience = TERMS.timeout  # seconds until there must be an answer, or its beginning
        self._usual = True  # whether they are like nearly all
        self._reply: Reply | None = None  # the reply that is under way
        self._newest: Reply | None = None  # the reply that `send` promised last, also once it is complete
        self._waiter: asyncio.Future[Reply] | None = None
        self._body: bytes | list[bytes] = b""
        self.head: Head | None = None  # once there is one that is final
        self.started = self.deadline = 0.0
        self.written = self.first = inf  # when the request had gone, and when its answer began
        self.number = 0  # of the stream
        self.opening = OPEN  # blocked, looking_up, connecting, tls_handshaking: told by the first request
        self.interim = 0  # answers before the final one
        self.received = 0  # bytes of frames
        self.size = 0  # bytes of the body
        self.unread = 0  # bytes that the target has not been told to be read
        self.unsent: bytes | memoryview = b""  # what is left of the request's body
        self.window = 0  # bytes of it that the target lets us send
        self.unseen = False  # the target says that it has not looked at the newest request
        self.simple = (
            True  # nothing has come of the answer, nothing is left to be sent, and the terms are usual
        )

    @property
    def usable(self) -> bool:
        """Whether another request can be sent."""
        return self._shared.usable

    # What the session calls.

    def send(self, data: bytes, terms: Terms) -> asyncio.Future[Reply]:
        """Send a request and return the reply to come; a failure is a reply with an error."""
        shared = self._shared
        self._reply = self._newest = Reply()
        self._waiter = waiter = shared.future()
        if terms is not self.terms:
            self.terms, self._patience = terms, min(terms.timeout, terms.first_byte)
            self._usual = terms.usual
        if not self.simple:
            self._forget()
        self.simple, self.number, self.written = self._usual, 0, inf
        self.started = started = shared.now()
        self.deadline = started + self._patience
        shared.submit(self, data)
        return waiter

    def _forget(self) -> None:
        """Forget the last request; where its answer came whole, there is nothing to be forgotten."""
        self.head, self._body, self.unseen, self.unsent, self.first = None, b"", False, b"", inf
        self.received = self.size = self.unread = self.interim = 0

    def drop(self) -> Reply | None:
        """Give up on the newest request, if there was one.

        Its reply is interrupted, unless it was complete before the one who waited for it could take it.
        """
        reply, self._newest, self.simple = self._newest, None, False
        if self._reply is not None:
            self._reply.received, self._reply.interrupted = self.received, True
            self._reply = self._waiter = None
            self._shared.cancel(self)
            if not self.number:  # it never had a stream
                return None
        return reply

    def close(self) -> None:
        """Close the connection, for all who share it; harmless when it is closed."""
        self._shared.close()

    # What the connection calls.

    def sent(self, size: int, *, last: bool) -> None:
        """Take note of bytes that were sent."""
        if self._reply is not None:
            self._reply.sent += size
        if last:
            self.written = self._shared.now()

    def add(self, body: bytes) -> None:
        """Take in a part of the body."""
        self.size += len(body)
        if not self.terms.keep_body:
            return
        if not self._body:
            self._body = body
        elif isinstance(self._body, list):
            self._body.append(body)
        else:
            self._body = [self._body, body]

    def whole(self, head: Head, body: bytes, received: int) -> None:
        """Deliver an answer that came at once and is what its head says."""
        done, started, written, reply = self._shared.now(), self.started, self.written, self._reply
        assert reply is not None
        reply.status, reply.headers, reply.protocol = head.status, head.headers, PROTOCOL
        reply.error_code, reply.sets_cookies = head.error_code, head.sets_cookies
        reply.plain = head.plain and not (head.encoded and body)
        reply.body, reply.received = body, received
        blocked, looking_up, connecting, tls = self.opening
        if blocked:
            self.opening = OPEN
        reply.duration = duration = done - started
        sending = written - started
        reply.timings = (blocked, looking_up, connecting, tls, sending, done - written, 0.0, duration)
        waiter = self._waiter
        self._waiter = self._reply = None
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)

    def complete(self) -> bool:
        """Deliver the answer, which is whole; False where it is not what its head says."""
        reply, head = self._reply, self.head
        if reply is None or head is None:
            return reply is None
        bodiless = self.terms.head_only or head.status in BODILESS
        if self.size if bodiless else head.length not in {-1, self.size}:
            return False
        body = self._body
        reply.body = b"".join(body) if isinstance(body, list) else body
        reply.status, reply.headers, reply.protocol = head.status, head.headers, PROTOCOL
        reply.error_code, reply.sets_cookies = head.error_code, head.sets_cookies
        reply.plain = head.plain and not (head.encoded and reply.body)
        self._measure(reply)
        self._deliver(reply)
        return True

    def patient(self) -> None:
        """Wait for the next part of an answer that has begun, no longer than the terms allow."""
        terms = self.terms
        self.deadline = min(self.started + terms.timeout, self._shared.now() + terms.idle)

    def late(self) -> int:
        """Return the code of what has taken too long."""
        if self.deadline >= self.started + self.terms.timeout:
            return TIMEOUT
        return IDLE if self.received else NO_FIRST_BYTE

    def cut(self) -> int:
        """Return the code of a connection that has ended, by how far the answer had come."""
        if self.head is not None:
            return BODY_CUT
        return CLOSED_IN_HEAD if self.received else CLOSED

    def fail(self, code: int) -> None:
        """Deliver a failure."""
        reply, self.simple = self._reply, False
        if reply is None:
            return
        reply.error, reply.error_code = fault(code).message, code
        if code in TIMEOUTS:
            self._measure(reply)  # we waited that long, so it has a duration
        reply.received = self.received
        self._deliver(reply)

    def _measure(self, reply: Reply) -> None:
        """Fill in k6's timings; the answer may begin before all is sent."""
        done, started = self._shared.now(), self.started
        first = min(self.first, done)
        written = min(self.written, first)
        reply.duration = duration = done - started
        opening, self.opening = self.opening, OPEN
        reply.timings = (*opening, written - started, first - written, done - first, duration)
        reply.received = self.received

    def _deliver(self, reply: Reply) -> None:
        waiter = self._waiter
        self._waiter = self._reply = None
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)
