"""Faults over real sockets: each has its code, on new and kept connections, and concerns nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from time import perf_counter

import pytest
import uvloop
from fault_client import PATIENCE, Ends, encrypted, expected, outcome, request, terms_of
from fault_server import SLICINGS, Do, FaultServer, Script, serving, turns
from fault_table import GREETINGS, TABLE, Row

from planrunner.protocols.http.opening.dial import Dialer
from planrunner.protocols.http.session import Session
from planrunner.protocols.http.terms import Origin

NEIGHBOURS, REQUESTS = 3, 10
GENEROUS = 5.0  # seconds that a busy machine may be late

Outcome = tuple[int, int, bytes]


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return encrypted(tmp_path_factory.mktemp("tls"))


class Place:
    """Where faults happen: a server, and the sessions of those who meet them."""

    def __init__(self, server: FaultServer, ends: Ends) -> None:
        self.server = server
        self.dialer = Dialer()
        self.origin = Origin(ends.server is not None, "127.0.0.1", server.port, how=ends.client)

    async def ask(self, session: Session, path: str) -> Outcome:
        return outcome(await session.exchange(self.origin, request(path), PATIENCE))

    async def meet(self, row: Row, slicing: str, *, kept: bool) -> tuple[Outcome, int, bool, Outcome]:
        """Meet a fault; say what came of it, how many requests that were, and how it goes on."""
        session, path = Session(self.dialer), f"/{row.name}?{slicing}&{kept}"
        if kept:
            assert await self.ask(session, "/before") == (0, 200, b"/before")
        data, began = request(path, row.method, row.upload), perf_counter()
        found = outcome(await session.exchange(self.origin, data, terms_of(row)))
        assert perf_counter() - began < row.timeout + GENEROUS
        await self.end_of(row, path)
        usable = session.connections[self.origin].usable
        after = await self.ask(session, "/after")
        await session.close()
        return found, len(self.server.requests(path)), usable, after

    async def end_of(self, row: Row, path: str) -> None:
        """Wait until the server has done all that it does with a request: later bytes must not matter."""
        if Do.READ_NO_MORE not in row.script:
            for received in self.server.requests(path):
                await received.done.wait()
        await turns()

    async def live(self, number: int) -> list[Outcome]:
        """Send requests beside those that meet faults."""
        session = Session(self.dialer)
        found = [await self.ask(session, f"/{number}/{turn}") for turn in range(REQUESTS)]
        await session.close()
        return found


async def happen(rows: Collection[Row], ends: Ends, slicings: Collection[str]) -> list[object]:
    """Let faults happen in each way at once, among neighbours; return what went wrong."""
    wrong: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    early = frozenset(row.name for row in rows if row.early)
    scripts = {row.name: row.script for row in rows}
    async with serving(FaultServer(scripts, early, tls=ends.server)) as server:
        place = Place(server, ends)
        async with asyncio.TaskGroup() as group:
            met = [
                (row, kept, group.create_task(place.meet(row, slicing, kept=kept)))
                for row in rows
                for slicing in slicings
                for kept in ((True,) if row.timed and ends.server else (False, True))  # see SHORT
            ]
            lived = [group.create_task(place.live(number)) for number in range(NEIGHBOURS)]
        for row, kept, task in met:
            wanted = expected(row, kept=kept), 1, row.stays, (0, 200, b"/after")
            if task.result() != wanted:
                wrong.append((row.name, kept, task.result(), wanted))
        for number, neighbour in enumerate(lived):
            assert neighbour.result() == [(0, 200, b"/%d/%d" % (number, turn)) for turn in range(REQUESTS)]
    return [*wrong, *(asyncio.all_tasks() - {asyncio.current_task()})]


LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
QUICK = [row for row in TABLE if not row.timed]
TIMED = [row for row in TABLE if row.timed]

Loop = Callable[[], asyncio.AbstractEventLoop]


@pytest.mark.slow  # all of them together
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("row", QUICK, ids=lambda row: row.name)
def test_a_fault_has_its_code_and_concerns_nobody_else(row: Row, loop: Loop) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(happen([row], Ends(), SLICINGS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("row", QUICK, ids=lambda row: row.name)
def test_a_fault_over_tls_has_its_code_and_concerns_nobody_else(row: Row, loop: Loop, secure: Ends) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(happen([row], secure, SLICINGS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("over_tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_what_takes_too_long_has_its_code_and_concerns_nobody_else(
    loop: Loop, over_tls: bool, secure: Ends
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(happen(TIMED, secure if over_tls else Ends(), ["whole"])) == []


async def greeted(greeting: Script, ends: Ends) -> list[Outcome]:
    """Send requests to a target that does something with each connection as soon as there is one."""
    async with serving(FaultServer({}, greeting=greeting, tls=ends.server)) as server:
        place, session = Place(server, ends), Session(Dialer())
        found = [await place.ask(session, "/x") for _ in range(3)]
        await session.close()
    return found


@pytest.mark.parametrize("over_tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("greeting", GREETINGS, ids=lambda row: row.name)
def test_what_a_target_does_before_any_request_is_its_answer(
    greeting: Row, loop: Loop, over_tls: bool, secure: Ends
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        found = runner.run(greeted(greeting.script, secure if over_tls else Ends()))
    assert found == [expected(greeting, kept=False)] * 3


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_target_that_closes_at_once_has_closed_or_reset(loop: Loop) -> None:
    """What the kernel says depends on whether the request was on its way already."""
    with asyncio.Runner(loop_factory=loop) as runner:
        found = runner.run(greeted((Do.CLOSE,), Ends()))
    assert {code for code, _, _ in found} <= {1220, 1221}
