"""The other end of an HTTP/2 connection on a fake wire: frames by hand, HPACK by `hpack`."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import hpack
from fakes import FakeTransport, in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.channel import Channel
from planrunner.protocols.http.h2.connection import Multiplex
from planrunner.protocols.http.terms import TERMS, Terms

T = TypeVar("T")

GET = b"GET /a?b HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\nConnection: close\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: h:1\r\nContent-Length: %d\r\n\r\n%b"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it was written."""

    kind: int
    flags: int
    stream: int
    payload: bytes


class Target:
    """Speaks to a connection, and hears what it writes."""

    def __init__(self, *, greets: bool = True, tls: bool = True) -> None:
        loop = asyncio.get_running_loop()
        self.connection = Multiplex(loop, loop.time, tls=tls)
        self.transport = FakeTransport(self.connection)
        self.connection.connection_made(self.transport)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self._heard = 0
        self.preface = self.transport.written[0][: len(frames.PREFACE)]
        if greets:
            self.settings()

    def channel(self) -> Channel:
        return Channel(self.connection)

    def send(self, data: bytes = GET, terms: Terms = TERMS) -> asyncio.Future[Reply]:
        """Have a request sent through a channel of its own."""
        return self.channel().send(data, terms)

    # What it says.

    def say(
        self, kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"", times: int = 1
    ) -> "Target":
        for _ in range(times):
            self.raw(frames.frame(kind, flags, stream, payload))
        return self

    def raw(self, data: bytes) -> None:
        self.connection.data_received(data)

    def settings(self, **values: int) -> None:
        """Send SETTINGS, by their names in RFC 9113 in small letters."""
        self.raw(frames.settings({getattr(frames, name.upper()): value for name, value in values.items()}))

    def block(self, status: int | None = 200, *fields: tuple[str, str]) -> bytes:
        told = [] if status is None else [(":status", str(status))]
        return bytes(self.encoder.encode([*told, *fields]))

    def answered(
        self, stream: int = 1, status: int = 200, *fields: tuple[str, str], body: bytes | None = b"ok"
    ) -> bytes:
        """Write a whole answer; `None` as the body: HEADERS end the stream."""
        end = frames.END_HEADERS | (frames.END_STREAM if body is None else 0)
        head = frames.frame(frames.HEADERS, end, stream, self.block(status, *fields))
        return head if body is None else head + frames.frame(frames.DATA, frames.END_STREAM, stream, body)

    def answer(
        self, stream: int = 1, status: int = 200, *fields: tuple[str, str], body: bytes | None = b"ok"
    ) -> None:
        self.raw(self.answered(stream, status, *fields, body=body))

    def allow(self, more: int, stream: int = 0) -> None:
        self.raw(frames.window_update(stream, more))

    def reset(self, error: int, stream: int = 1) -> None:
        self.raw(frames.rst_stream(stream, error))

    def leave(self, last: int, error: int = 0) -> None:
        self.say(frames.GOAWAY, payload=last.to_bytes(4, "big") + error.to_bytes(4, "big") + b"bye")

    # What it hears.

    def heard(self, *kinds: int) -> list[Frame]:
        """Return the frames that were written since the last time, or those of some kinds."""
        written = b"".join(self.transport.written)
        data, self._heard = written[self._heard :], len(written)
        data = data.removeprefix(frames.PREFACE)
        found = []
        while data:
            high, low, kind, flags, stream = frames.HEAD.unpack_from(data)
            end = 9 + (high << 8 | low)
            found.append(Frame(kind, flags, stream, data[9:end]))
            data = data[end:]
        return [frame for frame in found if not kinds or frame.kind in kinds]

    def asked(self) -> list[dict[str, str]]:
        """Return the header fields of the requests that were written since the last time."""
        blocks = [frame.payload for frame in self.heard(frames.HEADERS)]
        return [{str(f[0]): str(f[1]) for f in self.decoder.decode(block)} for block in blocks]


def with_target(
    act: Callable[[Target], Coroutine[Any, Any, T]], *, greets: bool = True, tls: bool = True
) -> T:
    """Let a test speak to a connection, in virtual time."""

    async def main() -> T:
        return await act(Target(greets=greets, tls=tls))

    return in_virtual_time(main)


def everywhere(data: bytes) -> list[tuple[bytes, ...]]:
    """Cut bytes in two at every place, and into single ones."""
    return [(data[:at], data[at:]) for at in range(1, len(data))] + [tuple(bytes([b]) for b in data)]


def numbers(found: Iterable[Frame]) -> list[tuple[int, int]]:
    """Return stream and size of frames."""
    return [(frame.stream, len(frame.payload)) for frame in found]
