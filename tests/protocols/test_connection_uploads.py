"""Large requests: they go out in pieces, and an answer that comes meanwhile is not lost."""

import asyncio
import errno
import socket
from collections.abc import Iterator

import pytest
from exchanging import OK, about, connected
from fakes import in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import BUFFER
from planrunner.protocols.http.terms import TERMS, Terms

UPLOAD = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + b"u" * 200_000
RESET = ConnectionResetError(errno.ECONNRESET, "reset")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Make a connection: our end, which the tests only look at, and the target's."""
    mine, theirs = socket.socketpair()
    mine.setblocking(False)
    with mine, theirs:
        yield mine, theirs


async def turn(times: int = 1) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_a_large_request_leaves_piece_by_piece_and_whole() -> None:
    async def main() -> list[list[int]]:
        connection, transport = connected()
        waiting = connection.send(UPLOAD, TERMS)
        left = []
        for _ in range(5):
            left.append([len(piece) for piece in transport.written])
            await turn()
        connection.data_received(OK)
        assert (await waiting).sent == len(UPLOAD)
        assert (b"".join(transport.written), connection.usable) == (UPLOAD, True)
        return left

    rest = len(UPLOAD) - 3 * BUFFER
    assert in_virtual_time(main) == [
        [BUFFER],
        [BUFFER] * 2,
        [BUFFER] * 3,
        [BUFFER] * 3 + [rest],
        [BUFFER] * 3 + [rest],
    ]


def test_nothing_is_written_while_something_has_not_left() -> None:
    async def main() -> tuple[int, int, Reply]:
        connection, transport = connected()
        waiting = connection.send(UPLOAD, TERMS)
        connection.pause_writing()
        await turn(5)
        paused = len(transport.written)
        await asyncio.sleep(0.5)
        connection.resume_writing()
        await turn(5)
        connection.data_received(OK)
        return paused, len(transport.written), await waiting

    paused, resumed, reply = in_virtual_time(main)
    assert (paused, resumed) == (1, 4)
    assert reply.timings[4:6] == about((0.5, 0.0))


def test_what_has_arrived_is_read_before_more_is_written(ends: tuple[socket.socket, socket.socket]) -> None:
    mine, theirs = ends

    async def main() -> tuple[Reply, int, bool]:
        connection, transport = connected()
        transport.extra["socket"] = mine
        waiting = connection.send(UPLOAD, TERMS)
        theirs.sendall(OK)
        await turn(5)
        written = len(transport.written)
        connection.data_received(mine.recv(1000))
        return await waiting, written, transport.aborted

    reply, written, aborted = in_virtual_time(main)
    assert (reply.status, reply.sent, written, aborted) == (200, BUFFER, 1, True)


def test_an_interim_answer_lets_the_upload_go_on(ends: tuple[socket.socket, socket.socket]) -> None:
    mine, theirs = ends

    async def main() -> tuple[Reply, int]:
        connection, transport = connected()
        transport.extra["socket"] = mine
        waiting = connection.send(UPLOAD, TERMS)
        theirs.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        await turn(2)
        connection.data_received(mine.recv(1000))
        await turn(5)
        connection.data_received(OK)
        return await waiting, len(transport.written)

    reply, written = in_virtual_time(main)
    assert (reply.status, reply.sent, written) == (200, len(UPLOAD), 4)


@pytest.mark.parametrize(
    ("extra", "status", "code"), [({}, 413, 1413), ({"ssl_object": "one"}, 0, 1201)], ids=["plain", "TLS"]
)
@pytest.mark.parametrize("error", [RESET, BrokenPipeError(errno.EPIPE, "pipe")])
def test_an_answer_that_nobody_had_read_when_the_connection_broke_counts(
    ends: tuple[socket.socket, socket.socket],
    extra: dict[str, str],
    status: int,
    code: int,
    error: OSError,
) -> None:
    """Over TLS nobody but the event loop could read it."""
    mine, theirs = ends

    async def main() -> Reply:
        connection, transport = connected()
        transport.extra |= {"socket": mine, **extra}
        waiting = connection.send(UPLOAD, TERMS)
        connection.pause_writing()
        theirs.sendall(OK.replace(b"200 OK", b"413 Large"))
        transport.lose(error)
        return await waiting

    reply = in_virtual_time(main)
    assert (reply.status, reply.error_code) == (status, code)


def test_half_an_answer_that_nobody_had_read_is_half_an_answer(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    mine, theirs = ends

    async def main() -> Reply:
        connection, transport = connected()
        transport.extra["socket"] = mine
        waiting = connection.send(UPLOAD, TERMS)
        theirs.sendall(OK[:-1])
        transport.lose(RESET)
        return await waiting

    assert in_virtual_time(main).error_code == 1224


@pytest.mark.parametrize(("paused", "code"), [(True, 1054), (False, 1050)])
def test_a_target_that_reads_no_more_is_told_from_one_that_is_slow(paused: bool, code: int) -> None:
    async def main() -> Reply:
        connection, _ = connected()
        waiting = connection.send(UPLOAD, Terms(timeout=0.5))
        if paused:
            connection.pause_writing()
        return await waiting

    reply = in_virtual_time(main)
    assert (reply.error_code, reply.duration) == (code, about(0.5))
    assert reply.timings[4:7] == about((0.5, 0, 0) if paused else (0, 0.5, 0))


@pytest.mark.parametrize(
    ("kept", "paused", "code"), [(False, True, 1201), (True, True, 1201), (False, False, 1221)]
)
def test_a_connection_that_is_closed_says_whether_all_was_sent(kept: bool, paused: bool, code: int) -> None:
    async def main() -> Reply:
        connection, transport = connected()
        if kept:
            first = connection.send(b"GET / HTTP/1.1\r\n\r\n", TERMS)
            connection.data_received(OK)
            await first
        waiting = connection.send(UPLOAD, TERMS)
        if paused:
            connection.pause_writing()
        await turn(5)
        connection.eof_received()
        transport.lose()
        return await waiting

    assert in_virtual_time(main).error_code == code


def test_a_kept_connection_that_had_ended_before_the_upload_is_no_broken_upload(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    mine, theirs = ends

    async def main() -> tuple[Reply, int]:
        connection, transport = connected()
        first = connection.send(b"GET / HTTP/1.1\r\n\r\n", TERMS)
        connection.data_received(OK)
        await first
        transport.extra["socket"] = mine
        theirs.close()
        waiting = connection.send(UPLOAD, TERMS)
        connection.eof_received()
        return await waiting, len(transport.written)

    reply, written = in_virtual_time(main)
    assert (reply.error_code, reply.sent, written) == (1225, 0, 1)


def test_giving_up_on_an_upload_says_how_much_was_sent_and_sends_no_more() -> None:
    async def main() -> tuple[Reply | None, int]:
        connection, transport = connected()
        connection.send(UPLOAD, TERMS)
        await turn()
        reply = connection.drop()
        await turn(5)
        return reply, len(transport.written)

    reply, written = in_virtual_time(main)
    assert reply is not None
    assert (reply.interrupted, reply.sent, written) == (True, 2 * BUFFER, 2)
