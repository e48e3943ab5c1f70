"""A target that does with every connection what a script says, byte by byte, over TCP or TLS, and logs it."""

from __future__ import annotations

import asyncio
import enum
import re
import socket
import ssl
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import TypeAlias, cast


class Do(enum.Enum):
    """What a target does, but for sending."""

    CLOSE = "close the connection"
    RESET = "reset the connection"
    HALF_CLOSE = "send no more, but read on; over TLS that is closing without a farewell"
    SILENCE = "say nothing until the client is gone"
    AWAIT_REQUEST = "wait for the next request of the connection"
    READ_NO_MORE = "stop reading, say nothing"


@dataclass(frozen=True, slots=True)
class Trickle:
    """Send these bytes one by one, with a pause in seconds before each."""

    data: bytes
    pause: float


@dataclass(frozen=True, slots=True)
class Flood:
    """Send the same bytes again and again, until the client is gone."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for some seconds."""

    seconds: float


Act: TypeAlias = bytes | Do | Trickle | Flood | Pause
Script: TypeAlias = Sequence[Act]
"""What is done when a request has come; bytes are sent. The connection stays, unless the script ends it."""

Slicing: TypeAlias = Callable[[bytes], Iterable[bytes]]
"""Cuts what is sent into the pieces in which the client shall get it."""


def whole(data: bytes) -> Iterator[bytes]:
    """Do not cut."""
    yield data


def single(data: bytes) -> Iterator[bytes]:
    """Cut behind each byte; of long data behind the first and last ones."""
    middle = len(data) - 40 if len(data) > 400 else 0
    yield from (data[at : at + 1] for at in range(40 if middle else 0))
    if middle:
        yield data[40:middle]
    yield from (data[at : at + 1] for at in range(middle, len(data)))


def scattered(seed: int) -> Slicing:
    """Cut at a few places, the same for the same seed."""

    def cut(data: bytes) -> Iterator[bytes]:
        chance = Random(f"{seed} {len(data)}")
        places = sorted({0, len(data), *(chance.randrange(len(data)) for _ in range(4))})
        yield from (data[a:b] for a, b in pairwise(places))

    return cut


SLICINGS: dict[str, Slicing] = {"whole": whole, "bytes": single, "1": scattered(1), "2": scattered(2)}


@dataclass(slots=True)
class Received:
    """A request that came."""

    method: str
    connection: int
    done: asyncio.Event = field(default_factory=asyncio.Event)  # all that was to be done with it was done


@dataclass(slots=True)
class FaultServer:
    """Runs scripts by the path of a request, `/name?slicing&...`; answers other paths with themselves."""

    scripts: dict[str, Script]
    early: frozenset[str] = frozenset()  # scripts that do not wait for the body of the request
    greeting: Script = ()  # what is done with a connection before any request
    tls: ssl.SSLContext | None = None
    port: int = 0
    connections: int = 0
    log: dict[str, list[Received]] = field(default_factory=dict)  # by path
    over: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: dict[asyncio.Task[None], asyncio.Transport] = field(default_factory=dict)
    transports: deque[asyncio.Transport] = field(default_factory=lambda: deque(maxlen=100))  # the newest

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.under_way[task] = transport = cast(asyncio.Transport, writer.transport)
        self.transports.append(transport)
        self.connections += 1
        try:
            await self._converse(reader, writer, self.connections)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has gone, which many scripts wait for
        except RuntimeError:  # uvloop's word for the same
            if not writer.transport.is_closing():
                raise
        finally:
            if not transport.is_closing():  # asyncio's for TLS cannot be aborted once it was closed twice
                transport.close()
            del self.under_way[task]

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        player = Player(reader, writer, self.over)
        await player.play(self.greeting, whole)
        while not player.over:
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.decode("latin-1").split(" ", 2)
            received = Received(method, number)
            self.log.setdefault(path, []).append(received)
            name, _, slicing = path[1:].partition("?")
            try:
                if name not in self.early:
                    await reader.readexactly(length_of(head))
                if name in self.scripts:
                    await player.play(self.scripts[name], SLICINGS[slicing.partition("&")[0]])
                else:
                    await player.play((ok(path),), whole)
            finally:
                received.done.set()

    def requests(self, path: str) -> list[Received]:
        """Return the requests for a path."""
        return self.log.get(path, [])


def ok(path: str) -> bytes:
    """Answer a request with its path."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(path), path.encode())


def length_of(head: bytes) -> int:
    """Return how long the body of a request is."""
    found = re.search(rb"\r\nContent-Length: (\d+)", head)
    return int(found[1]) if found else 0


class Player:
    """Plays scripts on one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, end: asyncio.Event
    ) -> None:
        self._reader, self._writer, self._end_of_all = reader, writer, end
        self.over = False

    async def play(self, script: Script, slicing: Slicing) -> None:
        """Do what a script says."""
        for act in script:
            match act:
                case bytes():
                    await self._send(slicing(act))
                case Trickle(data, pause):
                    for at in range(len(data)):
                        await asyncio.sleep(pause)
                        await self._send([data[at : at + 1]])
                case Flood(data):
                    while True:  # ends with the error that the client is gone
                        self._writer.write(data)
                        await self._writer.drain()
                        await asyncio.sleep(0)  # `drain` waits only when much is written
                case Pause(seconds):
                    await asyncio.sleep(seconds)
                case Do.AWAIT_REQUEST:
                    await self._reader.readuntil(b"\r\n\r\n")
                case _:
                    await self._end(act)

    async def _send(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await turns()

    async def _end(self, how: Do) -> None:
        self.over = True
        transport = cast(asyncio.Transport, self._writer.transport)
        plain = self._writer.get_extra_info("ssl_object") is None
        if how is Do.CLOSE:
            self._writer.close()
        elif how is Do.RESET:
            if not transport.is_closing():  # the client may have gone
                linger = struct.pack("ii", 1, 0)
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            transport.abort()
        elif how is Do.HALF_CLOSE and not plain:
            transport.abort()
        else:
            if how is Do.HALF_CLOSE:
                self._writer.write_eof()
            if how is Do.READ_NO_MORE:
                transport.pause_reading()
                await self._end_of_all.wait()
            await self._reader.read()


async def turns() -> None:
    """Let the client, which is in the same loop, read what was sent."""
    for _ in range(3):
        await asyncio.sleep(0)


@asynccontextmanager
async def serving(server: FaultServer) -> AsyncIterator[FaultServer]:
    """Listen on a free port; at the end the clients must have closed all connections."""
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio looks at it before it turns Nagle off
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)  # what is not read is soon felt
    listening.bind(("127.0.0.1", 0))
    listener = await asyncio.start_server(server.serve, sock=listening, ssl=server.tls, backlog=200)
    server.port = listening.getsockname()[1]
    try:
        yield server
        await gone(server)
    finally:
        listener.close()
        server.over.set()
        for transport in server.transports:  # some may still wait for the client's farewell
            transport.abort()
        while server.under_way:
            await asyncio.wait(server.under_way)
        await turns()


async def gone(server: FaultServer) -> None:
    """Wait until no connection is left, but for those whose script reads no more; they cannot notice."""
    async with asyncio.timeout(5):
        while any(transport.is_reading() for transport in server.under_way.values()):
            await asyncio.wait(server.under_way, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
