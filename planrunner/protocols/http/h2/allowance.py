"""What a target lets us send over an HTTP/2 connection, and sending as much as that (RFC 9113, 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.channel import Channel
from planrunner.protocols.http.h2.control import BrokenError
from planrunner.protocols.http.h2.frames import CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS

UNTOLD = 100  # streams, until the target has told: as many as it should take at least (6.5.2), and as in Go


class Allowance:
    """The target's settings, and the windows of the connection: its own, and ours for it."""

    __slots__ = ("_each", "_frame", "_told", "_total", "_unread", "streams", "write")

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write
        self.streams: float = UNTOLD  # that may be open at once
        self._told = inf  # how many that are, once the target has told anything
        self._frame = frames.FRAME  # bytes of a frame
        self._each = frames.WINDOW  # bytes of each stream that nothing more has been said of
        self._total = frames.WINDOW  # bytes of all streams
        self._unread = 0  # bytes that the target has not been told to be read

    def agree(self, said: Mapping[int, int]) -> int:
        """Take in settings; returns by how much the windows of open streams change."""
        self.streams = self._told = said.get(frames.MAX_CONCURRENT_STREAMS, self._told)
        self._frame = said.get(frames.MAX_FRAME_SIZE, self._frame)
        before, self._each = self._each, said.get(frames.INITIAL_WINDOW_SIZE, self._each)
        return self._each - before

    def widen(self, more: int) -> None:
        """Allow more bytes of all streams."""
        self._total += more
        if not more or self._total > frames.LARGEST_WINDOW:
            raise BrokenError(frames.FLOW_CONTROL_ERROR if more else frames.PROTOCOL_ERROR)

    def read(self, size: int) -> None:
        """Let the target send as much again as was read, when that is much."""
        self._unread += size
        if self._unread > frames.LARGEST_WINDOW // 2:
            self.write(frames.window_update(0, self._unread))
            self._unread = 0

    def head(self, channel: Channel, block: bytes, body: bytes) -> None:
        """Send a header block that is unlike others, in frames that are not too large, and the body."""
        number, size = channel.number, self._frame
        parts = [block[at : at + size] for at in range(0, len(block), size)]
        ended = 0 if body else END_STREAM
        kinds = [(HEADERS, ended), *[(CONTINUATION, 0)] * (len(parts) - 1)]
        lasts = [0] * (len(parts) - 1) + [END_HEADERS]
        written = b"".join(
            frames.frame(kind, flags | last, number, part)
            for (kind, flags), last, part in zip(kinds, lasts, parts, strict=True)
        )
        self.body(channel, written, body)

    def body(self, channel: Channel, head: bytes, body: bytes) -> None:
        """Send a head that is written, and as much of the body behind it as is allowed."""
        if not body:
            self.write(head)
            channel.sent(len(head), last=True)
            return
        channel.simple = False
        channel.window, channel.unsent = self._each, memoryview(body)  # which is cut without a copy
        self.go_on(channel, head)

    def go_on(self, channel: Channel, before: bytes = b"") -> int:
        """Send as much of what is left of a body as is allowed; returns how many bytes of it."""
        body, at = channel.unsent, 0
        stream = channel.number.to_bytes(4, "big")
        parts: list[bytes | memoryview] = [before]
        allowed = min(len(body), channel.window, self._total)
        while at < allowed:
            size = min(self._frame, allowed - at)
            last = END_STREAM if at + size == len(body) else 0
            parts += (frames.beginning(size, DATA, last), stream, body[at : at + size])
            at += size
        written = b"".join(parts)
        if not written:
            return 0
        self.write(written)
        channel.window -= at
        self._total -= at
        channel.unsent = body[at:]
        channel.sent(len(written), last=at == len(body))
        return at


def unsaid(_: bytes) -> None:
    """Write nothing: the connection is over."""
