"""Who gets the page, who does not, and that none of them holds up the run."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from running import checked_plan
from test_terminal import tick

from planrunner.live.board import Board
from planrunner.live.web.server import CONNECTIONS, Server

CHECKED = checked_plan("name: x\ntarget: http://h\nload: {vus: 5, duration: 40s}\nsteps: [{get: /a}]\n")
TOKEN = "token"


class Site:
    """A server under test, and somebody who asks it."""

    def __init__(self, **settings: float) -> None:
        self.stops = 0
        self.board = Board(CHECKED)
        self.server = Server(self.board, TOKEN, self._stop, **settings)
        self.port = 0

    def _stop(self) -> None:
        self.stops += 1

    async def open(self) -> None:
        url = await self.server.open(0)
        self.port = int(url.split(":")[2].split("/")[0])
        assert url == f"http://127.0.0.1:{self.port}/{TOKEN}/"

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)

    async def send(self, text: str) -> str:
        reader, writer = await self.connect()
        writer.write(text.encode())
        found = await reader.read()
        writer.close()
        return found.decode()

    async def ask(self, path: str, method: str = "GET", host: str = "", fields: str = "") -> str:
        host = host or f"127.0.0.1:{self.port}"
        return await self.send(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n")

    async def follow(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await self.connect()
        writer.write(f"GET /{TOKEN}/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        await reader.readuntil(b"event: stands\n")
        return reader, writer


def visit(visiting: Callable[[Site], Awaitable[None]], **settings: float) -> Site:
    async def main() -> Site:
        site = Site(**settings)
        await site.open()
        await visiting(site)
        await site.server.close("over", "passed")
        return site

    return asyncio.run(main())


async def until(holds: Callable[[], bool]) -> None:
    """Let the server do its part."""
    while not holds():  # noqa: ASYNC110 - it has no event for this
        await asyncio.sleep(0)


def status(found: str) -> str:
    return found.split(" ")[1]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html"),
        ("live.css", "text/css"),
        ("live.js", "text/javascript"),
        ("chart.js", "text/javascript"),
    ],
)
def test_the_page_loads_nothing_but_its_own_files(path: str, kind: str) -> None:
    async def visiting(site: Site) -> None:
        found = await site.ask(f"/{TOKEN}/{path}")
        assert status(found) == "200"
        assert f"Content-Type: {kind}; charset=utf-8\r\n" in found
        assert "default-src 'none'" in found
        assert "unsafe" not in found

    visit(visiting)


@pytest.mark.parametrize("path", ["/", "/other/", "/tokens/", "/other/stop", "/other/events", "/favicon.ico"])
def test_who_does_not_know_the_token_is_refused(path: str) -> None:
    async def visiting(site: Site) -> None:
        assert status(await site.ask(path)) == "403"
        assert status(await site.ask(path, "POST")) == "403"

    assert visit(visiting).stops == 0


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1:PORT.evil.example"])
def test_a_name_that_is_made_to_lead_here_is_refused(host: str) -> None:
    async def visiting(site: Site) -> None:
        name = host.replace("PORT", str(site.port))
        assert status(await site.ask(f"/{TOKEN}/", host=name)) == "403"
        assert status(await site.send(f"GET /{TOKEN}/ HTTP/1.1\r\n\r\n")) == "403"
        assert status(await site.ask(f"/{TOKEN}/", host=f"localhost:{site.port}")) == "200"

    visit(visiting)


def test_only_the_page_itself_stops_the_run() -> None:
    async def visiting(site: Site) -> None:
        stop = f"/{TOKEN}/stop"
        assert status(await site.ask(stop, "POST", fields="Origin: http://evil.example\r\n")) == "403"
        assert status(await site.ask(stop, "POST", fields="Origin: null\r\n")) == "403"
        assert status(await site.ask(stop)) == "404"
        assert site.stops == 0
        own = f"Origin: http://127.0.0.1:{site.port}\r\nContent-Length: 0\r\n"
        assert status(await site.ask(stop, "POST", fields=own)) == "202"

    assert visit(visiting).stops == 1


def test_an_address_without_its_last_slash_leads_to_the_page() -> None:
    async def visiting(site: Site) -> None:
        found = await site.ask(f"/{TOKEN}")
        assert status(found) == "308"
        assert f"Location: /{TOKEN}/\r\n" in found

    visit(visiting)


def test_what_is_not_there_is_not_found_the_report_before_the_end_included() -> None:
    async def visiting(site: Site) -> None:
        for path in ("nothing", "report", "../live.js", "live.js?x"):
            assert status(await site.ask(f"/{TOKEN}/{path}")) == "404"
        assert status(await site.send("nonsense\r\n\r\n")) == "400"

    visit(visiting)


def test_a_page_is_told_each_second_until_it_leaves() -> None:
    async def visiting(site: Site) -> None:
        site.server.tick(tick(1))  # nobody is there
        reader, writer = await site.follow()
        _, other = await site.follow()
        other.close()
        await until(lambda: len(site.server._pages) == 1)
        site.server.tick(tick(2, "a line"))
        found = await reader.readuntil(b'["a line"]\n\n')
        assert b"event: second" in found
        writer.close()
        await until(lambda: not site.server.watched)

    visit(visiting)


@pytest.mark.slow
def test_a_page_that_does_not_read_is_dropped_and_holds_up_nobody() -> None:
    async def visiting(site: Site) -> None:
        _, writer = await site.follow()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(200):
            site.server.say(["x" * 300] * 200)
            await asyncio.sleep(0)
        assert not site.server.watched
        writer.close()

    visit(visiting)


def test_who_connects_and_says_nothing_is_sent_away() -> None:
    async def visiting(site: Site) -> None:
        reader, writer = await site.connect()
        assert await reader.read() == b""
        writer.close()

    visit(visiting, patience=0.01)


def test_who_leaves_without_a_word_is_forgotten() -> None:
    async def visiting(site: Site) -> None:
        _, writer = await site.connect()
        await until(lambda: len(site.server._open) == 1)
        writer.close()
        await until(lambda: not site.server._open)

    visit(visiting)


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    async def main() -> None:
        site = Site(patience=0.05)
        await site.open()
        await site.server.close("over", "passed", b"x" * 2**25)
        server = await asyncio.start_server(site.server._serve, "127.0.0.1", site.port)
        _, writer = await site.connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(f"GET /{TOKEN}/report HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n".encode())
        await until(lambda: len(site.server._open) == 1)
        await until(lambda: not site.server._open)
        writer.close()
        server.close()

    asyncio.run(main())


def test_connections_are_bounded() -> None:
    async def visiting(site: Site) -> None:
        held = [await site.connect() for _ in range(CONNECTIONS)]
        await until(lambda: len(site.server._open) == CONNECTIONS)
        reader, writer = await site.connect()
        with suppress(ConnectionError):
            assert await reader.read() == b""
        for _, each in [*held, (reader, writer)]:
            each.close()

    visit(visiting)


def test_at_the_end_a_page_fetches_the_report_and_leaves() -> None:
    async def main() -> str:
        site = Site(grace=60.0)
        await site.open()
        reader, writer = await site.follow()
        closing = asyncio.create_task(site.server.close("passed", "passed", b"<p>report</p>"))
        await reader.readuntil(b"event: ended\n")
        report = await site.ask(f"/{TOKEN}/report")
        writer.close()
        await closing
        with pytest.raises(ConnectionError):
            await site.connect()
        return report

    report = asyncio.run(main())
    assert report.endswith("<p>report</p>")
    assert "sandbox allow-scripts" in report


def test_who_comes_when_the_run_is_over_is_told_its_end_too() -> None:
    async def main() -> bytes:
        site = Site(grace=60.0)
        await site.open()
        _, first = await site.follow()
        closing = asyncio.create_task(site.server.close("passed", "passed", more=True))
        await asyncio.sleep(0)
        reader, late = await site.follow()
        told = await reader.readuntil(b"event: ended\n") + await reader.readline()
        first.close()
        late.close()
        await closing
        return told

    assert b'"more":true' in asyncio.run(main())


def test_a_page_that_stays_open_does_not_keep_the_run_from_its_end() -> None:
    async def main() -> bytes:
        site = Site(grace=0.01)
        await site.open()
        reader, writer = await site.follow()
        await site.server.close("quit", "interrupted")
        rest = await reader.read()
        writer.close()
        return rest

    assert b'"report":false' in asyncio.run(main())
