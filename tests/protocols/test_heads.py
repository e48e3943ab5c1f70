"""Heads that were seen before: replies recognised by them are those that the parser would have read."""

import asyncio
from typing import Any

import pytest
from fakes import FakeTransport, in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import BUFFER, Connection
from planrunner.protocols.http.h1.heads import BETS, KEPT, LONGEST, MOST, REST, Heads
from planrunner.protocols.http.terms import Terms

REQUEST = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def answered(
    *answers: bytes | tuple[bytes, ...],
    heads: Heads | None = None,
    request: bytes = REQUEST,
    head: bool = False,
) -> tuple[list[Reply], Heads, Connection]:
    """Answer one request after the other on one connection; what is a tuple comes in pieces."""

    async def main() -> tuple[list[Reply], Heads, Connection]:
        loop = asyncio.get_running_loop()
        known = heads or Heads()
        connection = Connection(loop, loop.time, known)
        connection.connection_made(FakeTransport(connection))
        replies = []
        for answer in answers:
            waiting = connection.send(request, Terms(head_only=head))
            await asyncio.sleep(0.25)
            for piece in answer if isinstance(answer, tuple) else (answer,):
                connection.data_received(piece)
            replies.append(await waiting)
        return replies, known, connection

    return in_virtual_time(main)


def told(reply: Reply) -> tuple[Any, ...]:
    """Return all that a reply says."""
    return tuple(getattr(reply, name) for name in Reply.__slots__ if not name.startswith("_"))


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"ok",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 3\r\n\r\n\r\n\r",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
    ],
)
def test_a_reply_with_a_known_head_is_the_one_that_was_read(answer: bytes) -> None:
    (first, second), heads, connection = answered(answer, answer)
    assert (told(second), len(heads.known), connection.usable) == (told(first), 1, True)


def test_a_body_of_a_known_length_may_be_another() -> None:
    (_, second), _, _ = answered(OK + b"ok", OK + b"no")
    assert (second.status, second.body, second.received) == (200, b"no", len(OK) + 2)


def test_the_parser_goes_on_where_recognition_does_not_help() -> None:
    pieces = (OK[:9], OK[9:] + b"o", b"k")
    replies, _, connection = answered(OK + b"ok", pieces, OK + b"ok", (OK, b"no"))
    assert [reply.body for reply in replies] == [b"ok", b"ok", b"ok", b"no"]
    assert connection.usable


@pytest.mark.parametrize("surplus", [b"EXTRA", OK + b"ok"])
def test_bytes_behind_a_known_answer_close_the_connection(surplus: bytes) -> None:
    (_, second), _, connection = answered(OK + b"ok", OK + b"ok" + surplus)
    assert (second.body, second.error, connection.usable) == (b"ok", "", False)


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"2\r\nok\r\n0\r\n\r\n",
        CHUNKED + b"0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK + b"ok",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * LONGEST + b"\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokay",
    ],
)
def test_a_head_that_does_not_say_it_all_is_not_remembered(answer: bytes) -> None:
    assert answered(answer)[1].known == {}


def test_a_reply_in_pieces_teaches_nothing() -> None:
    assert answered((OK, b"ok"))[1].known == {}


def test_what_was_learned_on_one_connection_is_known_to_the_others() -> None:
    _, heads, _ = answered(OK + b"ok")
    (reply,), after, _ = answered(OK + b"hi", heads=heads)
    assert (reply.body, reply.headers is next(iter(after.known.values())).headers) == (b"hi", True)


def test_answers_to_head_and_to_large_requests_are_always_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"
    assert answered(head, head, head=True)[1].known == {}
    assert answered(OK + b"ok", request=b"x" * (BUFFER + 1))[1].known == {}


def unique(number: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nX-Request-Id: %d\r\nContent-Length: 2\r\n\r\nok" % number


def test_a_connection_that_recognises_nothing_stops_looking_for_a_while() -> None:
    replies, heads, _ = answered(*map(unique, range(BETS + REST + 3)))
    assert {reply.body for reply in replies} == {b"ok"}
    assert len(heads.known) == BETS + 1  # it tried again once, after its rest


def test_what_is_recognised_again_restores_the_patience() -> None:
    answers = [answer for number in range(5 * BETS) for answer in (unique(number), OK + b"ok")]
    assert len(answered(*answers)[1].known) == 5 * BETS + 1


@pytest.mark.slow
def test_only_so_many_heads_are_remembered() -> None:
    heads = Heads(lambda: 0.0)
    for number in range(MOST + 5):
        answered(unique(number), heads=heads)
    assert len(heads.known) == 5


def test_heads_of_seconds_that_are_over_do_not_pile_up() -> None:
    seconds = iter(range(1000))
    heads = Heads(lambda: next(seconds))
    for number in range(5 * int(KEPT)):
        answered(unique(number), heads=heads)
        assert len(heads.known) <= KEPT


def test_the_timings_of_a_recognised_reply_add_up() -> None:
    (_, second), _, _ = answered(OK + b"ok", OK + b"ok")
    assert second.timings == (0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.25)
    assert second.duration == 0.25
