"""From the bytes of a target to frames, header blocks put together, in the order that RFC 9113 allows."""

from __future__ import annotations

from typing import Protocol

from planrunner.protocols.http.faults import HEAD_TOO_LARGE, NOT_HTTP2
from planrunner.protocols.http.h2 import control, frames
from planrunner.protocols.http.h2.control import BrokenError
from planrunner.protocols.http.h2.frames import CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS
from planrunner.protocols.http.terms import HEAD_LIMIT

IDLE_FRAMES = 1_000  # frames in a row that bring no request on; more are a flood


class Hearer(Protocol):
    """Who is told what came."""

    def headed(self, stream: int, block: bytes, size: int, *, ended: bool) -> None:
        """Hear a header block that took so many bytes."""
        ...

    def bodied(self, stream: int, body: bytes, size: int, *, ended: bool) -> None:
        """Hear a part of a body that took so many bytes of the windows."""
        ...

    def told(self, kind: int, flags: int, stream: int, payload: bytes) -> bool:
        """Hear a frame of any other kind; returns whether it brings a request on."""
        ...


def whole(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Take an answer apart that came at once, as most do: one frame of headers, one of data, and no more.

    Returns its stream, its header block and its body; None for all else.
    """
    size, unpack = len(data), frames.HEAD.unpack_from
    if size < 2 * frames.HEAD_SIZE:
        return None
    high, low, kind, flags, stream = unpack(data)
    middle = frames.HEAD_SIZE + (high << 8 | low)
    if kind != HEADERS or flags != END_HEADERS or middle + frames.HEAD_SIZE > size:
        return None
    high, low, kind, flags, same = unpack(data, middle)
    begin, length = middle + frames.HEAD_SIZE, high << 8 | low
    if kind != DATA or flags != END_STREAM or same != stream or begin + length != size:
        return None
    if length > frames.FRAME or middle > frames.FRAME:
        return None
    return stream, data[frames.HEAD_SIZE : middle], data[begin:]


class Inbound:
    """What has come over a connection, as far as it is not told yet."""

    __slots__ = ("_block", "_rest", "greeted", "idle")

    def __init__(self) -> None:
        self._rest = b""  # of a frame that has not come whole
        self._block: tuple[int, bool, list[bytes]] | None = None  # stream, whether it ends, parts so far
        self.greeted = False  # by the target's settings
        self.idle = 0  # frames since a request was brought on

    @property
    def between(self) -> bool:
        """Whether nothing has come of which more is to come."""
        return self.greeted and not self._rest and self._block is None

    def feed(self, data: bytes, hearer: Hearer) -> None:
        """Take in bytes, and tell what came; raises BrokenError, and is of no use then."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        at, end, head = 0, len(data), frames.HEAD.unpack_from
        if not self.greeted and data[:5] == b"HTTP/":
            raise BrokenError(frames.PROTOCOL_ERROR, NOT_HTTP2)
        while end - at >= frames.HEAD_SIZE:
            high, low, kind, flags, stream = head(data, at)
            length = high << 8 | low
            if length > frames.FRAME:
                raise BrokenError(frames.FRAME_SIZE_ERROR)
            begin = at + frames.HEAD_SIZE
            if end - begin < length:
                break
            at = begin + length
            self._take(hearer, kind, flags, stream & frames.STREAM, data[begin:at])
        if at < end:
            self._rest = data[at:]

    def _take(self, hearer: Hearer, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if not self.greeted:  # SETTINGS come first (RFC 9113, 3.4)
            if kind != frames.SETTINGS or flags & frames.ACK:
                raise BrokenError(frames.PROTOCOL_ERROR)
            self.greeted = True
        if self._block is not None:
            self._continue(hearer, kind, flags, stream, payload)
        elif kind == DATA:
            body = frames.unpadded(flags, payload)
            if body is None:
                raise BrokenError(frames.PROTOCOL_ERROR)
            ended = flags & END_STREAM != 0
            self._count(useful=ended or bool(body))
            hearer.bodied(stream, body, len(payload), ended=ended)
        elif kind == HEADERS:
            block, ended = control.block_of(flags, stream, payload), flags & END_STREAM != 0
            if flags & END_HEADERS:
                self._count(useful=ended)
                hearer.headed(stream, block, len(payload), ended=ended)
            else:
                self._block = stream, ended, [block]
        else:
            self._count(useful=hearer.told(kind, flags, stream, payload))

    def _continue(self, hearer: Hearer, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """Take in more of a header block, between whose parts nothing may stand."""
        assert self._block is not None
        whose, ended, parts = self._block
        if kind != CONTINUATION or stream != whose:
            raise BrokenError(frames.PROTOCOL_ERROR)
        parts.append(payload)
        self._count(useful=False)
        size = sum(map(len, parts))
        if size > HEAD_LIMIT:
            raise BrokenError(frames.ENHANCE_YOUR_CALM, HEAD_TOO_LARGE)
        if flags & END_HEADERS:
            self._block = None
            size += frames.HEAD_SIZE * (len(parts) - 1)
            hearer.headed(stream, b"".join(parts), size, ended=ended)

    def _count(self, *, useful: bool) -> None:
        """Count frames that bring no request on: who sends nothing else wants to keep us busy."""
        self.idle = 0 if useful else self.idle + 1
        if self.idle > IDLE_FRAMES:
            raise BrokenError(frames.ENHANCE_YOUR_CALM)
