"""A target on a free port that speaks HTTP/2, or HTTP/1.1 to who does not, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import hpack

from planrunner.protocols.http.h2 import frames

Answer: TypeAlias = Callable[[int, Mapping[str, str]], bytes]
"""From the number of a stream and its fields to what is sent; empty bytes: nothing."""

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain"


class LeavingError(Exception):
    """What an answer raises to have the connection closed behind its last bytes."""

    def __init__(self, last: bytes) -> None:
        super().__init__(last)
        self.last = last


def ok(stream: int, _: Mapping[str, str]) -> bytes:
    """Answer 200 with a body; `:status: 200` is in the static table, so the block needs no encoder."""
    head = frames.frame(frames.HEADERS, frames.END_HEADERS, stream, b"\x88")
    return head + frames.frame(frames.DATA, frames.END_STREAM, stream, b"two")


@dataclass(slots=True)
class Served:
    """What came so far."""

    port: int = 0
    connections: int = 0
    streams: list[tuple[int, int]] = field(default_factory=list)  # connection and stream of each request


@asynccontextmanager
async def serving(
    answer: Answer = ok, context: ssl.SSLContext | None = None, *, http2: bool = True
) -> AsyncIterator[Served]:
    """Listen until the block ends; over TLS both protocols are offered, or HTTP/1.1 alone."""
    served = Served()
    if context is not None:
        context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        found: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        agreed = found.selected_alpn_protocol() if found else "h2"
        try:
            await (_speak(reader, writer, answer, served) if agreed == "h2" else _plain(reader, writer))
        except LeavingError as error:
            writer.write(error.last)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context) as server:
        served.port = server.sockets[0].getsockname()[1]
        yield served


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(PLAIN)


async def _speak(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, served: Served
) -> None:
    number, decoder, asked = served.connections, hpack.Decoder(), dict[int, Mapping[str, str]]()
    await reader.readexactly(len(frames.PREFACE))
    writer.write(frames.settings({}))
    while True:
        high, low, kind, flags, stream = frames.HEAD.unpack(await reader.readexactly(frames.HEAD_SIZE))
        payload = await reader.readexactly(high << 8 | low)
        if kind == frames.HEADERS:
            asked[stream] = {str(f[0]): str(f[1]) for f in decoder.decode(payload)}
        if kind in {frames.HEADERS, frames.DATA} and flags & frames.END_STREAM:
            served.streams.append((number, stream))
            writer.write(answer(stream, asked.pop(stream)))
