"""Requests over HTTP/2: what is written, what comes of the answer, many at once, bodies in their windows."""

import asyncio

import pytest
from http2_target import GET, POST, Target, everywhere, with_target

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.h2.vocabulary import Vocabulary
from planrunner.protocols.http.terms import Terms


def test_the_connection_begins_with_what_we_take() -> None:
    async def act(target: Target) -> tuple[bytes, list[int]]:
        return target.preface, [frame.kind for frame in target.heard()]

    preface, kinds = with_target(act)
    assert preface == b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    assert kinds == [frames.SETTINGS, frames.WINDOW_UPDATE, frames.SETTINGS]  # the last one acknowledges


def test_a_request_is_one_block_of_fields() -> None:
    async def act(target: Target) -> tuple[list[dict[str, str]], Reply]:
        waiting = target.send()
        asked = target.asked()
        target.answer(1, 200, ("x-a", "b"))
        return asked, await waiting

    (asked,), reply = with_target(act)
    assert asked == {
        ":method": "GET",
        ":scheme": "https",
        ":authority": "h:1",
        ":path": "/a?b",
        "accept": "*/*",
    }
    assert (reply.status, reply.body, reply.protocol, reply.plain) == (200, b"ok", "HTTP/2.0", True)
    assert reply.header("X-A") == "b"
    assert reply.timings == (0.0,) * 8


def test_blanks_around_the_value_of_a_header_are_left_out() -> None:
    async def act(target: Target) -> str:
        _ = target.send(b"GET /a HTTP/1.1\r\nHost: h:1\r\nX-A:  a b \t\r\n\r\n")
        return target.asked()[0]["x-a"]

    assert with_target(act) == "a b"


def test_without_tls_the_scheme_is_another_one() -> None:
    async def act(target: Target) -> list[dict[str, str]]:
        _ = target.send()
        return target.asked()

    assert with_target(act, tls=False)[0][":scheme"] == "http"


def test_bytes_are_counted_as_they_go_over_the_wire() -> None:
    async def act(target: Target) -> tuple[Reply, int, int]:
        target.heard()
        waiting = target.send(POST % (5, b"hello"))
        written = sum(9 + len(frame.payload) for frame in target.heard())
        answer = target.answered()
        target.raw(answer)
        return await waiting, written, len(answer)

    reply, written, came = with_target(act)
    assert (reply.sent, reply.received) == (written, came)


@pytest.mark.parametrize("end", [frames.END_STREAM, 0])
def test_an_answer_may_be_cut_anywhere(end: int) -> None:
    async def act(target: Target) -> list[tuple[int, bytes, int]]:
        answer = target.answered(body=b"hello")
        whole = answer if end else answer[: -(9 + 5)] + _body_and_trailers(target)
        found = []
        for pieces in everywhere(whole):
            other = Target()
            waiting = other.send()
            for piece in pieces:
                other.raw(piece)
            reply = await waiting
            found.append((reply.status, reply.body, reply.received))
        return [*found, (200, b"hello", len(whole))]

    *found, expected = with_target(act)
    assert found == [expected] * len(found)


def _body_and_trailers(target: Target) -> bytes:
    trailers = target.block(None, ("x-sum", "1"))
    return frames.frame(frames.DATA, 0, 1, b"hello") + frames.frame(frames.HEADERS, 5, 1, trailers)


def test_trailers_are_not_headers() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        target.say(frames.HEADERS, frames.END_HEADERS, 1, target.block(200, ("x-a", "b")))
        target.raw(_body_and_trailers(target))
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.body, reply.header("x-a"), reply.header("x-sum")) == (
        200,
        b"hello",
        "b",
        None,
    )


def test_answers_before_the_answer_are_none() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        for status in (100, 103, 103):
            target.say(frames.HEADERS, frames.END_HEADERS, 1, target.block(status, ("link", "x")))
        await asyncio.sleep(0.5)
        target.answer()
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.header("link"), reply.timings[5]) == (200, None, 0.5)


def test_the_timings_are_k6s() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        await asyncio.sleep(0.25)
        target.say(frames.HEADERS, frames.END_HEADERS, 1, target.block())
        await asyncio.sleep(0.5)
        target.say(frames.DATA, frames.END_STREAM, 1, b"ok")
        return await waiting

    assert with_target(act).timings[4:] == (0.0, 0.25, 0.5, 0.75)


def test_padding_and_priority_are_taken_away() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        flags = frames.END_HEADERS | frames.PADDED | frames.WITH_PRIORITY
        target.say(frames.HEADERS, flags, 1, b"\x03" + bytes(5) + target.block() + b"pad")
        target.say(frames.DATA, frames.PADDED, 1, b"\x02okpp")
        target.say(frames.DATA, frames.PADDED | frames.END_STREAM, 1, b"\x03ppp")
        return await waiting

    assert with_target(act).body == b"ok"


def test_a_block_may_come_in_parts() -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        block = target.block(200, ("x-a", "b" * 40))
        target.say(frames.HEADERS, frames.END_STREAM, 1, block[:3])
        target.say(frames.CONTINUATION, 0, 1, block[3:9])
        target.say(frames.CONTINUATION, frames.END_HEADERS, 1, block[9:])
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.header("x-a"), reply.body) == (200, "b" * 40, b"")


