"""What is said of an HTTP/2 connection itself: goodbyes, pings, floods, and the last of its streams."""

import pytest
from http2_target import GET, Target, with_target

from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.inbound import IDLE_FRAMES
from planrunner.protocols.http.terms import Terms

H, D, P = frames.HEADERS, frames.DATA, frames.PING
END, WHOLE = frames.END_STREAM, frames.END_HEADERS
GOAWAY, RST = frames.GOAWAY, frames.RST_STREAM


def number(value: int) -> bytes:
    return value.to_bytes(4, "big")


@pytest.mark.parametrize("error", [None, ConnectionResetError(104, "reset")])
def test_a_target_without_tls_that_says_nothing_in_http_2_does_not_speak_it(error: Exception | None) -> None:
    async def act(target: Target) -> int:
        waiting = target.send()
        target.connection.connection_lost(error)
        return (await waiting).error_code

    assert with_target(act, greets=False, tls=False) == 1601
    assert with_target(act, greets=False) == (1220 if error else 1221)


def test_closing_says_goodbye_once() -> None:
    async def act(target: Target) -> tuple[list[bytes], bool]:
        channel = target.channel()
        target.heard()
        channel.close()
        channel.close()
        return [frame.payload for frame in target.heard(GOAWAY)], channel.usable

    assert with_target(act) == ([bytes(8)], False)


def test_nothing_is_said_behind_a_goodbye() -> None:
    async def act(target: Target) -> list[int]:
        channel = target.channel()
        _ = channel.send(GET, Terms())
        target.heard()
        channel.close()
        target.say(P, 0, 0, bytes(8)).settings()
        target.say(99, times=IDLE_FRAMES)  # breaks the rules
        target.say(P, 0, 0, bytes(8))
        channel.drop()
        return [frame.kind for frame in target.heard()]

    assert with_target(act) == [GOAWAY]


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


def test_resets_are_no_flood() -> None:
    async def act(target: Target) -> list[int]:
        found = []
        for request in range(IDLE_FRAMES + 2):
            waiting = target.send()
            target.reset(frames.INTERNAL_ERROR, 2 * request + 1)
            found.append((await waiting).error_code)
        return found

    assert set(with_target(act)) == {1633}


def test_a_request_that_comes_too_late_for_its_connection_was_not_looked_at() -> None:
    async def act(target: Target) -> list[tuple[int, bool]]:
        other = Target()
        left, lost = target.channel(), other.channel()
        target.leave(0, frames.ENHANCE_YOUR_CALM)
        other.connection.connection_lost(ConnectionResetError(104, "reset"))
        return [((await one.send(GET, Terms())).error_code, one.unseen) for one in (left, lost)]

    assert with_target(act) == [(1622, True), (1220, True)]


def test_a_request_for_which_there_are_no_numbers_left_was_not_looked_at() -> None:
    async def act(target: Target) -> list[int]:
        target.connection.streams.next = frames.STREAM
        target.settings(max_concurrent_streams=1)
        waiting = [target.send() for _ in range(2)]
        target.answer(frames.STREAM)
        return [(await one).error_code for one in waiting]

    assert with_target(act) == [0, 1221]


def test_a_connection_for_one_request_waits_for_its_stream() -> None:
    async def act(target: Target) -> int:
        target.settings(max_concurrent_streams=0)
        waiting = target.send(terms=Terms(once=True))
        target.settings(max_concurrent_streams=1)
        target.answer()
        return (await waiting).status

    assert with_target(act) == 200


def test_streams_end_before_their_numbers_do() -> None:
    async def act(target: Target) -> tuple[bool, int, bool]:
        target.connection.streams.next = frames.STREAM  # the last odd number
        waiting = target.send()
        usable = target.connection.usable
        target.answer(frames.STREAM)
        return usable, (await waiting).status, target.transport.closed

    assert with_target(act) == (False, 200, True)
