"""Searches from the command line, against a real server whose capacity is known."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from counting import REPLY
from whole_runs import arguments

from planrunner.result import Capacity, from_json

pytestmark = pytest.mark.slow

PLACES, SERVICE = 25, 0.5  # so it answers 50 requests a second, those of 25 users at once
SECONDS = 120  # for what takes half a minute
REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
PLAN = """
name: Search
target: {target}
load: {{{load}}}
steps:
  - get: /
thresholds:
  http_req_duration: p(95) < 700ms
  http_req_failed: rate < 1%
"""


@asynccontextmanager
async def limited(*, refusing: bool) -> AsyncIterator[str]:
    """Serve with a limited number of places; who comes when all are taken waits in line, or is refused."""
    places = asyncio.Semaphore(PLACES)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                full = refusing and places.locked()
                async with nullcontext() if full else places:
                    await asyncio.sleep(SERVICE)
                writer.write(REFUSAL if full else REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def searched(folder: Path, load: str, *options: str, refusing: bool = False) -> Capacity:
    """Search for the capacity of a server of its own; returns what was found."""
    async with limited(refusing=refusing) as target, asyncio.timeout(SECONDS):
        words = arguments(folder, PLAN.format(target=target, load=load))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "planrunner", *words, "--quiet", *options
        )
        assert await process.wait() == 0
    found = from_json((folder / "reports" / "result.json").read_bytes()).capacity
    assert found is not None
    assert found.ended == "found"
    return found


def test_what_a_server_bears_is_found_within_a_step(tmp_path: Path) -> None:
    for name in ("rate", "shared", "vus"):
        (tmp_path / name).mkdir()

    async def main() -> tuple[Capacity, ...]:  # beside each other: they wait most of the time
        rate = "find: rate, from: 30/s, to: 1000/s, max_vus: 600, hold: 3s"
        vus = "find: vus, from: 8, to: 500, hold: 2s"
        return await asyncio.gather(
            searched(tmp_path / "rate", rate),
            searched(tmp_path / "shared", rate, "--processes", "2"),
            searched(tmp_path / "vus", vus, "--processes", "2", refusing=True),
        )

    *rates, vus = asyncio.run(main())
    for found in rates:
        good, bad = between(found)
        assert bad / good <= 1.1
        assert good / 1.1 <= PLACES / SERVICE <= bad * 1.1
    good, bad = between(vus)
    assert bad - good <= max(1, 0.1 * good)
    assert good / 1.1 <= PLACES <= bad * 1.1


def between(found: Capacity) -> tuple[float, float]:
    """Return the highest level that held, and the lowest that did not."""
    assert found.last_good is not None
    assert found.first_bad is not None
    return found.last_good, found.first_bad
