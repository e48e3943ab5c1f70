"""Frames of HTTP/2 (RFC 9113, 4 and 6): their kinds, flags and errors, and how ours are written."""

from __future__ import annotations

from struct import Struct
from typing import Final

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    range(10)
)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x01, 0x01, 0x04, 0x08, 0x20

HEAD: Final = Struct(">HBBBL")  # length in two parts, kind, flags, stream
HEAD_SIZE: Final = 9
STREAM: Final = 0x7FFFFFFF  # the bits of a stream's number; the one above means nothing

HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS = 1, 2, 3
INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE = 4, 5, 6
SETTING: Final = Struct(">HL")

WINDOW: Final = 65_535  # bytes that may be sent to whom has not said otherwise
LARGEST_WINDOW: Final = 2**31 - 1
FRAME: Final = 16_384  # bytes of a frame's payload, the same

(
    NO_ERROR,
    PROTOCOL_ERROR,
    INTERNAL_ERROR,
    FLOW_CONTROL_ERROR,
    SETTINGS_TIMEOUT,
    STREAM_CLOSED,
    FRAME_SIZE_ERROR,
    REFUSED_STREAM,
    CANCEL,
    COMPRESSION_ERROR,
    CONNECT_ERROR,
    ENHANCE_YOUR_CALM,
    INADEQUATE_SECURITY,
    HTTP_1_1_REQUIRED,
) = range(14)  # RFC 9113, 7


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Write a frame."""
    return b"".join((beginning(len(payload), kind, flags), stream.to_bytes(4, "big"), payload))


def beginning(size: int, kind: int, flags: int) -> bytes:
    """Write what comes before the number of a frame's stream."""
    return size.to_bytes(3, "big") + bytes((kind, flags))


def settings(values: dict[int, int]) -> bytes:
    """Write a SETTINGS frame."""
    return frame(SETTINGS, 0, 0, b"".join(SETTING.pack(*pair) for pair in values.items()))


def window_update(stream: int, more: int) -> bytes:
    """Write a frame that allows more bytes."""
    return frame(WINDOW_UPDATE, 0, stream, more.to_bytes(4, "big"))


def rst_stream(stream: int, error: int) -> bytes:
    """Write a frame that ends a stream."""
    return frame(RST_STREAM, 0, stream, error.to_bytes(4, "big"))


def goaway(error: int) -> bytes:
    """Write a frame that ends the connection; the target never opened a stream."""
    return frame(GOAWAY, 0, 0, bytes(4) + error.to_bytes(4, "big"))


def unpadded(flags: int, payload: bytes) -> bytes | None:
    """Take away padding (RFC 9113, 6.1); None where there is more of it than there are bytes."""
    if not flags & PADDED:
        return payload
    if not payload or payload[0] >= len(payload):
        return None
    return payload[1 : len(payload) - payload[0]]
