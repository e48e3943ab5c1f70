"""Connections: whatever bytes come back, in whatever pieces, one request gets one reply."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

import pytest
from fakes import FakeTransport, in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.connection import HEAD_LIMIT, Connection
from planrunner.protocols.http.terms import BODY_LIMIT, TERMS, Terms

about: Any = pytest.approx  # in tuples too
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REQUEST = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def connected() -> tuple[Connection, FakeTransport]:
    loop = asyncio.get_running_loop()
    connection = Connection(loop, loop.time)
    transport = FakeTransport(connection)
    connection.connection_made(transport)
    return connection, transport


def exchange(
    *pieces: bytes, end: bool = False, head: bool = False
) -> tuple[Reply, Connection, FakeTransport]:
    """Send a request, receive these pieces 10 ms apart, close at the end if asked; return what came of it."""

    async def main() -> tuple[Reply, Connection, FakeTransport]:
        connection, transport = connected()
        waiting = connection.send(REQUEST, Terms(head_only=head))
        for piece in pieces:
            await asyncio.sleep(0.01)
            connection.data_received(piece)
        if end:
            connection.connection_lost(None)
        reply = await waiting
        await asyncio.sleep(0)
        return reply, connection, transport

    return in_virtual_time(main)


def everywhere(data: bytes) -> list[tuple[bytes, ...]]:
    return [(data[:at], data[at:]) for at in range(1, len(data))] + [tuple(bytes([b]) for b in data), (data,)]


@pytest.mark.parametrize("pieces", everywhere(OK))
def test_a_reply_may_be_cut_anywhere(pieces: tuple[bytes, ...]) -> None:
    reply, connection, _ = exchange(*pieces)
    assert (reply.status, reply.body, reply.error, reply.received) == (200, b"ok", "", len(OK))
    assert connection.usable


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n"
)


@pytest.mark.parametrize("pieces", everywhere(CHUNKED))
def test_chunks_are_put_together(pieces: tuple[bytes, ...]) -> None:
    reply, connection, _ = exchange(*pieces)
    assert (reply.body, connection.usable) == (b"hello world", True)


def test_interim_answers_are_not_the_answer() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    reply, connection, _ = exchange(early, early, OK)
    assert (reply.status, reply.headers, connection.usable) == (200, [(b"Content-Length", b"2")], True)
    assert reply.timings[5:7] == about((0.03, 0.0))  # waiting ends with the final answer's first byte


@pytest.mark.parametrize(
    ("name", "noted"), [(b"Set-Cookie", True), (b"SET-COOKIE", True), (b"X-Cookie-1", False)]
)
def test_a_connection_notes_that_a_reply_sets_cookies(name: bytes, noted: bool) -> None:
    assert exchange(OK.replace(b"\r\n", b"\r\n" + name + b": a=1\r\n", 1))[0].sets_cookies is noted


@pytest.mark.parametrize(
    ("line", "body", "plain"),
    [
        (b"Content-Encoding: gzip", b"ok", False),
        (b"CONTENT-ENCODING: br", b"ok", False),
        (b"Content-Encoding: gzip", b"", True),
        (b"Content-Location: /abc", b"ok", True),
        (b"Content-Encoded-: gzip", b"ok", True),
    ],
)
def test_a_reply_is_not_plain_where_its_body_is_encoded(line: bytes, body: bytes, plain: bool) -> None:
    length = b"Content-Length: %d" % len(body)
    reply, _, _ = exchange(b"HTTP/1.1 200 OK\r\n%b\r\n%b\r\n\r\n%b" % (line, length, body))
    assert (reply.plain, reply.body) == (plain, body)


def test_the_encoding_of_one_answer_is_not_that_of_the_next() -> None:
    encoded = OK.replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)

    async def main() -> list[bool]:
        connection, _ = connected()
        found = []
        for answer in (encoded, b"HTTP/1.1 103 X\r\nContent-Encoding: gzip\r\n\r\n" + OK, encoded):
            waiting = connection.send(REQUEST, TERMS)
            connection.data_received(answer)
            found.append((await waiting).plain)
        return found

    assert in_virtual_time(main) == [False, True, False]


def test_cookies_of_an_interim_answer_are_none() -> None:
    assert not exchange(b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: a=1\r\n\r\n", OK)[0].sets_cookies


def test_the_timings_are_k6s() -> None:
    reply, _, transport = exchange(OK[:20], OK[20:-1], OK[-1:])
    assert transport.written == [REQUEST]
    assert reply.sent == len(REQUEST)
    assert reply.timings == about((0, 0, 0, 0, 0, 0.01, 0.02, 0.03))
    assert reply.duration == about(0.03)


def test_opening_is_told_by_the_first_request_alone() -> None:
    async def main() -> list[tuple[float, ...]]:
        connection, _ = connected()
        connection.opening = (0.5, 0.1, 0.2, 0.3)
        found = []
        for _ in range(2):
            waiting = connection.send(REQUEST, TERMS)
            connection.data_received(OK)
            found.append((await waiting).timings[:4])
        return found

    assert in_virtual_time(main) == [(0.5, 0.1, 0.2, 0.3), (0.0, 0.0, 0.0, 0.0)]


def test_a_large_request_is_sent_when_its_last_byte_has_left() -> None:
    async def main() -> Reply:
        connection, transport = connected()
        assert transport.limits == (64 * 1024, 0)
        waiting = connection.send(b"x" * 100_000, TERMS)
        connection.pause_writing()
        await asyncio.sleep(0.5)
        connection.resume_writing()
        await asyncio.sleep(0.25)
        connection.data_received(OK[:5])
        connection.resume_writing()  # too late to matter
        connection.data_received(OK[5:])
        return await waiting

    assert in_virtual_time(main).timings[4:6] == (0.5, 0.25)


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_a_status_without_a_body_needs_none(status: bytes) -> None:
    reply, connection, _ = exchange(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\n")
    assert (reply.body, reply.error, connection.usable) == (b"", "", True)


def test_head_has_no_body_whatever_its_headers_say() -> None:
    async def main() -> list[tuple[int, bytes]]:
        connection, _ = connected()
        found = []
        for _ in range(2):  # the second shows that nothing of the first is left
            waiting = connection.send(REQUEST, Terms(head_only=True))
            connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            reply = await waiting
            found.append((reply.status, reply.body))
        return found

    assert in_virtual_time(main) == [(200, b""), (200, b"")]


def test_an_interim_answer_to_head_is_not_the_answer() -> None:
    reply, _, _ = exchange(b"HTTP/1.1 100 Continue\r\n\r\n", OK[:-2], head=True)
    assert (reply.status, reply.error) == (200, "")


@pytest.mark.parametrize("headers", [b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b""])
@pytest.mark.parametrize("status", [b"200 OK", b"204 No Content", b"304 Not Modified"])
def test_a_connection_is_kept_behind_head(status: bytes, headers: bytes) -> None:
    _, connection, transport = exchange(b"HTTP/1.1 " + status + b"\r\n" + headers + b"\r\n", head=True)
    assert (connection.usable, transport.closed) == (True, False)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nConnection: Close\r\n", b"HTTP/1.0 200 OK\r\n"])
def test_a_connection_that_closes_behind_head_is_not_kept(start: bytes) -> None:
    assert not exchange(start + b"\r\n", head=True)[1].usable


def test_a_trailer_is_no_header() -> None:
    assert exchange(CHUNKED)[0].header("T") is None


def test_an_answer_that_comes_before_all_was_sent_ends_the_connection() -> None:
    async def main() -> tuple[Reply, bool, bool]:
        connection, transport = connected()
        waiting = connection.send(b"x" * 100_000, TERMS)
        transport.unsent = 30_000
        connection.data_received(OK)
        return await waiting, connection.usable, transport.aborted

    reply, usable, aborted = in_virtual_time(main)
    assert (reply.status, usable, aborted) == (200, False, True)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + b"EXTRA",
        OK + OK,
        OK + b"HTTP/1.1 201 EVIL\r\nContent-Length: 38\r\n\r\n",
        OK + OK[:9],
    ],
)
def test_a_connection_that_cannot_be_used_again_is_closed(answer: bytes) -> None:
    reply, connection, transport = exchange(answer)
    assert (reply.status, reply.body, reply.error) == (200, b"ok", "")
    assert (connection.usable, transport.closed) == (False, True)


def test_an_impossible_status_is_none_also_when_the_connection_ends_it() -> None:
    reply, _, _ = exchange(b"HTTP/1.1 000 OK\r\n\r\nx", end=True)
    assert (reply.status, reply.error_code) == (0, 1710)


def test_a_body_may_end_with_the_connection() -> None:
    reply, _, _ = exchange(b"HTTP/1.0 200 OK\r\n\r\nun", b"til close", end=True)
    assert (reply.status, reply.body, reply.error) == (200, b"until close", "")


def test_an_upgrade_nobody_asked_for_is_an_answer() -> None:
    answer = b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nRAW"
    reply, connection, _ = exchange(answer)
    assert (reply.status, connection.usable) == (101, False)


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([], 1221),
        ([b"HTTP/1.1 200 OK\r\nX-A"], 1222),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"], 1222),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"], 1222),
    ],
)
def test_a_connection_that_ends_too_early_is_an_error(pieces: list[bytes], code: int) -> None:
    reply, connection, _ = exchange(*pieces, end=True)
    assert (reply.status, reply.error_code, reply.timings) == (0, code, ())
    assert reply.error
    assert not connection.usable


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x01\x02 nonsense\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBroken header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_an_error(answer: bytes) -> None:
    reply, connection, transport = exchange(answer)
    assert (reply.status, reply.error_code, reply.error) == (0, 1710, "the answer is not valid HTTP")
    assert (connection.usable, transport.aborted) == (False, True)


def test_endless_headers_are_an_error() -> None:
    reply, _, _ = exchange(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * (HEAD_LIMIT // 6))
    assert reply.error_code == 1714


def test_an_endless_body_is_an_error() -> None:
    piece = b"z" * (BODY_LIMIT // 4)
    reply, _, _ = exchange(b"HTTP/1.0 200 OK\r\n\r\n", piece, piece, piece, piece, b"z")
    assert reply.error_code == 1724


def test_a_large_body_within_the_limit_is_a_body() -> None:
    body = b"z" * (2 * HEAD_LIMIT)
    reply, _, _ = exchange(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body[:-1], body[-1:])
    assert reply.body == body


@pytest.mark.parametrize(("status", "code"), [(200, 0), (399, 0), (404, 1404), (503, 1503), (999, 0)])
def test_an_http_error_has_k6s_code_and_no_text(status: int, code: int) -> None:
    reply, _, _ = exchange(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)
    assert (reply.status, reply.error_code, reply.error) == (status, code, "")


def test_a_reset_is_named() -> None:
    async def main() -> Reply:
        connection, _ = connected()
        waiting = connection.send(REQUEST, TERMS)
        connection.connection_lost(ConnectionResetError(errno.ECONNRESET, "reset"))
        return await waiting

    assert (in_virtual_time(main).error_code, in_virtual_time(main).error) == (
        1220,
        "connection reset by the target",
    )


def timed_out(act: Callable[[Connection], Any]) -> tuple[Reply, float]:
    async def main() -> tuple[Reply, float]:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(timeout=0.3))
        act(connection)
        return await waiting, asyncio.get_running_loop().time()

    found: tuple[Reply, float] = in_virtual_time(main)
    return found


def test_a_request_without_an_answer_ends_with_its_timeout() -> None:
    reply, now = timed_out(lambda _: None)
    assert (reply.error_code, reply.error, now) == (1050, "request timeout", about(0.3))
    assert reply.timings[4:] == about((0, 0.3, 0, 0.3))


def test_an_answer_that_does_not_end_ends_with_the_timeout() -> None:
    reply, now = timed_out(lambda connection: connection.data_received(OK[:-1]))
    assert (reply.status, reply.error_code, now) == (0, 1050, about(0.3))


def test_one_timer_guards_many_requests() -> None:
    async def main() -> tuple[Reply, float]:
        connection, _ = connected()
        for _ in range(3):
            waiting = connection.send(REQUEST, Terms(timeout=0.3))
            await asyncio.sleep(0.2)
            connection.data_received(OK)
            await waiting
        return await connection.send(REQUEST, Terms(timeout=0.3)), asyncio.get_running_loop().time()

    reply, now = in_virtual_time(main)
    assert (reply.error_code, now) == (1050, about(0.9))


def test_a_shorter_timeout_counts_from_its_own_request() -> None:
    async def main() -> float:
        connection, _ = connected()
        first = connection.send(REQUEST, TERMS)
        connection.data_received(OK)
        await first
        await connection.send(REQUEST, Terms(timeout=0.1))
        return asyncio.get_running_loop().time()

    assert in_virtual_time(main) == about(0.1)


def test_a_timer_that_finds_nothing_to_guard_does_nothing() -> None:
    async def main() -> bool:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(timeout=0.1))
        connection.data_received(OK)
        await waiting
        await asyncio.sleep(1)
        return connection.usable

    assert in_virtual_time(main) is True


def test_bytes_that_nobody_asked_for_close_the_connection() -> None:
    async def main() -> tuple[bool, bool]:
        connection, transport = connected()
        connection.data_received(OK)
        return connection.usable, transport.closed

    assert in_virtual_time(main) == (False, True)


def test_giving_up_says_what_was_sent_and_lets_it_go_out() -> None:
    async def main() -> tuple[Reply | None, Reply | None, bool]:
        connection, transport = connected()
        connection.send(REQUEST, TERMS)
        connection.data_received(OK[:9])
        reply = connection.drop()
        await asyncio.sleep(0)  # connection_lost comes, and finds nobody waiting
        return reply, connection.drop(), transport.closed

    reply, again, closed = in_virtual_time(main)
    assert reply is not None
    assert (reply.interrupted, reply.sent, reply.received) == (True, len(REQUEST), 9)
    assert (again, closed) == (None, True)


def test_a_reply_that_was_complete_before_it_was_given_up_counts_as_what_it_is() -> None:
    async def main() -> tuple[Reply | None, bool]:
        connection, transport = connected()
        connection.send(REQUEST, TERMS)
        connection.data_received(OK)
        return connection.drop(), transport.closed

    reply, closed = in_virtual_time(main)
    assert reply is not None
    assert (reply.status, reply.interrupted, reply.received, closed) == (200, False, len(OK), True)


def test_a_reply_nobody_waits_for_any_more_is_dropped() -> None:
    async def main() -> bool:
        connection, _ = connected()
        waiting = connection.send(REQUEST, TERMS)
        waiting.cancel()
        connection.data_received(OK)
        return connection.usable

    assert in_virtual_time(main) is True


@pytest.mark.parametrize(
    ("terms", "parts", "code", "ended"),
    [
        (Terms(first_byte=0.3), [], 1051, 0.3),
        (Terms(first_byte=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n")], 1050, 60.0),
        (Terms(idle=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n"), (0.25, b"A: b\r\n")], 1052, 0.75),
        (Terms(idle=0.3), [], 1050, 60.0),
        (Terms(timeout=0.4, idle=0.3), [(0.2, b"HTTP/1.1 200 OK\r\n")], 1050, 0.4),
        (Terms(idle=0.3), [(0.2, OK[:20]), (0.2, OK[20:])], 0, 0.4),
    ],
)
def test_parts_of_an_answer_have_times_of_their_own(
    terms: Terms, parts: list[tuple[float, bytes]], code: int, ended: float
) -> None:
    async def main() -> tuple[Reply, float]:
        loop = asyncio.get_running_loop()
        connection, _ = connected()
        waiting, began = connection.send(REQUEST, terms), loop.time()
        for seconds, data in parts:
            await asyncio.sleep(seconds)
            connection.data_received(data)
        return await waiting, loop.time() - began

    reply, took = in_virtual_time(main)
    assert (reply.error_code, took, reply.duration) == (code, about(ended), about(ended))


def test_terms_may_change_from_request_to_request() -> None:
    async def main() -> list[int]:
        connection, _ = connected()
        first = connection.send(REQUEST, Terms(first_byte=0.5))
        connection.data_received(OK)
        codes = [(await first).error_code]
        second = connection.send(REQUEST, TERMS)
        await asyncio.sleep(1.0)
        connection.data_received(OK)
        return [*codes, (await second).error_code]

    assert in_virtual_time(main) == [0, 0]


def test_a_body_that_is_not_wanted_is_not_kept() -> None:
    async def main() -> tuple[Reply, Reply]:
        connection, _ = connected()
        replies = []
        for terms in (Terms(keep_body=False), TERMS):
            waiting = connection.send(REQUEST, terms)
            connection.data_received(OK)
            replies.append(await waiting)
        return replies[0], replies[1]

    first, second = in_virtual_time(main)
    assert (first.status, first.body, first.received) == (200, b"", len(OK))
    assert second.body == OK.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(("most", "code"), [(4, 1724), (5, 0)])
@pytest.mark.parametrize("pieces", [1, 2])
def test_a_body_may_be_as_large_as_the_terms_say(most: int, code: int, pieces: int) -> None:
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    async def main() -> Reply:
        connection, _ = connected()
        waiting = connection.send(REQUEST, Terms(max_body=most))
        for piece in [data] if pieces == 1 else [data[:-2], data[-2:]]:
            connection.data_received(piece)
        return await waiting

    assert in_virtual_time(main).error_code == code


def test_a_connection_that_is_for_one_request_is_closed_behind_its_reply() -> None:
    async def main() -> tuple[int, bool, bool]:
        connection, transport = connected()
        waiting = connection.send(REQUEST, Terms(once=True))
        connection.data_received(OK)
        return (await waiting).status, connection.usable, transport.is_closing()

    assert in_virtual_time(main) == (200, False, True)
