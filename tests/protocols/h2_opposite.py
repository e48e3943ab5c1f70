"""The other end of an HTTP/2 connection: the state machine of the package `h2`, which complains of faults."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    SettingsAcknowledged,
    StreamEnded,
    StreamReset,
)
from h2.settings import SettingCodes

from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.connection import Multiplex

Fields = list[tuple[bytes, bytes]]


class Pipe(asyncio.Transport):
    """Keeps what the client writes until somebody takes it; nothing is written once it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, f"written behind the end: {bytes(data)!r}"
        self.written += data

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@dataclass(slots=True)
class Stream:
    """What the server heard of a request, and what it said."""

    fields: Fields
    body: bytes = b""
    heard: bool = False  # to its end
    given_up: bool = False  # by the client
    unread: int = 0  # bytes of it that were not acknowledged
    status: int = 0  # of the answer, once it has begun
    headers: Fields = field(default_factory=list)
    answer: bytes = b""
    ended: bool = False
    said: int = 0  # frames of an answer, however far it came
    reset: int | None = None

    @property
    def open(self) -> bool:
        """Whether the server can still say something."""
        return not (self.ended or self.given_up or self.reset is not None)


class Opposite:
    """A server, and the wire between it and a client, on which bytes lie until they are moved."""

    def __init__(self, loop: asyncio.AbstractEventLoop, settings: dict[int, int]) -> None:
        self.client = Multiplex(loop, loop.time)
        self.pipe = Pipe()
        self.server = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self.server.initiate_connection()
        self.downlink = self._arrived = b""
        self.agreed = False  # whether the client has heard the newest settings
        self.streams: dict[int, Stream] = {}
        self.left = False  # whether the client said goodbye
        self.client.connection_made(self.pipe)
        self.settle()
        self.agree(settings)

    def say(self, raw: bytes = b"") -> None:
        """Put on the wire what the server has to say, and bytes that it knows nothing of."""
        self.downlink += self.server.data_to_send() + raw

    def up(self, size: int) -> None:
        """Move bytes to the server; it raises an exception where a client breaks the rules."""
        data, self.pipe.written = self.pipe.written[:size], self.pipe.written[size:]
        self._arrived += data
        while frame := self._whole():
            for event in self.server.receive_data(frame):
                self._hear(event)
        self.say()

    def _whole(self) -> bytes:
        """Take a frame that has come whole: `h2` heeds what one says only after all that it was given."""
        data = self._arrived
        size = len(frames.PREFACE)
        if data[:3] != frames.PREFACE[:3]:
            size = frames.HEAD_SIZE + int.from_bytes(data[:3], "big")
        if len(data) < max(size, frames.HEAD_SIZE):
            return b""
        self._arrived = data[size:]
        return data[:size]

    def down(self, size: int) -> None:
        """Move bytes to the client."""
        data, self.downlink = self.downlink[:size], self.downlink[size:]
        if data:
            self.client.data_received(data)

    def settle(self) -> None:
        """Move bytes until none is left."""
        while self.pipe.written or self.downlink:
            self.up(len(self.pipe.written))
            self.down(len(self.downlink))

    def _hear(self, event: Event) -> None:
        match event:
            case RequestReceived():
                self.streams[event.stream_id] = Stream([(bytes(k), bytes(v)) for k, v in event.headers])
            case DataReceived():
                found = self.streams[event.stream_id]
                found.body += event.data
                found.unread += event.flow_controlled_length
            case StreamEnded():
                self.streams[event.stream_id].heard = True
            case StreamReset():
                self.streams[event.stream_id].given_up = True
            case SettingsAcknowledged():
                self.agreed = True
            case ConnectionTerminated():
                self.left = True
            case _:
                pass

    # What the server says.

    def begin(self, stream: int, status: int, headers: Fields, *, ended: bool) -> None:
        """Send the head of an answer."""
        found = self.streams[stream]
        found.said += 1
        self.server.send_headers(stream, [(b":status", b"%d" % status), *headers], end_stream=ended)
        if status >= 200:
            found.status, found.headers, found.ended = status, headers, ended
        self.say()

    def go_on(self, stream: int, body: bytes, *, ended: bool, padding: int | None) -> None:
        """Send as much of a part of the body as the client lets us."""
        found = self.streams[stream]
        padded = 0 if padding is None else padding + 1
        room = min(self.server.local_flow_control_window(stream), self.server.max_outbound_frame_size)
        body = body[: max(room - padded, 0)]
        if room >= padded:
            self.server.send_data(stream, body, end_stream=ended, pad_length=padding)
            found.answer, found.ended = found.answer + body, ended
        self.say()

    def trail(self, stream: int, fields: Fields) -> None:
        """Send trailers, which end an answer."""
        self.server.send_headers(stream, fields, end_stream=True)
        self.streams[stream].ended = True
        self.say()

    def reset(self, stream: int, error: int) -> None:
        """End a stream."""
        self.server.reset_stream(stream, error)
        self.streams[stream].reset = error
        self.say()

    def read(self, stream: int) -> None:
        """Let the client send more of a body."""
        found = self.streams[stream]
        if found.unread:
            self.server.acknowledge_received_data(found.unread, stream)
            found.unread = 0
        self.say()

    def agree(self, settings: dict[int, int]) -> None:
        """Change the settings; `h2` takes the first acknowledgement for that of all, so one at a time."""
        self.agreed = False
        self.server.update_settings({SettingCodes(code): value for code, value in settings.items()})
        self.say()

    def under_way(self, fits: Callable[[Stream], bool] = lambda _: True) -> list[int]:
        """Return the streams of which the server can still say something."""
        return [number for number, stream in self.streams.items() if stream.open and fits(stream)]
