"""A target in the test's own event loop that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

PATIENCE = 20  # seconds for what takes five at most
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Target:
    """Answers every request at once, and remembers what it was asked and when."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    newest: float = 0.0  # when the last request came

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.paths.append(head.split(b" ", 2)[1].decode())
                self.newest = perf_counter()
                writer.write(REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def asked(self, times: int) -> None:
        """Wait until it was asked that often."""
        await until(lambda: len(self.paths) >= times)


async def until(claim: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not claim():  # noqa: ASYNC110 (what other processes do sets no event here)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving() -> AsyncIterator[Target]:
    """Serve on a free port."""
    target = Target()
    server = await asyncio.start_server(target.answer, "127.0.0.1", 0)
    target.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield target
    finally:
        server.close()
