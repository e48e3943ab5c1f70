"""Files of samples: all processes append to one, each time whole lines in a single piece."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import Callable
from pathlib import Path

from planrunner.outputs.samples.encoding import Encoder
from planrunner.outputs.samples.stream import GZIP, LEVEL, Packer, Stream
from planrunner.outputs.sender import Limits, Send, Sender

PATIENCE = Limits(buffer=64 * 2**20, attempt=3600.0, end=60.0)
"""A disk can be full or slow, but is not to be asked twice what it has not refused."""

SUFFIX = ".gz"


def stream(kind: str, path: str, encoder: Encoder, say: Callable[[str], None]) -> Stream:
    """Make a stream into a file."""
    return Stream(kind, encoder, Packer(packed=False), [Sender(appending(path), say, limits=PATIENCE)])


def begin(path: str, head: str) -> None:
    """Begin a file anew. Raises OSError."""
    Path(path).write_bytes(_packed(path, head.encode()))


def appending(path: str) -> Send:
    """Make what appends to a file, in a thread: a disk may take its time, and so does packing."""

    def work(data: bytes) -> None:
        append(path, _packed(path, data))

    async def send(data: bytes) -> None:
        await asyncio.to_thread(work, data)

    return send


def _packed(path: str, data: bytes) -> bytes:
    """Pack what is to be packed, as a member of gzip: a file may have many of them, one after the other."""
    return zlib.compress(data, LEVEL, wbits=GZIP) if path.endswith(SUFFIX) else data


def append(path: str, data: bytes) -> None:
    """Append in one piece, apart from those of other processes; after an OSError nothing is there."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        written = os.write(file, data)
        while written < len(data):
            written += go_on(file, data, written)
    finally:
        os.close(file)


def go_on(file: int, data: bytes, written: int) -> int:
    """Go on where the disk took a part; if it takes no more, take that part back while it is the last."""
    try:
        return os.write(file, data[written:])
    except OSError:
        end = os.lseek(file, 0, os.SEEK_CUR)
        if os.fstat(file).st_size == end:
            os.ftruncate(file, end - written)
        raise
