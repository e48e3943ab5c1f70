"""Connections: whatever bytes come back, in whatever pieces, one request gets one reply."""

import asyncio

import pytest
from exchanging import OK, REQUEST, about, connected, exchange
from fakes import in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.terms import TERMS, Terms


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
        assert transport.limits == (1, 0)
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


@pytest.mark.parametrize(
    ("sent", "value"), [(b" \t y z \t ", b"y z"), (b"y", b"y"), (b" \t", b""), (b"", b"")]
)
def test_space_around_a_value_is_none_of_it(sent: bytes, value: bytes) -> None:
    reply, _, _ = exchange(OK.replace(b"\r\n", b"\r\nX:" + sent + b"\r\n", 1))
    assert reply.headers[0] == (b"X", value)


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
    assert (reply.status, reply.error_code) == (0, 1711)


def test_a_body_may_end_with_the_connection() -> None:
    reply, _, _ = exchange(b"HTTP/1.0 200 OK\r\n\r\nun", b"til close", end=True)
    assert (reply.status, reply.body, reply.error) == (200, b"until close", "")


def test_an_upgrade_nobody_asked_for_is_an_answer() -> None:
    answer = b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nRAW"
    reply, connection, _ = exchange(answer)
    assert (reply.status, connection.usable) == (101, False)


def test_bytes_that_nobody_asked_for_close_the_connection() -> None:
    async def main() -> tuple[bool, bool]:
        connection, transport = connected()
        waiting = connection.send(REQUEST, TERMS)
        connection.data_received(OK)
        await waiting
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


def test_a_connection_that_is_for_one_request_is_closed_behind_its_reply() -> None:
    async def main() -> tuple[int, bool, bool]:
        connection, transport = connected()
        waiting = connection.send(REQUEST, Terms(once=True))
        connection.data_received(OK)
        return (await waiting).status, connection.usable, transport.is_closing()

    assert in_virtual_time(main) == (200, False, True)
