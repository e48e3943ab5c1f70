"""What frames beside requests and answers say, read strictly (RFC 9113, 6)."""

from __future__ import annotations

from planrunner.protocols.http.faults import HTTP2_CONNECTION, HTTP2_GOAWAY
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.frames import FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR

UNKNOWN = frames.HTTP_1_1_REQUIRED + 1  # stands for errors without a name


class BrokenError(Exception):
    """The target broke the rules, and the connection with them; `error` is what we tell it, `code` ours."""

    def __init__(self, error: int, code: int = 0) -> None:
        super().__init__(error)
        self.error, self.code = error, code or HTTP2_CONNECTION + 1 + error


def block_of(flags: int, stream: int, payload: bytes) -> bytes:
    """Return the header block, or its beginning, in a HEADERS frame."""
    block = frames.unpadded(flags, payload)
    if block is None or stream == 0:
        raise BrokenError(PROTOCOL_ERROR)
    if flags & frames.WITH_PRIORITY:
        if len(block) < 5:
            raise BrokenError(FRAME_SIZE_ERROR)
        block = block[5:]
    return block


def settings(flags: int, stream: int, payload: bytes) -> dict[int, int] | None:
    """Return what a SETTINGS frame sets; None when it only says that ours were heard."""
    if stream:
        raise BrokenError(PROTOCOL_ERROR)
    if len(payload) % frames.SETTING.size or (flags & frames.ACK and payload):
        raise BrokenError(FRAME_SIZE_ERROR)
    if flags & frames.ACK:
        return None
    found = dict(frames.SETTING.iter_unpack(payload))
    if found.get(frames.INITIAL_WINDOW_SIZE, 0) > frames.LARGEST_WINDOW:
        raise BrokenError(FLOW_CONTROL_ERROR)
    if not frames.FRAME <= found.get(frames.MAX_FRAME_SIZE, frames.FRAME) < 1 << 24:
        raise BrokenError(PROTOCOL_ERROR)
    if found.get(frames.ENABLE_PUSH, 0):
        raise BrokenError(PROTOCOL_ERROR)
    return found


def pong(flags: int, stream: int, payload: bytes) -> bytes:
    """Return the answer to a PING; none for an answer itself."""
    if stream:
        raise BrokenError(PROTOCOL_ERROR)
    if len(payload) != 8:
        raise BrokenError(FRAME_SIZE_ERROR)
    return b"" if flags & frames.ACK else frames.frame(frames.PING, frames.ACK, 0, payload)


def increment(payload: bytes) -> int:
    """Return how many more bytes a WINDOW_UPDATE allows."""
    if len(payload) != 4:
        raise BrokenError(FRAME_SIZE_ERROR)
    return int.from_bytes(payload, "big") & frames.LARGEST_WINDOW


def error_of(payload: bytes) -> int:
    """Return why a RST_STREAM ends its stream."""
    if len(payload) != 4:
        raise BrokenError(FRAME_SIZE_ERROR)
    return min(int.from_bytes(payload, "big"), UNKNOWN)


def farewell(stream: int, payload: bytes) -> tuple[int, int]:
    """Return from a GOAWAY the last stream that was looked at, and our code for why it ends."""
    if stream:
        raise BrokenError(PROTOCOL_ERROR)
    if len(payload) < 8:
        raise BrokenError(FRAME_SIZE_ERROR)
    last = int.from_bytes(payload[:4], "big") & frames.STREAM
    return last, HTTP2_GOAWAY + 1 + min(int.from_bytes(payload[4:8], "big"), UNKNOWN)
