"""One agent, in the test's own process, under a coordinator that is the test."""

import asyncio
import gc
import io
import pickle
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from time import perf_counter
from typing import Any, TypeVar

import msgspec
import pytest
from counting import Target, serving
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.checked import Checked
from planrunner.engine.fleet.agent import attend, loop_factory
from planrunner.engine.fleet.link import Ack, Failed, Go, Invitation, Job, Link, Ready, Stop
from planrunner.engine.fleet.processes import COMMAND
from planrunner.errors import Problems
from planrunner.metrics.join import Part
from planrunner.pacing.executors import Shard
from planrunner.values.masked import Masked

T = TypeVar("T")

TOKEN = bytes(range(32))
STEPS = "steps: [{get: /}, {think: 5ms}]\n"


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """An agent freezes what is there, for it is all that its process does."""
    yield
    gc.unfreeze()


def plan(target: Target, text: str, said: Problems | None = None) -> Checked:
    return checked_plan(f"name: Agent\ntarget: {target.url}\n{text}", said)


def job(checked: Checked) -> Job:
    return Job(pickle.dumps((checked.plan, checked.given)), Shard())


def coordinated(act: Callable[[Link, Target], Awaitable[T]]) -> T:
    """Let an agent connect, and do with it as a coordinator might."""

    async def main() -> T:
        met: asyncio.Queue[Link] = asyncio.Queue()
        server = await asyncio.start_server(lambda *ends: met.put_nowait(Link(*ends)), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with serving() as target:
            invitation = Invitation("127.0.0.1", port, TOKEN.hex(), "agent 1 of 1")
            agent = asyncio.create_task(attend(invitation, Masked(io.StringIO())))
            link = await met.get()
            assert await link.shown() == TOKEN
            try:
                return await act(link, target)
            finally:
                await link.close()
                await asyncio.wait([agent])
                server.close()
                agent.result()

    return asyncio.run(main())


async def ready(link: Link, checked: Checked) -> None:
    link.send(job(checked))
    assert isinstance(await link.receive(), Ready)


async def parts(link: Link) -> list[Part]:
    found: list[Part] = []
    while not (found and found[-1].last):
        told = await link.receive()
        assert isinstance(told, Part)
        found.append(told)
        link.send(Ack(told.snapshot.number))
    return found


async def gone(link: Link) -> bool:
    try:
        await link.receive()
    except ConnectionError:
        return True
    return False


@pytest.mark.slow
def test_an_agent_tells_all_that_it_did_and_goes_when_it_is_heard() -> None:
    async def act(link: Link, target: Target) -> tuple[list[int], int, bool]:
        await ready(link, plan(target, f"load: {{vus: 1, iterations: 4}}\n{STEPS}"))
        link.send(Go(perf_counter()))
        numbers = [part.snapshot.number for part in await parts(link)]
        return numbers, len(target.paths), await gone(link)

    assert coordinated(act) == ([0], 4, True)


@pytest.mark.slow
def test_an_agent_begins_at_the_moment_that_it_is_told() -> None:
    async def act(link: Link, target: Target) -> tuple[float, float]:
        await ready(link, plan(target, f"load: {{vus: 1, iterations: 1}}\n{STEPS}"))
        start = perf_counter() + 0.3
        link.send(Go(start))
        await parts(link)
        return target.newest, start

    newest, start = coordinated(act)
    assert newest >= start


@pytest.mark.slow
def test_an_agent_that_is_told_to_stop_before_its_start_sends_nothing() -> None:
    async def act(link: Link, target: Target) -> tuple[list[bool], list[str]]:
        link.send(job(plan(target, f"load: {{vus: 1, duration: 1h}}\n{STEPS}")))
        link.send(Stop())
        assert isinstance(await link.receive(), Ready)
        link.send(Go(perf_counter() + 0.1))
        return [part.last for part in await parts(link)], target.paths

    assert coordinated(act) == ([True], [])


@pytest.mark.slow
def test_an_agent_whose_coordinator_is_gone_stops_in_the_middle_of_an_iteration() -> None:
    async def act(link: Link, target: Target) -> Target:
        await ready(link, plan(target, f"load: {{vus: 1, duration: 1h, graceful_stop: 1h}}\n{STEPS}"))
        link.send(Go(perf_counter()))
        await target.asked(3)
        link.abort()
        return target

    coordinated(act)  # comes to its end


def test_an_agent_says_what_is_wrong_with_the_plan() -> None:
    async def act(link: Link, target: Target) -> Any:
        wrong = plan(target, "load: {vus: 1, iterations: 1}\nsteps: [{get: '/${nope}'}]\n", Problems())
        link.send(job(wrong))
        return await link.receive()

    failed = coordinated(act)
    assert isinstance(failed, Failed)
    assert (failed.kind, [problem.place.line for problem in failed.problems]) == ("plan", [4])


class Lacking:
    """Data that cannot be unpickled: what is done instead raises an error."""

    def __init__(self, error: str) -> None:
        self.error = error

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"from planrunner.errors import SetupError\nraise {self.error}('on purpose')",)


@pytest.mark.parametrize(
    ("error", "failed"),
    [
        ("SetupError", Failed("world", "on purpose")),
        ("KeyError", Failed("internal", "KeyError: 'on purpose'")),
    ],
)
def test_an_agent_that_cannot_begin_says_why(error: str, failed: Failed) -> None:
    async def act(link: Link, _: Target) -> Any:
        link.send(Job(pickle.dumps(Lacking(error)), Shard()))
        return await link.receive()

    assert coordinated(act) == failed


@pytest.mark.slow
def test_an_agent_that_fails_on_the_way_says_why_and_raises_it() -> None:
    said: list[Any] = []

    async def act(link: Link, target: Target) -> None:
        checked = plan(target, f"load: {{vus: 1, duration: 1h}}\n{STEPS}")
        wrong: Any = 7  # no mapping, as a fault of ours would be
        await ready(link, replace(checked, given=replace(checked.given, saved=wrong)))
        link.send(Go(perf_counter()))
        said.append(await link.receive())

    with pytest.raises(ExceptionGroup):
        coordinated(act)
    assert said[0].message.startswith("TypeError: ")


@pytest.mark.slow
def test_an_invitation_that_leads_nowhere_leaves_one_line() -> None:
    invitation = msgspec.json.encode(Invitation("127.0.0.1", 1, TOKEN.hex(), "agent 1 of 2"))
    ended = subprocess.run(COMMAND, input=invitation, capture_output=True, check=False)
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith("planrunner: agent 1 of 2: ConnectionRefusedError: ")
    assert ended.returncode == 1


def test_without_uvloop_the_loop_is_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop_factory() is None


@pytest.mark.slow
def test_an_agent_whose_coordinator_is_gone_before_it_says_anything_ends_quietly() -> None:
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
