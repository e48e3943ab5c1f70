"""A backend of outputs that is well or ill: `python -m benchmarks.backend MODE` prints its port.

`takes` answers 204, `refuses` 503, and `slow` reads a kilobyte each second.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.cores import on

MODES = {"takes": b"204 No Content", "refuses": b"503 Service Unavailable", "slow": b""}
KILOBYTE = 1024
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: bytes) -> None:
    """Treat one connection."""
    try:
        while not status:
            if not await reader.read(KILOBYTE):
                return
            await asyncio.sleep(1)
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % status)
    except (asyncio.IncompleteReadError, ConnectionError):
        return  # it is gone
    finally:
        writer.close()


async def serve(mode: str) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(
        lambda reader, writer: answer(reader, writer, MODES[mode]), "127.0.0.1", 0, limit=4 * KILOBYTE
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def backend(mode: str, core: int | None) -> Iterator[str]:
    """Run one on a core until the block ends; gives its host and port."""
    with on(core):
        command = [sys.executable, "-m", "benchmarks.backend", mode]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process:
        try:
            yield f"127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
