"""The connection of coordinator and agent: messages in frames, and beats that tell each of the other."""

from __future__ import annotations

import asyncio
import pickle
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, TypeAlias

from msgspec import Struct

from planrunner.errors import Problem
from planrunner.metrics.join import Part
from planrunner.pacing.executors import Shard
from planrunner.pacing.levels import Level

BEAT = 0.5  # seconds between two signs of life
PATIENCE = 8  # beats without hearing from the other: it hangs. Counted, so that own pauses accuse nobody
SILENCE = BEAT * PATIENCE
FORSAKEN = f"heard nothing from the coordinator for {SILENCE:g} s, so it stopped"
FAREWELL = 1.0  # seconds for the last bytes to leave

TOKEN = 32  # bytes that an agent shows before it is listened to
HEAD = struct.Struct("!Q")  # the size of what follows; 0: a beat


class Invitation(Struct, frozen=True):
    """What an agent is told when it is started: where its coordinator listens, and how to prove itself."""

    host: str
    port: int
    token: str  # hexadecimal
    name: str


class Job(Struct, frozen=True):
    """What to do: the pickled plan and what it is given, and which share of it."""

    work: bytes
    shard: Shard


class Ready(Struct, frozen=True):
    """The agent could begin."""


class Go(Struct, frozen=True):
    """Begin at a moment of the machine's monotonic clock, which all processes share."""

    start: float


class Stop(Struct, frozen=True):
    """Begin nothing new, and let what runs come to its end."""


class Steer(Struct, frozen=True):
    """Have a level of the search come next."""

    level: Level


class Ack(Struct, frozen=True):
    """The snapshot of that number has arrived."""

    number: int


class Failed(Struct, frozen=True):
    """Why an agent cannot go on; `at` is when, in seconds since the start."""

    kind: Literal["plan", "world", "internal"]
    message: str
    problems: Sequence[Problem] = ()
    at: float = 0.0


Message: TypeAlias = Job | Ready | Go | Stop | Steer | Ack | Failed | Part


class Link:
    """One end of a connection. Writing never waits: who does not read is given up soon, by his silence."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._heard = False

    def show(self, token: bytes) -> None:
        """Prove oneself; the first thing that goes over the wire."""
        self._write(token)

    async def shown(self) -> bytes:
        """Wait for the proof. Raises ConnectionError."""
        return await self._read(TOKEN)

    def send(self, message: Message) -> None:
        """Send a message, unless the connection is closed: receiving will tell."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._write(HEAD.pack(len(data)) + data)

    async def receive(self) -> Message:
        """Wait for a message of somebody who has proved himself. Raises ConnectionError."""
        while True:
            (size,) = HEAD.unpack(await self._read(HEAD.size))
            data = await self._read(size)
            self._heard = True
            if data:
                message: Message = pickle.loads(data)  # noqa: S301 (only after the token was right)
                return message

    async def watch(self) -> None:
        """Give signs of life, and return when the other has given none for SILENCE."""
        silent = 0
        while silent < PATIENCE:
            self._write(HEAD.pack(0))
            await asyncio.sleep(BEAT)
            silent = 0 if self._heard else silent + 1
            self._heard = False

    async def close(self) -> None:
        """Close when what was written has left, or after a moment."""
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._writer.wait_closed()
        self.abort()

    def abort(self) -> None:
        """Close at once; who is receiving gets a ConnectionError."""
        self._writer.transport.abort()

    def _write(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)

    async def _read(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise ConnectionError(str(error)) from None


async def connect(invitation: Invitation) -> Link:
    """Connect to a coordinator. Raises OSError when it is not there."""
    link = Link(*await asyncio.open_connection(invitation.host, invitation.port))
    link.show(bytes.fromhex(invitation.token))
    return link
