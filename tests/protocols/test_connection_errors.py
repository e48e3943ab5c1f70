"""Connections that end too early or speak no HTTP: each error has its code."""

import errno

import pytest
from exchanging import REQUEST, connected, exchange
from fakes import in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.faults import fault
from planrunner.protocols.http.terms import BODY_LIMIT, HEAD_LIMIT, TERMS


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([], 1221),
        ([b"HTTP/1.1 200 OK\r\nX-A"], 1222),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"], 1720),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"], 1721),
    ],
)
def test_a_connection_that_ends_too_early_is_an_error(pieces: list[bytes], code: int) -> None:
    reply, connection, _ = exchange(*pieces, end=True)
    assert (reply.status, reply.error_code, reply.timings) == (0, code, ())
    assert reply.error
    assert not connection.usable


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"\x00\x01\x02 nonsense\r\n\r\n", 1710),
        (b"SSH-2.0-OpenSSH\r\n", 1710),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", 1711),
        (b"HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n", 1711),
        (b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n", 1711),
        (b"HTTP/1.1 200 OK\r\nBroken header\r\n\r\n", 1713),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 1715),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", 1715),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 1722),
    ],
)
def test_what_is_no_http_is_an_error(answer: bytes, code: int) -> None:
    reply, connection, transport = exchange(answer)
    assert (reply.status, reply.error_code, reply.error) == (0, code, fault(code).message)
    assert (connection.usable, transport.aborted) == (False, True)


def test_endless_headers_are_an_error() -> None:
    reply, _, _ = exchange(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * (HEAD_LIMIT // 6))
    assert reply.error_code == 1714


@pytest.mark.parametrize("head", [False, True])
def test_much_behind_an_answer_is_no_part_of_it(head: bool) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    reply, connection, _ = exchange(answer + b"x" * HEAD_LIMIT, head=head)
    assert (reply.status, reply.body, connection.usable) == (200, b"", False)


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
