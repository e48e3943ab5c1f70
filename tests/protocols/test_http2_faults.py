"""Whatever a target does over HTTP/2: one request gets one reply, and what is broken is told apart."""

from collections.abc import Callable

import pytest
from http2_target import POST, Target, with_target

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.connection import INTERIMS
from planrunner.protocols.http.h2.inbound import IDLE_FRAMES

Say = Callable[[Target], object]

H, D, S, P, W = frames.HEADERS, frames.DATA, frames.SETTINGS, frames.PING, frames.WINDOW_UPDATE
END, WHOLE = frames.END_STREAM, frames.END_HEADERS
GOAWAY, RST, CONT = frames.GOAWAY, frames.RST_STREAM, frames.CONTINUATION
PROTOCOL, FLOW, SIZE, CALM, COMPRESSION = 1652, 1654, 1657, 1662, 1660


def number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def setting(key: int, value: int) -> bytes:
    return frames.SETTING.pack(key, value)


BROKEN: dict[str, tuple[Say, int]] = {
    "a stream that we never opened": (lambda t: t.say(H, WHOLE | END, 3, t.block()), PROTOCOL),
    "a stream of the target's": (lambda t: t.say(H, WHOLE | END, 2, t.block()), PROTOCOL),
    "headers of no stream": (lambda t: t.say(H, WHOLE | END, 0, t.block()), PROTOCOL),
    "data of no stream": (lambda t: t.say(D, END, 0, b"x"), PROTOCOL),
    "a push": (lambda t: t.say(frames.PUSH_PROMISE, WHOLE, 1, number(2) + t.block()), PROTOCOL),
    "more padding than data": (lambda t: t.say(D, frames.PADDED, 1, b"\x05abc"), PROTOCOL),
    "padding without its length": (lambda t: t.say(D, frames.PADDED, 1), PROTOCOL),
    "more padding than headers": (lambda t: t.say(H, frames.PADDED | WHOLE, 1, b"\x05abc"), PROTOCOL),
    "priority that is cut": (lambda t: t.say(H, frames.WITH_PRIORITY | WHOLE, 1, b"abc"), SIZE),
    "a frame that is too large": (lambda t: t.raw(frames.beginning(16_385, D, 0) + number(1)), SIZE),
    "settings of a stream": (lambda t: t.say(S, 0, 1), PROTOCOL),
    "settings that are cut": (lambda t: t.say(S, 0, 0, b"abc"), SIZE),
    "an acknowledgement with settings": (lambda t: t.say(S, frames.ACK, 0, setting(3, 1)), SIZE),
    "push switched on": (lambda t: t.settings(enable_push=1), PROTOCOL),
    "a window that is too large": (lambda t: t.settings(initial_window_size=1 << 31), FLOW),
    "frames that are too small": (lambda t: t.settings(max_frame_size=16_383), PROTOCOL),
    "frames that are too large": (lambda t: t.settings(max_frame_size=1 << 24), PROTOCOL),
    "a ping of a stream": (lambda t: t.say(P, 0, 1, bytes(8)), PROTOCOL),
    "a ping that is cut": (lambda t: t.say(P, 0, 0, bytes(7)), SIZE),
    "a window update that is cut": (lambda t: t.say(W, 0, 0, bytes(3)), SIZE),
    "a window update of nothing": (lambda t: t.allow(0), PROTOCOL),
    "a window that overflows": (lambda t: t.allow(frames.LARGEST_WINDOW), FLOW),
    "a reset that is cut": (lambda t: t.say(RST, 0, 1, bytes(3)), SIZE),
    "a reset of no stream": (lambda t: t.reset(0, 0), PROTOCOL),
    "a reset of a stream to come": (lambda t: t.reset(0, 3), PROTOCOL),
    "a goodbye of a stream": (lambda t: t.say(GOAWAY, 0, 1, bytes(8)), PROTOCOL),
    "a goodbye that is cut": (lambda t: t.say(GOAWAY, 0, 0, bytes(7)), SIZE),
    "more of a block without a beginning": (lambda t: t.say(CONT, WHOLE, 1, t.block()), PROTOCOL),
    "another frame within a block": (
        lambda t: t.say(H, END, 1, t.block()).say(P, 0, 0, bytes(8)),
        PROTOCOL,
    ),
    "a block that goes on elsewhere": (lambda t: t.say(H, 0, 1, b"").say(CONT, WHOLE, 3, b""), PROTOCOL),
    "a block that is no HPACK": (lambda t: t.say(H, WHOLE | END, 1, b"\xff\xff\xff"), COMPRESSION),
    "a table that is too large": (lambda t: t.say(H, WHOLE | END, 1, b"\x3f\xe2\x1f"), COMPRESSION),
    "a block without an end": (
        lambda t: t.say(H, 0, 1).say(CONT, 0, 1, bytes(16_000), times=17),
        1714,
    ),
    "a flood of empty parts of a block": (
        lambda t: t.say(H, 0, 1).say(CONT, 0, 1, times=IDLE_FRAMES + 1),
        CALM,
    ),
    "a flood of settings": (lambda t: t.say(S, times=IDLE_FRAMES + 1), CALM),
    "a flood of pings": (lambda t: t.say(P, 0, 0, bytes(8), times=IDLE_FRAMES + 1), CALM),
    "a flood of unknown frames": (lambda t: t.say(99, times=IDLE_FRAMES + 1), CALM),
    "a flood of empty data": (
        lambda t: t.say(H, WHOLE, 1, t.block()).say(D, 0, 1, times=IDLE_FRAMES + 1),
        CALM,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_who_breaks_the_rules_ends_the_connection(name: str) -> None:
    say, code = BROKEN[name]

    async def act(target: Target) -> tuple[int, list[bytes], bool, bool]:
        waiting = target.send()
        target.heard()
        say(target)
        reply = await waiting
        goodbyes = [frame.payload[4:] for frame in target.heard(GOAWAY)]
        return reply.error_code, goodbyes, target.connection.usable, target.transport.closed

    told = CALM if code == 1714 else code
    assert with_target(act) == (code, [number(told - 1651)], False, True)
    assert fault(code).message


@pytest.mark.parametrize(
    "first",
    [frames.frame(P, 0, 0, bytes(8)), frames.frame(S, frames.ACK, 0), frames.frame(99, 0, 0)],
)
def test_settings_come_first(first: bytes) -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        target.raw(first)
        return await waiting

    assert with_target(act, greets=False).error_code == PROTOCOL


@pytest.mark.parametrize("first", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"HTTP/"])
def test_a_target_that_speaks_http_1_is_recognised(first: bytes) -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        target.raw(first)
        return await waiting

    assert with_target(act, greets=False).error_code == 1601


MALFORMED: dict[str, Say] = {
    "no status": lambda t: t.say(H, WHOLE | END, 1, t.block(None, ("a", "b"))),
    "two statuses": lambda t: t.say(H, WHOLE | END, 1, t.block(200, (":status", "200"))),
    "a status behind a field": lambda t: t.say(
        H, WHOLE | END, 1, t.block(None, ("a", "b"), (":status", "200"))
    ),
    "a status that is none": lambda t: t.say(H, WHOLE | END, 1, t.block(None, (":status", "2000"))),
    "a field of requests": lambda t: t.say(H, WHOLE | END, 1, t.block(200, (":path", "/"))),
    "a name in capitals": lambda t: t.say(H, WHOLE | END, 1, b"\x88\x00\x01A\x01b"),
    "a name with a space": lambda t: t.say(H, WHOLE | END, 1, t.block(200, ("a b", "c"))),
    "a value with a line break": lambda t: t.say(H, WHOLE | END, 1, t.block(200, ("a", "b\r\nc: d"))),
    "a field of connections": lambda t: t.say(H, WHOLE | END, 1, t.block(200, ("connection", "close"))),
    "a length that is none": lambda t: t.answer(1, 200, ("content-length", "-2")),
    "two lengths": lambda t: t.answer(1, 200, ("content-length", "2"), ("content-length", "3")),
    "a body that is too short": lambda t: t.answer(1, 200, ("content-length", "3")),
    "a body that is too long": lambda t: t.answer(1, 200, ("content-length", "1")),
    "a body behind 204": lambda t: t.answer(1, 204),
    "data before headers": lambda t: t.say(D, END, 1, b"x"),
    "an interim answer that ends": lambda t: t.say(H, WHOLE | END, 1, t.block(100)),
    "another protocol": lambda t: t.say(H, WHOLE, 1, t.block(101)),
    "interim answers without end": lambda t: t.say(H, WHOLE, 1, t.block(103), times=INTERIMS + 1),
    "headers in the middle": lambda t: t.say(H, WHOLE, 1, t.block(), times=2),
    "trailers with a status": lambda t: t.say(H, WHOLE, 1, t.block()).say(H, WHOLE | END, 1, t.block()),
    "trailers that do not end": lambda t: (
        t.say(H, WHOLE, 1, t.block()),
        t.say(H, WHOLE, 1, t.block(None, ("a", "b"))),
    ),
    "a window update of nothing": lambda t: t.allow(0, 1),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_fails_its_request_alone(name: str) -> None:
    async def act(target: Target) -> tuple[Reply, Reply]:
        first, second = target.send(), target.send()
        MALFORMED[name](target)
        target.answer(3)
        return await first, await second

    first, second = with_target(act)
    assert (first.status, first.error_code) == (0, 1632)
    assert (second.status, second.error) == (200, "")


def test_a_window_of_a_stream_that_overflows_fails_its_request_alone() -> None:
    async def act(target: Target) -> tuple[int, int]:
        first, second = target.send(POST % (1, b"x")), target.send()
        target.allow(frames.LARGEST_WINDOW, 1)
        target.answer(3)
        return (await first).error_code, (await second).status

    assert with_target(act) == (1634, 200)
