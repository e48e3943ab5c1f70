"""Shared by the tests of connections: one over a wire that is none, and an exchange on it."""

import asyncio
from typing import Any

import pytest
from fakes import FakeTransport, in_virtual_time

from planrunner.protocols import Reply
from planrunner.protocols.http.h1.connection import Connection
from planrunner.protocols.http.terms import Terms

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
