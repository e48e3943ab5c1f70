"""One HTTP/1.1 connection: bytes out, a measured reply in; never more than one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from math import inf
from time import perf_counter
from typing import cast

from planrunner.protocols import Reply
from planrunner.protocols.http.farewell import part
from planrunner.protocols.http.faults import FAULTS, NOT_HTTP, STRAY, TIMEOUTS
from planrunner.protocols.http.h1.early import answered, last_words
from planrunner.protocols.http.h1.ends import broken, closed, late
from planrunner.protocols.http.h1.heads import BETS, END, REST, Head, Heads
from planrunner.protocols.http.h1.reader import Reader
from planrunner.protocols.http.terms import TERMS, Terms

EARLY = 0.001  # seconds that the loop's timers may be early
OPEN = (0.0, 0.0, 0.0, 0.0)  # what opening takes when the connection is open
BUFFER = 64 * 1024  # bytes that a socket takes at once, as a rule; more than any usual request
NOTHING = memoryview(b"")

Clock = Callable[[], float]


class Connection(asyncio.Protocol):
    """A connection of one VU, reused as long as both sides agree."""

    unseen = False  # whether the target says that it has not looked at the newest request: HTTP/2 only

    __slots__ = (
        "_alarm",
        "_bets",
        "_deadline",
        "_early",
        "_future",
        "_heads",
        "_kept",
        "_loop",
        "_newest",
        "_now",
        "_patience",
        "_plain",
        "_reader",
        "_reply",
        "_rest",
        "_stalled",
        "_terms",
        "_timer",
        "_transport",
        "_usual",
        "_waiter",
        "_write",
        "_written",
        "opening",
        "received",
        "started",
        "usable",
    )

    def __init__(
        self, loop: asyncio.AbstractEventLoop, now: Clock = perf_counter, heads: Heads | None = None
    ) -> None:
        self._loop, self._now, self._future = loop, now, loop.create_future
        self._reader: Reader | None = None  # made when there is something to read
        self._heads = heads or Heads()
        self._bets = BETS  # how many more looks among the heads may be in vain; below 1 it takes a rest
        self._transport: asyncio.Transport | None = None
        self._write: Callable[[bytes | memoryview], None]
        self._reply: Reply | None = None  # the reply that is under way
        self._newest: Reply | None = None  # the reply that `send` promised last, also once it is complete
        self._waiter: asyncio.Future[Reply] | None = None
        self._early: list[Callable[[], None]] | None = []  # what happened before the first request
        self._kept = False  # whether an earlier request was answered here
        self._rest = NOTHING  # of a large request, what has not been written yet
        self._stalled = False  # whether something that was written has not left yet
        self._terms = TERMS
        self._plain = True  # whether they are like nearly all
        self._patience = TERMS.timeout  # seconds until there must be an answer, or its beginning
        self._usual = True  # neither is the request large, nor its answer unlike others
        self.started = self._written = 0.0  # when the newest request was sent, and when all of it was
        self._deadline = self._alarm = inf
        self._timer: asyncio.TimerHandle | None = None
        self.opening = OPEN  # blocked, looking_up, connecting, tls_handshaking: told by the first request
        self.received = 0  # bytes of the reply under way, as far as it was not recognised
        self.usable = False

    # What the session calls.

    def send(self, data: bytes, terms: Terms) -> asyncio.Future[Reply]:
        """Send a request and return the reply to come; a failure is a reply with an error."""
        self._kept = self._newest is not None
        self._reply = self._newest = reply = Reply()
        self._waiter = waiter = self._future()
        if terms is not self._terms:
            self._agree(terms)
        reply.sent = size = len(data)
        self._usual = self._plain and size <= BUFFER
        if not self._usual and terms.once:
            self.usable = False
        self.started = started = self._now()
        # One timer for many requests: it is set anew when it fires.
        self._deadline = deadline = started + self._patience
        if self._alarm > deadline:
            self._guard(self._patience)
        if size <= BUFFER:
            self._write(data)
        else:
            self._rest = memoryview(data)
            self._write_more()
        self._written = self._now()
        return waiter

    def _agree(self, terms: Terms) -> None:
        """Take in terms that are not those of the request before."""
        self._terms, self._plain = terms, terms.usual
        self._patience = min(terms.timeout, terms.first_byte)

    def drop(self) -> Reply | None:
        """Give up on the newest request, if there was one, and close; what was written still goes out.

        Its reply is interrupted, unless it was complete before the one who waited for it could take it.
        """
        if self._reply is not None:
            self._reply.received, self._reply.interrupted = self.received, True
            self._reply.sent, self._rest = self._reply.sent - len(self._rest), NOTHING
            self._reply = self._waiter = None
        self.close()
        reply, self._newest = self._newest, None
        return reply

    def close(self) -> None:
        """Close the connection; harmless when it is closed."""
        self.usable = False
        if self._timer:
            self._timer.cancel()
            self._timer, self._alarm = None, inf
        if self._reader:
            self._reader.close()
            self._reader = None
        if self._transport and not self._transport.is_closing():
            part(self._transport)

    def abort(self) -> None:
        """Close without a farewell: a target that does not answer would not answer that either."""
        self.close()
        if self._transport:
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self._transport, self._write = transport, self._write_first
        # Writes that fit the socket's buffer are done when `write` returns; where they do not, the transport
        # says that something is left (with high=0 the one for TLS always would) and when it has gone.
        transport.set_write_buffer_limits(high=1, low=0)
        self.usable = True

    def pause_writing(self) -> None:
        self._stalled = True

    def resume_writing(self) -> None:
        self._stalled = False
        if self._reply is not None and not self.received:
            self._written = self._now()
        self._write_more()

    def data_received(self, data: bytes) -> None:
        reply = self._reply
        if reply is None:
            if self._early is not None:
                self._early.append(partial(self.data_received, data))
            else:
                self.close()  # nobody asked: the next request must not take this for its answer
        elif not self._usual or self.received:
            self._read(reply, data)
        elif self._bets > 0:
            head = self._heads.known.get(data[: data.find(END) + 4])
            if head is not None and head.size == len(data):
                self._recognise(reply, head, data)
            else:
                self._read(reply, data)
                self._lose(reply, data)
        else:
            self._bets += 1
            self._read(reply, data)

    def eof_received(self) -> None:
        self._ended(None)  # closing would wait until the rest of the request has been sent

    def connection_lost(self, exc: Exception | None) -> None:
        if exc and self._reply and self._transport and (words := last_words(self._transport)):
            self.data_received(words)
        self._ended(exc)
        self.close()

    def _write_more(self) -> None:
        """Write what is left of a large request; in one piece, TLS would not tell how much has not left."""
        transport = self._transport
        if self._rest and not self._stalled and transport and not transport.is_closing():
            if not answered(transport):
                piece, self._rest = self._rest[:BUFFER], self._rest[BUFFER:]
                self._write(piece)
                self._written = self._now()
            self._loop.call_soon(self._write_more)

    def _write_first(self, data: bytes | memoryview) -> None:
        """Write the first request; what came before is its answer: a moment later it would look the same."""
        assert self._transport is not None
        self._write = self._transport.write
        if not self._transport.is_closing():
            self._write(data)
        early, self._early = self._early, None
        for happen in early or ():
            self._loop.call_soon(happen)

    def _ended(self, exc: Exception | None) -> None:
        """End the request under way with the connection; it may be complete, too."""
        self.usable = False
        reply, reader = self._reply, self._reader if self.received else None
        if reply is None:
            if self._early is not None:
                self._early.append(partial(self._ended, exc))
            return
        stalled = self._stalled or 0 < len(self._rest) < reply.sent
        kept = self._kept
        code = broken(exc, reader, stalled=stalled) if exc else closed(reader, kept=kept, stalled=stalled)
        if code or reader is None:
            self._fail(code)
        else:
            self._complete(reply, reader)

    # The rest.

    def _recognise(self, reply: Reply, head: Head, data: bytes) -> None:
        """Complete a reply without parsing it: its head has been seen before."""
        done, started, written, self._bets = self._now(), self.started, self._written, BETS
        reply.status, reply.headers, reply.protocol = head.status, head.headers, head.protocol
        reply.error_code, reply.sets_cookies, reply.plain = head.error_code, head.sets_cookies, head.plain
        reply.body, reply.received = data[head.start :], head.size
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

    def _lose(self, reply: Reply, data: bytes) -> None:
        """Remember the head of an answer that came whole; look no more where nothing is found again."""
        self._bets = self._bets - 1 or -REST
        if self._reply is None and self.usable and not reply.error:
            self._heads.learn(data, reply)

    def _read(self, reply: Reply, data: bytes) -> None:
        reader = self._reader
        if reader is None:
            reader = self._reader = Reader(self._now)
        if not self.received:
            reader.begin(reply, self._terms)
        self.received += len(data)
        reader.feed(data)
        if reader.fault:
            self._fail(STRAY if self._kept and reader.fault == NOT_HTTP else reader.fault)
        elif reader.complete:
            if not reader.keeps or (reply.sent > BUFFER and self._unsent()):
                self.usable = False
            self._complete(reply, reader)
            if reader.surplus:
                self.close()  # the answer counts, the connection does not
        elif self._terms.phased:
            self._await_more()

    def _complete(self, reply: Reply, reader: Reader) -> None:
        done = self._now()
        reader.fill(reply)
        self._measure(reply, done)
        self._deliver(reply)

    def _unsent(self) -> int:
        """Return how many bytes of the request have not left yet: no other may queue behind them."""
        return len(self._rest) + (self._transport.get_write_buffer_size() if self._transport else 0)

    def _measure(self, reply: Reply, done: float) -> None:
        """Fill in k6's timings (lib/netext/httpext/tracer.go); the answer may begin before all is sent."""
        opening, self.opening = self.opening, OPEN
        first = (self._reader.first if self._reader and self.received else 0.0) or done
        written = min(self._written, first)
        reply.duration = done - self.started
        sending, waiting = written - self.started, first - written
        reply.timings = (*opening, sending, waiting, done - first, reply.duration)
        reply.received = self.received

    def _fail(self, code: int) -> None:
        reply = self._reply
        assert reply is not None
        reply.error, reply.error_code = FAULTS[code].message, code
        if code in TIMEOUTS:
            done = self._now()
            if self._stalled:
                self._written = done
            self._measure(reply, done)
        reply.received = self.received
        self.usable = False
        self._deliver(reply)
        self.abort()

    def _deliver(self, reply: Reply) -> None:
        waiter = self._waiter
        self._waiter = self._reply = None
        self.received = 0
        if waiter is not None and not waiter.done():
            waiter.set_result(reply)
        unsent = self._unsent() if reply.sent > BUFFER else 0
        reply.sent, self._rest = reply.sent - unsent, NOTHING
        if not self.usable:
            (self.abort if unsent else self.close)()

    def _await_more(self) -> None:
        """Wait for the next part of an answer that has begun, no longer than the terms allow."""
        terms, now = self._terms, self._now()
        self._deadline = min(self.started + terms.timeout, now + terms.idle)
        if self._alarm > self._deadline:
            self._guard(self._deadline - now)

    def _guard(self, left: float) -> None:
        """Have the request end by its deadline, which is `left` seconds from now."""
        if self._timer:
            self._timer.cancel()
        self._alarm = self._deadline
        self._timer = self._loop.call_later(left, self._rang)

    def _rang(self) -> None:
        self._timer, self._alarm = None, inf
        if self._reply is None:
            return
        left = self._deadline - self._now()
        if left > EARLY:
            self._guard(left)
        else:
            phase = self._deadline < self.started + self._terms.timeout
            self._fail(late(begun=self.received > 0, stalled=self._stalled, phase=phase))
