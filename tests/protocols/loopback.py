"""Shared by the tests of connections: both event loops, ports that do not answer, names."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
import uvloop
from listening import ask

from planrunner.protocols import Reply
from planrunner.protocols.http.opening.lookup import Address
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin

T = TypeVar("T")

END = b"\r\n\r\n"

Loop = Callable[[], asyncio.AbstractEventLoop]

on_both_loops = pytest.mark.parametrize(
    "loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)


def running(loop: Loop, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function on a loop of a kind."""
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(main())


async def ask_and_close(session: Session, *origins: Origin, limit: float = 10.0) -> list[Reply]:
    replies = [await ask(session, origin, limit) for origin in origins]
    await session.close()
    return replies


@contextmanager
def silent(host: str = "127.0.0.1") -> Iterator[int]:
    """Yield a port where connecting gets no answer: nobody accepts, and the queue is full."""
    with socket.socket() as full:
        full.bind((host, 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((host, full.getsockname()[1]))
        try:
            yield full.getsockname()[1]
        finally:
            for filler in fillers:
                filler.close()


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def four(host: str) -> Address:
    return Address(socket.AF_INET, host)


def six(host: str) -> Address:
    return Address(socket.AF_INET6, host, (0, 0))


def names(**known: Sequence[Address]) -> Callable[[str], Sequence[Address]]:
    """Look up names by a table; others do not exist."""

    def look_up(host: str) -> Sequence[Address]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        return known[host]

    return look_up
