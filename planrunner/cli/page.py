"""The page of a run in the browser: opened before it, and closed with its report."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Sequence
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from planrunner.engine.run import Watcher
from planrunner.live.board import Board
from planrunner.reports.wording import outcome, verdict
from planrunner.result import Result

if TYPE_CHECKING:
    from planrunner.live.web.server import Server


class Page:
    """A page, or none: it costs the run nothing but itself when it cannot be had.

    Its address stays the same when it is opened again, for another run.
    """

    def __init__(self, port: int | None) -> None:
        self._port, self._token = port, token_urlsafe(16)
        self._close: Callable[[Result | None, bool], None] = _nothing

    async def open(
        self,
        board: Board,
        stop: Callable[[], object],
        say: Callable[[Sequence[str]], None],
    ) -> list[Watcher]:
        """Serve the page on the loop that runs, and say where; return who tells it what happens."""
        self._close = _nothing
        if self._port is None:
            return []
        from planrunner.live.web.server import HOST, Server

        server = Server(board, self._token, stop)
        try:
            url = await server.open(self._port)
        except OSError as error:
            told = f"no live page on {HOST}:{self._port}: {reason(error)}; the run goes on without it"
            say([f"planrunner: warning: {told}"])
            return []
        say([f"       live: {url}", ""])
        self._port, loop = server.port, asyncio.get_running_loop()

        self._close = lambda result, more: loop.run_until_complete(_closed(server, result, more=more))
        return [server]

    def close(self, result: Result | None, *, more: bool = False) -> None:
        """Have the page show the report, or say that there is none; the loop is there, and does not run.

        `more`: a page of the next plan follows, at the same address.
        """
        self._close(result, more)


def _nothing(*_: object) -> None:
    """Do nothing: there is no page."""


def reason(error: OSError) -> str:
    """Say why a port cannot be had, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return "the port is in use (--live without a port takes a free one)"
    if error.errno == errno.EACCES:
        return "not allowed (ports from 1024 are)"
    return error.strerror or str(error)


async def _closed(server: Server, result: Result | None, *, more: bool) -> None:
    if result is None:
        await server.close("quit without a report", "interrupted")
    else:
        from planrunner.reports import REPORTS

        report = REPORTS["report.html"](result) if server.watched else b""
        await server.close(verdict(result), outcome(result), report, more=more)
