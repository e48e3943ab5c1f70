"""Whatever a target does over HTTP/2: one request gets one reply, and what is broken is told apart."""

import asyncio
from collections.abc import Callable

import pytest
from http2_target import GET, POST, Target, with_target

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.connection import INTERIMS
from planrunner.protocols.http.h2.inbound import IDLE_FRAMES
from planrunner.protocols.http.terms import Terms

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


@pytest.mark.parametrize(
    ("error", "code"),
    [*((error, 1631 + error) for error in range(14)), (14, 1645), (2**32 - 1, 1645)],
)
def test_a_reset_is_told_by_its_error(error: int, code: int) -> None:
    async def act(target: Target) -> tuple[Reply, bool]:
        waiting = target.send()
        target.reset(error)
        return await waiting, target.connection.usable

    reply, usable = with_target(act)
    assert (reply.error_code, reply.timings, usable) == (code, (), True)
    assert reply.error.startswith("the HTTP/2 stream of the request failed: ")


def test_what_comes_for_a_stream_that_is_over_is_nothing() -> None:
    async def act(target: Target) -> list[int]:
        first = target.send()
        target.reset(frames.CANCEL)
        target.say(H, WHOLE, 1, target.block(200, ("x-a", "in the table")))
        target.say(D, 0, 1, b"x")
        target.allow(5, 1)
        target.reset(frames.CANCEL)
        second = target.send()
        target.answer(3, 200, ("x-a", "in the table"))
        return [(await first).error_code, (await second).status]

    assert with_target(act) == [1639, 200]


def test_a_goodbye_lets_what_was_seen_come_to_its_end() -> None:
    async def act(target: Target) -> tuple[list[int], list[bool], bool, bool]:
        channels = [target.channel() for _ in range(2)]
        waiting = [channel.send(GET, Terms()) for channel in channels]
        target.leave(1)
        before = target.transport.closed
        target.answer(1)
        codes = [reply.error_code or reply.status for reply in await asyncio.gather(*waiting)]
        return codes, [channel.unseen for channel in channels], before, target.transport.closed

    assert with_target(act) == ([200, 1611], [False, True], False, True)


@pytest.mark.parametrize(("error", "code"), [(0, 1611), (11, 1622), (99, 1625)])
def test_a_goodbye_is_told_by_its_error(error: int, code: int) -> None:
    async def act(target: Target) -> tuple[int, bool]:
        waiting = target.send()
        target.leave(1, error)
        target.connection.connection_lost(None)
        return (await waiting).error_code, target.connection.usable

    assert with_target(act) == (code, False)


def test_a_goodbye_ends_what_still_waits_for_a_stream() -> None:
    async def act(target: Target) -> tuple[int, bool]:
        target.settings(max_concurrent_streams=0)
        channel = target.channel()
        waiting = channel.send(GET, Terms())
        target.leave(0)
        return (await waiting).error_code, channel.unseen

    assert with_target(act) == (1611, True)


def test_a_refused_request_was_not_looked_at() -> None:
    async def act(target: Target) -> tuple[int, bool]:
        channel = target.channel()
        waiting = channel.send(GET, Terms())
        target.reset(frames.REFUSED_STREAM)
        return (await waiting).error_code, channel.unseen

    assert with_target(act) == (1638, True)


@pytest.mark.parametrize(
    ("said", "error", "code"),
    [(False, None, 1221), (True, None, 1222), (False, ConnectionResetError(104, "reset"), 1220)],
)
def test_a_connection_that_is_lost_fails_all_that_is_under_way(
    said: bool, error: Exception | None, code: int
) -> None:
    async def act(target: Target) -> list[int]:
        waiting = [target.send(), target.send()]
        if said:
            for stream in (1, 3):
                target.say(H, WHOLE, stream, target.block())
        target.connection.connection_lost(error)
        return [reply.error_code for reply in await asyncio.gather(*waiting)]

    assert with_target(act) == [code, code]


@pytest.mark.parametrize(
    ("terms", "parts", "code", "ended"),
    [
        (Terms(timeout=2.0), 0, 1050, 2.0),
        (Terms(timeout=2.0), 9, 1050, 2.0),
        (Terms(first_byte=0.5), 0, 1051, 0.5),
        (Terms(first_byte=0.5, timeout=3.0), 9, 1050, 3.0),
        (Terms(idle=0.5), 1, 1052, 0.75),
    ],
)
def test_what_takes_too_long_is_given_up(terms: Terms, parts: int, code: int, ended: float) -> None:
    async def act(target: Target) -> tuple[Reply, float, list[bytes], Reply]:
        loop = asyncio.get_running_loop()
        waiting = target.send(terms=terms)
        talking = loop.create_task(_talk(target, parts))
        target.heard()
        reply, at = await waiting, loop.time()
        talking.cancel()
        resets = [frame.payload for frame in target.heard(RST)]
        second = target.send()
        target.answer(3)
        return reply, at, resets, await second

    reply, at, resets, second = with_target(act)
    assert (reply.error_code, at, reply.duration) == (code, ended, ended)
    assert resets == [number(frames.CANCEL)]
    assert (second.status, second.error) == (200, "")


