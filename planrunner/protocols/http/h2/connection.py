"""One HTTP/2 connection of a VU (RFC 9113): requests side by side, each in a stream of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

from planrunner.protocols.http.farewell import part
from planrunner.protocols.http.faults import BODY_TOO_LARGE, HTTP2_STREAM, NOT_HTTP2, code_of
from planrunner.protocols.http.h1.connection import BUFFER, EARLY, OPEN, Clock
from planrunner.protocols.http.h2 import control, frames
from planrunner.protocols.http.h2.allowance import Allowance, unsaid
from planrunner.protocols.http.h2.channel import BODILESS, Channel
from planrunner.protocols.http.h2.control import BrokenError
from planrunner.protocols.http.h2.frames import CANCEL, NO_ERROR, PROTOCOL_ERROR
from planrunner.protocols.http.h2.hpack import NO_TABLE, HpackError
from planrunner.protocols.http.h2.inbound import Inbound, whole
from planrunner.protocols.http.h2.preface import GREETING, STREAM_WINDOW
from planrunner.protocols.http.h2.streams import Streams
from planrunner.protocols.http.h2.vocabulary import Head, Vocabulary
from planrunner.protocols.http.h2.watch import Watch

WORTH = 4096  # bytes of a window that are worth a frame, as in Go: with so many each time it soon overflows
INTERIMS = 20  # answers before the final one; a target that sends more of them sends nothing else
LAST = frames.STREAM  # the largest number of a stream


class Multiplex(asyncio.Protocol):
    """A connection that several sessions of one VU may share, each through a channel of its own."""

    __slots__ = (
        "_allowance",
        "_decoder",
        "_gone",
        "_inbound",
        "_scheme",
        "_table",
        "_transport",
        "_vocabulary",
        "_watch",
        "_write",
        "future",
        "now",
        "opening",
        "streams",
        "usable",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Clock = perf_counter,
        vocabulary: Vocabulary | None = None,
        *,
        tls: bool = True,
    ) -> None:
        self.now, self.future = now, loop.create_future
        self._vocabulary = vocabulary or Vocabulary()
        self._decoder = self._vocabulary.decoder()
        self._scheme = b"https" if tls else b"http"
        self._inbound = Inbound()
        self._watch = Watch(loop, now)
        self._transport: asyncio.Transport | None = None
        self._write: Callable[[bytes], None]
        self._allowance: Allowance
        self.streams = Streams()
        self._table = NO_TABLE  # what stands before the first block
        self._gone = 0  # the code of what ended the connection, where there is one
        self.opening = OPEN  # blocked, looking_up, connecting, tls_handshaking: for the first channel
        self.usable = False

    # What channels call.

    def submit(self, channel: Channel, data: bytes) -> None:
        """Send a request of HTTP/1.1, now or when the target takes another one."""
        if not self.usable:  # since it was chosen for the request
            channel.unseen = True
            channel.fail(self._gone or channel.cut())
            return
        if channel.deadline < self._watch.alarm:
            self._watch.heed(channel.deadline, self._look)
        if len(self.streams.open) >= self._allowance.streams:
            self.streams.waiting[channel] = data
            return
        opening, body = self._vocabulary.opening(data, self._scheme)
        number = self.streams.begin(channel)
        self.usable = not (channel.terms.once or self.streams.exhausted)
        if self._table or len(opening.block) > frames.FRAME:
            block, self._table = self._table + opening.block, b""
            self._allowance.head(channel, block, body)
            return
        begin = opening.before_body if body else opening.alone
        written = b"".join((begin, number, opening.block))
        if body:
            self._allowance.body(channel, written, body)
        else:
            self._write(written)
            channel.sent(len(written), last=True)

    def cancel(self, channel: Channel) -> None:
        """End a request that nobody waits for any more."""
        if channel.number in self.streams.open:
            self._write(frames.rst_stream(channel.number, CANCEL))
        self.streams.forget(channel)
        self._go_on()
        self._part()

    def close(self) -> None:
        """Close the connection; harmless when it is closed."""
        self._end(NO_ERROR)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its bases
        self._transport, self._write = transport, transport.write
        transport.set_write_buffer_limits(high=BUFFER, low=0)  # as over HTTP/1.1: sent is what is gone
        self._allowance = Allowance(transport.write)
        transport.write(GREETING)
        self.usable = True

    def resume_writing(self) -> None:
        for channel in self.streams.open.values():
            if not channel.unsent and channel.head is None:
                channel.written = self.now()

    def data_received(self, data: bytes) -> None:
        try:
            found = whole(data)
            if found is None or not self._inbound.between or not self._taken(*found):
                self._inbound.feed(data, self)
        except BrokenError as error:
            self._break(error)
        except HpackError:
            self._break(BrokenError(frames.COMPRESSION_ERROR))

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if not (self._inbound.greeted or self._scheme == b"https"):
            self._gone = NOT_HTTP2  # it does not understand what was said, whatever it did then
        elif exc:
            self._gone = code_of(exc, self._gone)
        for channel in self.streams.everybody():
            code = channel.cut()
            self.streams.forget(channel)
            channel.fail(self._gone or code)
        self.close()

    def _taken(self, stream: int, block: bytes, body: bytes) -> bool:
        """Take in an answer that came at once; False, and nothing is done, where it is not a usual one."""
        channel = self.streams.open.get(stream)
        if channel is None or not channel.simple:
            return False
        head, size = self._decoder.decode(block), len(body)
        self._inbound.idle = 0
        if head.status < 200 or head.status in BODILESS or head.length not in {-1, size}:
            self._begun(channel, head, len(block), ended=False)
            self.bodied(stream, body, size, ended=True)
            return True
        self._allowance.read(size)
        del self.streams.open[stream]
        channel.whole(head, body, 2 * frames.HEAD_SIZE + len(block) + size)
        if self.streams:
            self._go_on()
        self._part()
        return True

    # What the inbound side calls.

    def headed(self, stream: int, block: bytes, size: int, *, ended: bool) -> None:
        """Take in a header block: of an answer, of one that is still to come, or behind a body."""
        head = self._decoder.decode(block)  # also of a stream that is over: others build on it
        channel = self.streams.of(stream)
        if channel is not None:
            self._begun(channel, head, size, ended=ended)

    def _begun(self, channel: Channel, head: Head, size: int, *, ended: bool) -> None:
        channel.simple = False
        channel.received += frames.HEAD_SIZE + size
        if channel.head is not None:
            if head.status != 1 or not ended:  # these must be trailers
                self._reset(channel, PROTOCOL_ERROR)
                return
        elif head.status >= 200:
            channel.head, channel.first = head, self.now()
        else:
            channel.interim += 1
            if head.status < 100 or head.status == 101 or ended or channel.interim > INTERIMS:
                self._reset(channel, PROTOCOL_ERROR)
            return
        self._goes_on(channel, ended=ended)

    def bodied(self, stream: int, body: bytes, size: int, *, ended: bool) -> None:
        """Take in a part of a body."""
        self._allowance.read(size)
        channel = self.streams.of(stream)
        if channel is None:
            return
        channel.simple = False
        channel.received += frames.HEAD_SIZE + size
        channel.unread += size
        channel.add(body)
        if channel.head is None:
            self._reset(channel, PROTOCOL_ERROR)
        elif channel.size > channel.terms.max_body:
            self._reset(channel, CANCEL, BODY_TOO_LARGE)
        else:
            self._goes_on(channel, ended=ended)

    def told(self, kind: int, flags: int, stream: int, payload: bytes) -> bool:
        """Take in what is said of the connection, or that a stream ends; unknown kinds mean nothing.

        Returns whether that brings a request on.
        """
        if kind == frames.WINDOW_UPDATE:
            return self._widen(stream, control.increment(payload))
        if kind == frames.RST_STREAM:
            return self._end_of(stream, control.error_of(payload))
        if kind == frames.SETTINGS:
            said = control.settings(flags, stream, payload)
            if said is not None:
                self._agree(said)
        elif kind == frames.PING:
            answer = control.pong(flags, stream, payload)
            if answer:
                self._write(answer)
        elif kind == frames.GOAWAY:
            self._leave(*control.farewell(stream, payload))
        elif kind in {frames.PUSH_PROMISE, frames.CONTINUATION}:
            raise BrokenError(PROTOCOL_ERROR)
        return False

    # The connection.

    def _agree(self, said: dict[int, int]) -> None:
        """Heed the target's settings, and say so."""
        more = self._allowance.agree(said)
        for channel in self.streams.open.values():
            channel.window += more
        self._write(frames.frame(frames.SETTINGS, frames.ACK, 0))
        self._go_on()

    def _widen(self, stream: int, more: int) -> bool:
        """Send on what waited for the target to allow more bytes."""
        sent = 0
        if stream == 0:
            self._allowance.widen(more)
            sent = self._go_on()
        elif channel := self.streams.of(stream):
            channel.window += more
            if not more or channel.window > frames.LARGEST_WINDOW:
                self._reset(channel, frames.FLOW_CONTROL_ERROR if more else PROTOCOL_ERROR)
            else:
                sent = self._allowance.go_on(channel)
        return more >= WORTH or sent > 0

    def _end_of(self, stream: int, error: int) -> bool:
        """Fail a request whose stream the target ended."""
        channel = self.streams.of(stream)
        if channel is None:
            return False
        channel.unseen = error == frames.REFUSED_STREAM
        self._fail(channel, HTTP2_STREAM + 1 + error)
        return True

    def _leave(self, last: int, code: int) -> None:
        """Send no more: the target ends the connection when it has answered up to the last stream."""
        self.usable, self._gone = False, code
        for channel in self.streams.everybody():
            if not 0 < channel.number <= last:
                channel.unseen = True
                self.streams.forget(channel)
                channel.fail(code)
        self._part()

    def _break(self, broken: BrokenError) -> None:
        """End the connection and all that is under way."""
        self._end(broken.error)
        for channel in self.streams.everybody():
            self.streams.forget(channel)
            channel.fail(broken.code)

    def _end(self, error: int) -> None:
        """Say goodbye, and nothing behind it, whatever still comes."""
        self.usable = False
        self._watch.close()
        if self._transport and not self._transport.is_closing():
            self._write(frames.goaway(error))
            part(self._transport)
        self._write = self._allowance.write = unsaid

    def _part(self) -> None:
        """Close a connection that takes no more requests when the last one is over."""
        if not (self.usable or self.streams):
            self.close()

    # Streams.

    def _goes_on(self, channel: Channel, *, ended: bool) -> None:
        """Deliver an answer that is whole, or wait for more of it."""
        if ended:
            self._complete(channel)
            return
        if channel.unread > STREAM_WINDOW // 2:
            self._write(frames.window_update(channel.number, channel.unread))
            channel.unread = 0
        if channel.terms.phased:
            channel.patient()
            self._watch.heed(channel.deadline, self._look)

    def _complete(self, channel: Channel) -> None:
        """Deliver an answer, and end what is left of the request: the answer did not wait for it."""
        if channel.unsent:
            self._write(frames.rst_stream(channel.number, NO_ERROR))
        if channel.complete():
            self.streams.forget(channel)
            self._go_on()
            self._part()
        else:
            self._fail(channel, HTTP2_STREAM + 1 + PROTOCOL_ERROR)

    def _reset(self, channel: Channel, error: int, code: int = 0) -> None:
        """End a request whose answer is not to be had."""
        self._write(frames.rst_stream(channel.number, error))
        self._fail(channel, code or HTTP2_STREAM + 1 + error)

    def _fail(self, channel: Channel, code: int) -> None:
        self.streams.forget(channel)
        channel.fail(code)
        self._go_on()
        self._part()

    def _go_on(self) -> int:
        """Send requests and parts of bodies that had to wait; returns how many bytes of bodies."""
        sent = sum(self._allowance.go_on(channel) for channel in self.streams.open.values() if channel.unsent)
        while self.streams.waiting and len(self.streams.open) < self._allowance.streams:
            channel = next(iter(self.streams.waiting))
            self.submit(channel, self.streams.waiting.pop(channel))
        return sent

    def _look(self) -> float:
        """Give up what has taken too long; return when to look again."""
        late, next_one = self.streams.late(self.now() + EARLY)
        for channel in late:
            if channel.number in self.streams.open:
                self._write(frames.rst_stream(channel.number, CANCEL))
            self._fail(channel, channel.late())
        return next_one
