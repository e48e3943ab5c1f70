"""Uploads that are refused before all is sent, by a target beside us: the answer is never lost."""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvloop
from fault_client import request

from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin, Terms

REFUSAL = b"HTTP/1.1 413 Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
TIMES = 200


@contextmanager
def refusing(*, reset: bool) -> Iterator[int]:
    """Answer each connection when a part of its request has come, and close it; the kernel then resets."""

    def refuse() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # closed
                return
            with connection:
                connection.recv(65536)
                connection.sendall(REFUSAL)
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
    thread.join()


async def upload(port: int) -> Counter[tuple[int, int, bytes]]:
    session, data = Session(Dialer()), request("/", "POST", 4_000_000)
    found: Counter[tuple[int, int, bytes]] = Counter()
    for _ in range(TIMES):
        reply = await session.exchange(Origin(False, "127.0.0.1", port), data, Terms(timeout=30))
        found[reply.error_code, reply.status, reply.body] += 1
    await session.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("reset", [False, True], ids=["closes", "resets"])
def test_a_refusal_is_never_lost(reset: bool, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with refusing(reset=reset) as port, asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(upload(port)) == {(1413, 413, b"hello"): TIMES}