@pytest.mark.parametrize(
    ("fields", "plain", "code"),
    [
        ([], True, 0),
        ([("set-cookie", "a=b")], False, 0),
        ([("content-encoding", "gzip")], False, 0),
    ],
)
def test_most_replies_are_plain(fields: list[tuple[str, str]], plain: bool, code: int) -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        target.answer(1, 200, *fields)
        return await waiting

    reply = with_target(act)
    assert (reply.plain, reply.error_code) == (plain, code)
    assert reply.sets_cookies == (fields[:1] == [("set-cookie", "a=b")])


@pytest.mark.parametrize(("status", "code", "plain"), [(404, 1404, True), (503, 1503, True), (302, 0, False)])
def test_statuses_have_the_codes_of_http_1(status: int, code: int, plain: bool) -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send()
        target.answer(1, status)
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.error_code, reply.plain) == (status, code, plain)


@pytest.mark.parametrize(
    ("request_", "status", "length"),
    [(GET.replace(b"GET", b"HEAD"), 200, "5"), (GET, 304, "5"), (GET, 204, "0")],
)
def test_some_answers_have_no_body_whatever_their_length(request_: bytes, status: int, length: str) -> None:
    async def act(target: Target) -> Reply:
        waiting = target.send(request_, Terms(head_only=request_.startswith(b"HEAD")))
        target.answer(1, status, ("content-length", length), body=None)
        return await waiting

    reply = with_target(act)
    assert (reply.status, reply.error, reply.body) == (status, "", b"")


def test_requests_go_side_by_side() -> None:
    async def act(target: Target) -> list[tuple[bytes, float]]:
        waiting = [target.send() for _ in range(3)]
        for stream in (5, 1, 3):
            await asyncio.sleep(1.0)
            target.answer(stream, body=b"%d" % stream)
        return [(reply.body, reply.duration) for reply in await asyncio.gather(*waiting)]

    assert with_target(act) == [(b"1", 2.0), (b"3", 3.0), (b"5", 1.0)]


def test_a_channel_is_used_again_with_the_next_stream() -> None:
    async def act(target: Target) -> list[tuple[int, bytes]]:
        channel, found = target.channel(), []
        for stream in (1, 3):
            waiting = channel.send(GET, Terms())
            target.answer(stream, body=b"%d" % stream)
            found.append((channel.number, (await waiting).body))
        return found

    assert with_target(act) == [(1, b"1"), (3, b"3")]


def test_no_more_requests_are_under_way_than_the_target_takes() -> None:
    async def act(target: Target) -> tuple[list[int], list[int], list[bytes]]:
        target.settings(max_concurrent_streams=1)
        target.heard()
        waiting = [target.send() for _ in range(3)]
        first = [frame.stream for frame in target.heard(frames.HEADERS)]
        for stream in (1, 3, 5):
            target.answer(stream, body=b"%d" % stream)
        later = [frame.stream for frame in target.heard(frames.HEADERS)]
        return first, later, [reply.body for reply in await asyncio.gather(*waiting)]

    assert with_target(act) == ([1], [3, 5], [b"1", b"3", b"5"])


def test_what_waits_goes_when_the_target_takes_more() -> None:
    async def act(target: Target) -> list[int]:
        target.settings(max_concurrent_streams=0)
        _ = target.send()
        target.heard()
        target.settings(max_concurrent_streams=9)
        return [frame.stream for frame in target.heard(frames.HEADERS)]

    assert with_target(act) == [1]


def test_a_hundred_requests_go_before_the_target_has_told_how_many_it_takes() -> None:
    async def act(target: Target) -> list[int]:
        _ = [target.send() for _ in range(103)]
        before = len(target.heard(frames.HEADERS))
        target.settings(initial_window_size=1)
        return [before, len(target.heard(frames.HEADERS))]

    assert with_target(act, greets=False) == [100, 3]


def test_the_block_of_a_request_is_made_once() -> None:
    vocabulary = Vocabulary()
    opening, body = vocabulary.opening(GET, b"https")
    assert (vocabulary.opening(GET, b"https")[0] is opening, body) == (True, b"")
    assert vocabulary.opening(GET, b"http")[0].block != opening.block
    posts = [vocabulary.opening(POST % (1, body), b"https") for body in (b"a", b"b")]
    assert (posts[0][0] is posts[1][0], posts[0][1], posts[1][1]) == (True, b"a", b"b")


class Large(bytes):
    """A request whose hash takes too long."""

    __hash__ = None  # type: ignore[assignment]


def test_a_large_body_is_not_looked_up() -> None:
    request = Large(b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + bytes(5_000))
    assert Vocabulary().opening(request, b"https")[1] == bytes(5_000)


def test_as_many_blocks_are_remembered_as_there_is_room_for() -> None:
    vocabulary = Vocabulary()
    requests = [b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % number for number in range(1_001)]
    first = [vocabulary.opening(request, b"https")[0] for request in requests]
    again, _ = vocabulary.opening(requests[0], b"https")
    assert (again is first[0], again.block == first[0].block) == (False, True)
