"""Targets that do something with a connection before it has had a request."""

import asyncio
import errno
from collections.abc import Callable
from typing import Any

import pytest
from exchanging import OK, REQUEST, connected
from fakes import FakeTransport, in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.terms import TERMS


@pytest.mark.parametrize(
    ("does", "status", "code"),
    [
        (lambda it, _: it.data_received(OK.replace(b"200 OK", b"503 Full")), 503, 1503),
        (lambda it, _: (it.data_received(OK[:9]), it.data_received(OK[9:])), 200, 0),
        (lambda it, _: it.data_received(b"SSH-2.0-OpenSSH\r\n"), 0, 1710),
        (lambda it, _: it.eof_received(), 0, 1221),
        (lambda _, transport: transport.lose(), 0, 1221),
        (lambda _, transport: transport.lose(ConnectionResetError(errno.ECONNRESET, "reset")), 0, 1220),
        (lambda it, transport: (it.data_received(OK[:9]), transport.lose()), 0, 1222),
    ],
)
def test_what_a_target_does_before_the_first_request_is_its_answer(
    does: Callable[[Connection, FakeTransport], Any], status: int, code: int
) -> None:
    async def main() -> tuple[Reply, float]:
        connection, transport = connected()
        does(connection, transport)
        reply = await connection.send(REQUEST, TERMS)
        return reply, asyncio.get_running_loop().time()

    reply, now = in_virtual_time(main)
    assert (reply.status, reply.error_code, now) == (status, code, 0.0)


def test_nothing_is_written_to_a_connection_that_ended_before_the_first_request() -> None:
    async def main() -> list[bytes]:
        connection, transport = connected()
        transport.lose()
        await connection.send(REQUEST, TERMS)
        return transport.written

    assert in_virtual_time(main) == []