async def _talk(target: Target, parts: int) -> None:
    for part in range(parts):
        await asyncio.sleep(0.25)
        if part == 0:
            target.say(H, WHOLE, 1, target.block())
        else:
            target.say(D, 0, 1, b"x")


def test_each_request_has_a_deadline_of_its_own() -> None:
    async def act(target: Target) -> list[tuple[int, float]]:
        loop = asyncio.get_running_loop()
        waiting = [target.send(terms=Terms(timeout=seconds)) for seconds in (3.0, 1.0, 2.0)]
        return [((await one).error_code, loop.time()) for one in asyncio.as_completed(waiting)]

    assert with_target(act) == [(1050, 1.0), (1050, 2.0), (1050, 3.0)]


def test_a_request_that_never_found_a_stream_times_out_too() -> None:
    async def act(target: Target) -> tuple[int, int]:
        target.settings(max_concurrent_streams=0)
        target.heard()
        reply = await target.send(terms=Terms(timeout=1.0))
        return reply.error_code, len(target.heard())

    assert with_target(act) == (1050, 0)


@pytest.mark.parametrize(("most", "code"), [(4, 1724), (5, 0)])
def test_a_body_may_be_as_large_as_the_terms_say(most: int, code: int) -> None:
    async def act(target: Target) -> tuple[int, list[bytes]]:
        waiting = target.send(terms=Terms(max_body=most))
        target.heard()
        target.answer(body=b"hello")
        return (await waiting).error_code, [frame.payload for frame in target.heard(RST)]

    assert with_target(act) == (code, [number(frames.CANCEL)] if code else [])


def test_a_body_that_is_not_wanted_is_not_kept() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send(terms=Terms(keep_body=False))
        target.answer(1, 200, ("content-length", "5"), body=b"hello")
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.body, reply.error) == (200, b"", "")


def test_a_request_that_is_dropped_is_cancelled() -> None:
    async def act(target: Target) -> tuple[Reply | None, Reply | None, list[bytes], int]:
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.heard()
        target.say(H, WHOLE, 1, target.block())
        dropped, again = channel.drop(), channel.drop()
        resets = [frame.payload for frame in target.heard(RST)]
        target.say(D, END, 1, b"late")
        second = channel.send(GET, Terms())
        target.answer(3)
        return dropped, again, resets, (await second).status

    dropped, again, resets, status = with_target(act)
    assert dropped is not None
    assert (dropped.interrupted, dropped.received > 9, again) == (True, True, None)
    assert (resets, status) == ([number(frames.CANCEL)], 200)


def test_a_request_that_waits_for_a_stream_can_be_dropped() -> None:
    async def act(target: Target) -> tuple[int, list[int]]:
        target.settings(max_concurrent_streams=0)
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.heard()
        dropped = channel.drop()
        target.settings(max_concurrent_streams=5)
        return dropped.sent if dropped else -1, [frame.stream for frame in target.heard(H)]

    assert with_target(act) == (0, [])


def test_a_reply_that_nobody_took_is_what_it_is() -> None:
    async def act(target: Target) -> Reply | None:
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.answer()
        return channel.drop()

    reply = with_target(act)
    assert reply is not None
    assert (reply.status, reply.interrupted) == (200, False)


def test_a_connection_for_one_request_is_closed_behind_it() -> None:
    async def act(target: Target) -> tuple[int, bool, bool]:
        channel = target.channel()
        waiting = channel.send(GET, Terms(once=True))
        before = channel.usable
        target.answer()
        return (await waiting).status, before, target.transport.closed

    assert with_target(act) == (200, False, True)


def test_closing_says_goodbye_once() -> None:
    async def act(target: Target) -> tuple[list[bytes], bool]:
        channel = target.channel()
        target.heard()
        channel.close()
        channel.close()
        return [frame.payload for frame in target.heard(GOAWAY)], channel.usable

    assert with_target(act) == ([bytes(8)], False)


def test_pings_are_answered_and_answers_to_pings_are_not() -> None:
    async def act(target: Target) -> list[tuple[int, bytes]]:
        target.heard()
        target.say(P, 0, 0, b"12345678")
        target.say(P, frames.ACK, 0, b"87654321")
        return [(frame.flags, frame.payload) for frame in target.heard()]

    assert with_target(act) == [(frames.ACK, b"12345678")]


def test_useful_frames_are_no_flood() -> None:
    async def act(target: Target) -> int:
        waiting = target.send()
        target.say(H, WHOLE, 1, target.block())
        for _ in range(IDLE_FRAMES * 2):
            target.say(P, 0, 0, bytes(8))
            target.say(D, 0, 1, b"x")
        target.say(D, END, 1)
        return len((await waiting).body)

    assert with_target(act) == IDLE_FRAMES * 2


def test_streams_end_before_their_numbers_do() -> None:
    async def act(target: Target) -> tuple[bool, int, bool]:
        target.connection._next = frames.STREAM  # the last odd number
        waiting = target.send()
        usable = target.connection.usable
        target.answer(frames.STREAM)
        return usable, (await waiting).status, target.transport.closed

    assert with_target(act) == (False, 200, True)
