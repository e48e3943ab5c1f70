"""What an agent says on stderr, which is that of the terminal, holds no secret."""

import asyncio
import pickle
import subprocess
from time import perf_counter
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from running import checked_plan

from planrunner.engine.fleet.link import Failed, Go, Invitation, Job, Link, Ready
from planrunner.engine.fleet.processes import COMMAND
from planrunner.pacing.executors import Shard

pytestmark = pytest.mark.slow

SECRET = "hunter2-hunter2"
TOKEN = bytes(range(32))
PLAN = f"""
name: Agent
target: http://127.0.0.1:1
variables: {{password: {{default: {SECRET}, secret: true}}}}
load: {{vus: 1, iterations: 1}}
steps: [{{get: /}}]
"""

FAULTS = {
    "an error that ends it": "int(SECRET)",
    "an error in a callback": "__import__('asyncio').get_running_loop().call_soon(int, SECRET)",
    "an error in a destructor": "type('Gone', (), {'__del__': lambda _: int(SECRET)})()",
    "a warning": "__import__('warnings').warn(SECRET)",
}


class Broken:
    """What setup saved, broken: in the agent's own process a VU that takes it has a fault, and fails."""

    def __init__(self, fault: str) -> None:
        self.fault = fault.replace("SECRET", repr(SECRET))

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (f"type('Broken', (), {{'keys': lambda _: [{self.fault}, int('x')]}})()",)


async def said(fault: str) -> str:
    """Give an agent a job that has a fault, and return what it says on stderr."""
    met: asyncio.Queue[Link] = asyncio.Queue()
    server = await asyncio.start_server(lambda *ends: met.put_nowait(Link(*ends)), "127.0.0.1", 0)
    invitation = Invitation("127.0.0.1", server.sockets[0].getsockname()[1], TOKEN.hex(), "agent 1 of 1")
    pipe = subprocess.PIPE
    agent = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stderr=pipe)
    assert agent.stdin
    agent.stdin.write(msgspec.json.encode(invitation) + b"\n")
    link = await met.get()
    assert await link.shown() == TOKEN
    checked = checked_plan(PLAN)
    saved: Any = Broken(fault)
    link.send(Job(pickle.dumps((checked.plan, replace(checked.given, saved=saved))), Shard()))
    assert isinstance(await link.receive(), Ready)
    link.send(Go(perf_counter()))
    assert isinstance(await link.receive(), Failed)
    _, stderr = await agent.communicate()
    await link.close()
    server.close()
    return stderr.decode()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_an_agent_tells_no_secret(fault: str) -> None:
    text = asyncio.run(said(FAULTS[fault]))
    assert ("***" in text, SECRET in text) == (True, False), text
