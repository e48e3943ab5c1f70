"""Bytes of a target that mean nothing, or nearly something: each request has its reply, little is kept."""

import asyncio
import tracemalloc
from collections.abc import Callable
from itertools import pairwise

import pytest
from http2_target import GET, POST, Target, with_target
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.protocols import Reply
from planrunner.protocols.http.h2 import frames
from planrunner.protocols.http.terms import Terms

pytestmark = pytest.mark.slow

H, D, S, P = frames.HEADERS, frames.DATA, frames.SETTINGS, frames.PING
END, WHOLE = frames.END_STREAM, frames.END_HEADERS
REQUESTS = 4
LIMIT = 100_000  # bytes that the body of an answer may have
ALLOWED = 2_000_000  # bytes that a target may make us use: a block of fields is far the most
PIECE = 65_536  # bytes that come at once
FLOOD = 32 * 1024 * 1024  # bytes, if nobody stops them

PAYLOADS = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"", b"\x88", b"\x20\x88", b"\xbe", bytes(4), bytes(8), b"\0\3\0\0\0\1", b"\0\4\x7f\xff\xff\xff"]
    ),
    st.integers(0, 20_000).map(bytes),
)
FRAMES = st.builds(
    frames.frame,
    st.one_of(st.integers(0, 10), st.sampled_from([H, D, S])),
    st.one_of(st.sampled_from([0, END, WHOLE, END | WHOLE]), st.integers(0, 255)),
    st.one_of(st.sampled_from([0, 1, 3, 5, 7]), st.integers(0, 2**32 - 1)),
    PAYLOADS,
)


def heard(pieces: list[bytes], *, greets: bool, waits: float = 0.0) -> list[Reply]:
    """Let requests hear bytes and then the end of the connection; each has its reply when that is over."""

    async def act(target: Target) -> list[Reply]:
        terms = Terms(max_body=LIMIT)
        waiting = [
            target.send(data, terms) for data in [GET, POST % (200_000, bytes(200_000))] * (REQUESTS // 2)
        ]
        for piece in pieces:
            target.raw(piece)
            await asyncio.sleep(waits)
        target.connection.connection_lost(None)
        assert all(one.done() for one in waiting)
        assert not target.connection.streams
        return [one.result() for one in waiting]

    return with_target(act, greets=greets)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[begin:end] for begin, end in pairwise(places)]


def agrees(reply: Reply) -> bool:
    """Whether a reply is one: it has a status or a code, and no more of a body than it may have."""
    return (reply.status >= 200) != bool(reply.error) and len(reply.body) <= LIMIT


@settings(max_examples=100)
@given(st.lists(FRAMES, max_size=20), st.lists(st.integers(0, 100_000), max_size=5), st.booleans())
def test_frames_at_random_leave_no_request_without_a_reply(
    parts: list[bytes], at: list[int], greets: bool
) -> None:
    assert all(map(agrees, heard(cut(b"".join(parts), at), greets=greets)))


ANSWERS = st.builds(
    lambda stream, block, body, flags: (
        frames.frame(H, WHOLE, stream, block) + frames.frame(D, flags, stream, body)
    ),
    st.sampled_from([1, 3, 5, 7, 9]),
    st.sampled_from([b"\x88", b"\x89", b"\x88\x5c\x012", b"\x48\x03100", b"\xbe", b"", b"\x88\x88"]),
    st.sampled_from([b"", b"ok", bytes(17_000)]),
    st.sampled_from([END, END, 0, END | frames.PADDED]),
)


@settings(max_examples=100)
@given(st.lists(st.one_of(ANSWERS, ANSWERS, FRAMES), max_size=10), st.booleans())
def test_answers_at_once_and_other_frames_leave_no_request_without_a_reply(
    parts: list[bytes], greets: bool
) -> None:
    assert all(map(agrees, heard(parts, greets=greets)))


@settings(max_examples=70)
@given(st.lists(st.binary(max_size=200), max_size=5), st.booleans())
def test_bytes_at_random_leave_no_request_without_a_reply(pieces: list[bytes], greets: bool) -> None:
    assert all(map(agrees, heard(pieces, greets=greets)))


