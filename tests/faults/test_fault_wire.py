"""Faults on a fake wire: an answer cut at every place comes to the same, and leaves nothing behind."""

import asyncio
import errno

import pytest
from fakes import FakeTransport, in_virtual_time
from fault_client import PATIENCE, expected, outcome, request, terms_of
from fault_server import Do, ok, single
from fault_table import TABLE, Row

from planrunner.protocols.http.h1.connection import Connection

ROWS = [row for row in TABLE if row.wire]
RESET = ConnectionResetError(errno.ECONNRESET, "reset")


def cuts(data: bytes) -> list[list[bytes]]:
    """Cut everywhere: in one piece, in two, in single bytes."""
    halves = [[data[:at], data[at:]] for at in range(1, len(data))]
    return [[data] if data else [], *halves, list(single(data))]


async def play(row: Row, pieces: list[bytes], *, kept: bool) -> tuple[tuple[int, int, bytes], bool, bool]:
    """Let a connection have this; return the outcome, and whether it can be used and is closed then."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    connection = Connection(loop, loop.time)
    transport = FakeTransport(connection)
    connection.connection_made(transport)
    if kept:
        first = connection.send(request("/first"), PATIENCE)
        connection.data_received(ok("/first"))
        assert outcome(await first) == (0, 200, b"/first")
    waiting = connection.send(request("/x", row.method), terms_of(row))
    for piece in pieces:
        await asyncio.sleep(0.001)
        if not transport.closed:
            connection.data_received(piece)
    if not transport.closed and Do.RESET in row.script:
        transport.lose(RESET)
    elif not transport.closed and (Do.CLOSE in row.script or Do.HALF_CLOSE in row.script):
        connection.eof_received()
        transport.close()
    reply = await waiting
    assert loop.time() - began <= row.timeout + 0.1
    await asyncio.sleep(0)
    return outcome(reply), connection.usable, transport.closed


@pytest.mark.parametrize("kept", [False, True], ids=["first", "kept"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_answer_comes_to_the_same_wherever_it_is_cut(row: Row, kept: bool) -> None:
    data = b"".join(act for act in row.script if isinstance(act, bytes))
    wanted = expected(row, kept=kept), row.stays, not row.stays

    async def main() -> None:
        for pieces in cuts(data):
            assert await play(row, pieces, kept=kept) == wanted, pieces

    in_virtual_time(main)
