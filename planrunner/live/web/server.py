"""The server of the page: for this machine alone, those who know its address, and as long as the run."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hmac import compare_digest
from http import HTTPStatus
from importlib.resources import files

from planrunner.engine.run import Tick
from planrunner.live.board import Board, logs
from planrunner.live.web.events import Telling
from planrunner.live.web.http import HEAD, NOTHING, Asked, RefusedError, answer, head, read

HOST = "127.0.0.1"
PATIENCE = 5.0  # seconds for a request to come, and for an answer to go
GRACE = 1.0  # seconds at the end for pages to fetch the report
CONNECTIONS = 64  # at one time; more are closed at once
BEHIND = 1024 * 1024  # bytes that wait for a page; one that is slower is dropped, and comes back by itself

PAGE: Mapping[str, tuple[str, str]] = {
    "GET ": ("live.html", "text/html"),
    "GET live.css": ("live.css", "text/css"),
    "GET chart.js": ("chart.js", "text/javascript"),
    "GET live.js": ("live.js", "text/javascript"),
}
"""What the page is made of: what asks for it, its file and type."""

OWN = (
    f"{NOTHING}; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "frame-ancestors 'none'"
)
"""What the page may do: load its own files and show the report."""

REPORT = (
    f"{NOTHING}; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'self'; sandbox allow-scripts allow-downloads allow-modals allow-popups"
)
"""What the report may do: show itself; it is a stranger to the page, and cannot stop the run."""


class Server:
    """A watcher that tells pages what it hears.

    It is on the loop of the run, since what it does takes microseconds; a thread would want the same lock.
    """

    def __init__(
        self,
        board: Board,
        token: str,
        stop: Callable[[], object],
        *,
        patience: float = PATIENCE,
        grace: float = GRACE,
    ) -> None:
        self._patience, self._grace = patience, grace
        self._telling, self._token, self._stop = Telling(board), token, stop
        self._server: asyncio.Server | None = None
        self._hosts: frozenset[str] = frozenset()
        self._pages: set[StreamWriter] = set()  # that are told events
        self._open: set[StreamWriter] = set()  # all connections
        self._gone = asyncio.Event()  # whether nobody is told any more
        self._report = b""
        self._end = b""  # what was told at the end, for who comes after it

    async def open(self, port: int) -> str:
        """Listen on a port, any free one for 0, and return the address of the page; may raise OSError."""
        self._server = await asyncio.start_server(self._serve, HOST, port, limit=HEAD)
        self._hosts = frozenset(f"{name}:{self.port}" for name in (HOST, "localhost"))
        return f"http://{HOST}:{self.port}/{self._token}/"

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    def tick(self, tick: Tick) -> None:
        """Tell what the newest second brought."""
        if self._pages:
            self._tell(self._telling.second(tick))
            self.say(logs(tick))

    def say(self, lines: Sequence[str]) -> None:
        """Tell lines."""
        if self._pages and lines:
            self._tell(self._telling.said(lines))

    @property
    def watched(self) -> bool:
        """Whether there is a page."""
        return bool(self._pages)

    async def close(self, sentence: str, outcome: str, report: bytes = b"", *, more: bool = False) -> None:
        """Tell that the run is over; pages fetch the report and leave, those that do not are left behind."""
        self._report = report
        self._end = self._telling.ended(sentence, outcome, report=bool(report), more=more)
        self._tell(self._end)
        if self._pages:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._grace):
                    await self._gone.wait()
        assert self._server
        self._server.close()
        for writer in [*self._open]:
            writer.close()

    def _tell(self, data: bytes) -> None:
        for writer in [*self._pages]:
            if writer.transport.get_write_buffer_size() > BEHIND:
                writer.transport.abort()
                self._leave(writer)
            else:
                writer.write(data)

    def _leave(self, writer: StreamWriter) -> None:
        self._pages.discard(writer)
        if not self._pages:
            self._gone.set()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer the one request of a connection."""
        if len(self._open) >= CONNECTIONS:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            with suppress(OSError):  # whoever asked has left; a time limit is one, too
                await self._answer(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._patience):
                asked = await read(reader)
            if asked is None:
                return
            wanted = self._allowed(asked)
        except RefusedError as refused:
            writer.write(answer(refused.status))
        else:
            if wanted == "GET events":
                await self._follow(reader, writer)
                return
            writer.write(self._found(wanted))
        try:
            async with asyncio.timeout(self._patience):
                await writer.drain()
        except TimeoutError:
            writer.transport.abort()

    def _allowed(self, asked: Asked) -> str:
        """Return what is asked for, without the token; RefusedError for whoever may not ask.

        Another site whose name is made to lead here (DNS rebinding) is in Host, a form of one in Origin.
        """
        host, path = asked.fields.get("host", ""), asked.path.removeprefix("/")
        token, _, wanted = path.partition("/")
        known = compare_digest(token.encode(), self._token.encode())
        ours = host in self._hosts and asked.fields.get("origin", f"http://{host}") == f"http://{host}"
        if not known or not ours:
            raise RefusedError(HTTPStatus.FORBIDDEN)
        return f"{asked.method} {wanted if '/' in path else '..'}"

    def _found(self, wanted: str) -> bytes:
        if wanted == "POST stop":
            self._stop()
            return answer(HTTPStatus.ACCEPTED)
        if wanted == "GET ..":  # the address as some people type it
            return head(
                HTTPStatus.PERMANENT_REDIRECT, {"Location": f"/{self._token}/", "Content-Length": "0"}
            )
        if wanted == "GET report" and self._report:
            return answer(HTTPStatus.OK, self._report, "text/html", REPORT)
        if wanted in PAGE:
            name, kind = PAGE[wanted]
            return answer(HTTPStatus.OK, _file(name), kind, OWN)
        return answer(HTTPStatus.NOT_FOUND)

    async def _follow(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Tell a page everything so far, and then what comes, until it leaves."""
        writer.write(head(HTTPStatus.OK, {}, "text/event-stream", OWN) + self._telling.all() + self._end)
        self._pages.add(writer)
        self._gone.clear()
        try:
            await reader.read(1)  # a page says nothing more, so that is its end
        finally:
            self._leave(writer)


@cache
def _file(name: str) -> bytes:
    return files(__package__).joinpath("page", name).read_bytes()