def spoken() -> list[bytes]:
    """Return the frames of a conversation as it should be."""

    async def act(target: Target) -> list[bytes]:
        long = target.block(200, ("x-long", "y" * 50))
        fields = [("date", "Mon, 01 Jan 2024 00:00:00 GMT"), ("x-a", "b"), ("content-length", "5")]
        return [
            frames.settings({frames.MAX_CONCURRENT_STREAMS: 100, frames.INITIAL_WINDOW_SIZE: 1_000_000}),
            frames.frame(S, frames.ACK, 0),
            frames.window_update(0, 1_000_000),
            frames.frame(H, WHOLE, 1, target.block(200, *fields)),
            frames.frame(H, WHOLE, 3, target.block(200, *fields)),
            frames.frame(D, END, 3, b"three"),
            frames.frame(D, END, 1, b"first"),
            frames.window_update(5, 1_000_000),
            frames.frame(H, 0, 5, long[:30]),
            frames.frame(frames.CONTINUATION, WHOLE, 5, long[30:]),
            frames.frame(P, 0, 0, bytes(8)),
            frames.rst_stream(5, frames.CANCEL),
            frames.frame(frames.GOAWAY, 0, 0, (7).to_bytes(4, "big") + bytes(4)),
            frames.frame(H, WHOLE | END, 7, target.block(204)),
        ]

    return with_target(act)


SPOKEN = spoken()
CHANGE = st.tuples(
    st.sampled_from(["flip", "cut out", "put in", "twice", "swap"]),
    st.integers(0, 5_000),
    st.integers(0, 255),
)


def changed(parts: list[bytes], changes: list[tuple[str, int, int]]) -> bytes:
    for how, where, what in changes:
        at = where % len(parts)
        if how == "twice":
            parts = [*parts[: at + 1], *parts[at:]]
        elif how == "swap":
            other = what % len(parts)
            parts = [*parts]
            parts[at], parts[other] = parts[other], parts[at]
        else:
            part, inner = parts[at], what % len(parts[at])
            middle = {
                "flip": bytes((part[inner] ^ (1 << where % 8),)),
                "cut out": b"",
                "put in": bytes((what, part[inner])),
            }
            parts = [*parts[:at], part[:inner] + middle[how] + part[inner + 1 :], *parts[at + 1 :]]
    return b"".join(parts)


@settings(max_examples=150)
@given(st.lists(CHANGE, max_size=6), st.lists(st.integers(0, 5_000), max_size=5))
def test_a_conversation_with_mistakes_leaves_no_request_without_a_reply(
    changes: list[tuple[str, int, int]], at: list[int]
) -> None:
    replies = heard(cut(changed(SPOKEN, changes), at), greets=False)
    assert all(map(agrees, replies))
    if not changes:
        assert [reply.error_code or reply.status for reply in replies] == [200, 200, 1639, 204]


ENDLESS: dict[str, Callable[[Target], bytes]] = {
    "data that ends nowhere": lambda t: t.block() and frames.frame(D, 0, 1, bytes(frames.FRAME)),
    "data for a stream that is over": lambda t: frames.frame(D, 0, 3, bytes(frames.FRAME)),
    "a block that ends nowhere": lambda t: frames.frame(frames.CONTINUATION, 0, 1, bytes(frames.FRAME)),
    "heads for a stream that is over": lambda t: frames.frame(
        H, WHOLE, 3, t.block(200, ("x-a", "y" * 2_000))
    ),
    "answers before the answer": lambda t: frames.frame(H, WHOLE, 1, t.block(103, ("link", "y" * 2_000))),
    "settings": lambda t: frames.settings({frames.INITIAL_WINDOW_SIZE: 1}),
    "pings": lambda t: frames.frame(P, 0, 0, bytes(8)),
    "windows": lambda t: frames.window_update(0, 1),
    "unknown frames": lambda t: frames.frame(99, 0, 0, bytes(frames.FRAME)),
    "resets": lambda t: frames.rst_stream(3, frames.CANCEL),
    "a frame that is too large": lambda t: b"\xff\xff\xff" + bytes(frames.FRAME),
    "zeros": lambda t: bytes(frames.FRAME),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_never_ends_takes_little_memory(what: str) -> None:
    async def act(target: Target) -> tuple[int, int]:
        waiting = target.send(terms=Terms(max_body=LIMIT))
        over = target.send()
        target.reset(frames.CANCEL, 3)
        if what == "data that ends nowhere":
            target.say(H, WHOLE, 1, target.block())
        if what == "a block that ends nowhere":
            target.say(H, 0, 1, b"\x88")
        piece = ENDLESS[what](target)
        piece *= PIECE // len(piece) + 1
        target.transport.written.clear()
        tracemalloc.start()
        for _ in range(FLOOD // len(piece)):
            target.raw(piece)
            target.transport.written.clear()
            if target.transport.closed:
                break
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        target.connection.connection_lost(None)
        assert (await over).error_code == 1639
        return (await waiting).error_code, peak

    code, peak = with_target(act)
    assert code > 0
    assert peak < ALLOWED
