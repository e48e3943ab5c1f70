"""The fleet of processes: agents on this machine that share a plan; this process sends no load itself."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import suppress
from hmac import compare_digest
from math import ceil, inf
from pathlib import Path
from secrets import token_bytes
from time import perf_counter
from typing import Any

import msgspec

from planrunner.engine.fleet.fleet import Event, Loss, Tell, stream
from planrunner.engine.fleet.link import (
    FORSAKEN,
    SILENCE,
    TOKEN,
    Ack,
    Failed,
    Go,
    Invitation,
    Job,
    Link,
    Message,
    Ready,
    Steer,
    Stop,
)
from planrunner.engine.program.build import Given
from planrunner.errors import PlanError, Problems, SetupError
from planrunner.metrics.join import Join, Part
from planrunner.pacing.executors import Shard
from planrunner.pacing.levels import Level
from planrunner.plan.model import Plan
from planrunner.result import Gap, Lost
from planrunner.values.mask import Mask

HOST = "127.0.0.1"
STARTING = 60.0  # seconds until an agent must be ready: it may have a million rows to take in
LEAD = 0.1  # seconds from the word to the start, so that each agent has heard it by then
ENDING = 5.0  # seconds for an agent to end by itself when all is done
STRANGE = 5.0  # seconds for somebody who has connected to prove himself
DYING = 1.0  # seconds for a process to be gone whose connection is closed

COMMAND = (sys.executable, "-P", "-m", "planrunner.engine.fleet.agent")  # -P: no module of the user's folder


class LostError(Exception):
    """An agent is lost; the message says how, `at` when it knew itself."""

    def __init__(self, message: str, at: float | None = None) -> None:
        super().__init__(message)
        self.at = at


class Agent:
    """An agent, as the coordinator sees it."""

    def __init__(self, index: int, count: int) -> None:
        self.shard = Shard(index, count)
        self.name = f"agent {index + 1} of {count}"
        self.token = token_bytes(TOKEN)
        self.met: asyncio.Future[Link] = asyncio.get_running_loop().create_future()
        self.silent = False
        self.employed = False  # it has its job, and waits for other messages
        self.done = False  # all that it measured has arrived
        self.process: Process | None = None

    @property
    def link(self) -> Link | None:
        """The connection, while there is one."""
        return self.met.result() if self.met.done() and not self.met.cancelled() else None

    def send(self, message: Message) -> None:
        """Send a message, if there is somebody to get it."""
        if self.link:
            self.link.send(message)

    async def launch(self, command: Sequence[str], port: int) -> None:
        """Start the process, apart from this terminal: a Ctrl-C is for the coordinator alone."""
        invitation = Invitation(HOST, port, self.token.hex(), self.name)
        try:
            self.process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise SetupError(f"cannot start {self.name}: {error}; use fewer --processes") from None
        self.name = f"{self.name} (process {self.process.pid})"
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(invitation) + b"\n")
        self.process.stdin.close()

    async def meet(self) -> Link:
        """Wait until it has connected and proved itself; a process that ends before is lost."""
        assert self.process is not None
        ended: asyncio.Future[int] = asyncio.ensure_future(self.process.wait())
        either: list[asyncio.Future[Any]] = [self.met, ended]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if not self.met.done():
            raise ConnectionError("it ended before it had connected")
        return self.met.result()

    async def watch(self) -> None:
        """Give it up when it is silent for too long."""
        assert self.link is not None
        await self.link.watch()
        self.silent = True
        self.link.abort()

    async def how(self) -> str:
        """Say how it was lost."""
        if self.silent:
            return f"did not answer for {SILENCE:g} s"
        assert self.process is not None
        try:
            async with asyncio.timeout(DYING):
                code = await self.process.wait()
        except TimeoutError:
            return "closed its connection"
        if code == 0:  # what it said of it is lost with its connection
            return FORSAKEN
        return f"died with exit code {code}" if code > 0 else f"died, killed by {named(-code)}"

    async def end(self) -> None:
        """See to it that nothing of it is left."""
        if self.link:
            await self.link.close()
        if self.process is None:
            return
        try:
            async with asyncio.timeout(ENDING if self.done else 0):
                await self.process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()  # it ends stopped processes too
            await self.process.wait()


class Processes:
    """Agents in processes of their own, and what they have told so far."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        processes: int,
        command: Sequence[str] = COMMAND,
        patience: float = STARTING,
    ) -> None:
        self.processes = processes
        self._command, self._patience = command, patience
        self._work = pickle.dumps((plan, given), pickle.HIGHEST_PROTOCOL)
        self._mask = Mask(given.secrets)
        self._join = Join(processes)
        self._agents = [Agent(index, processes) for index in range(processes)]
        self._unready = set(self._agents)
        self._start: float | None = None
        self._stopping = False
        self._until = inf
        self._tell: Tell = lambda _: None

    def events(self) -> AsyncGenerator[Event, None]:
        """Start the agents and yield what they tell; closing it leaves no process behind."""
        return stream(self._carry_out)

    def stop(self) -> None:
        """Let the agents begin nothing new; those that are still starting will hear it first."""
        self._stopping = True
        self._until = min(self._until, self.elapsed())
        for agent in self._agents:
            if agent.employed:
                agent.send(Stop())

    def steer(self, level: Level) -> None:
        """Have a level of the search come next, in all agents."""
        for agent in self._agents:
            agent.send(Steer(level))

    def deserted(self) -> bool:
        """Whether no agent came to its end: all were lost."""
        return not any(agent.done for agent in self._agents)

    def until(self) -> float:
        """When they were told to stop, in seconds since the start; infinity when they were not."""
        return self._until

    def elapsed(self) -> float:
        """Seconds since the start; 0 before it."""
        return max(0.0, perf_counter() - self._start) if self._start is not None else 0.0

    async def _carry_out(self, tell: Tell) -> None:
        self._tell = tell
        server = await asyncio.start_server(self._welcome, HOST, 0)
        port: int = server.sockets[0].getsockname()[1]
        try:
            async with asyncio.TaskGroup() as group:
                for agent in self._agents:
                    group.create_task(self._attend(agent, port))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the first says it; the others were ended for it
        finally:
            server.close()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Listen to whoever shows the token of an agent that has not come yet, and to nobody else."""
        link = Link(reader, writer)
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(STRANGE):
                token = await link.shown()
            for agent in self._agents:
                if compare_digest(agent.token, token) and not agent.met.done():
                    agent.met.set_result(link)
                    return
        link.abort()

    async def _attend(self, agent: Agent, port: int) -> None:
        """See an agent through, from its start to its end."""
        try:
            await surely(agent.launch(self._command, port))
            async with asyncio.timeout(self._patience):
                await self._prepare(agent)
            await self._collect(agent)
        except TimeoutError:
            self._lose(agent, LostError(f"was not ready after {self._patience:g} s"))
        except ConnectionError:
            self._lose(agent, LostError(await agent.how()))
        except LostError as lost:
            self._lose(agent, lost)
        finally:
            await surely(agent.end())

    async def _prepare(self, agent: Agent) -> None:
        link = await agent.meet()
        link.send(Job(self._work, agent.shard))
        agent.employed = True
        if self._stopping:
            link.send(Stop())
        answer = await link.receive()
        if isinstance(answer, Failed):
            raise _raised(agent, answer, self._mask)
        assert isinstance(answer, Ready)
        self._settle(agent)

    def _settle(self, agent: Agent) -> None:
        """Wait for an agent no longer: it is ready, or lost. All that are ready start together."""
        self._unready.discard(agent)
        if not self._unready and self._start is None:
            self._start, self._work = perf_counter() + LEAD, b""
            for one in self._agents:
                one.send(Go(self._start))

    async def _collect(self, agent: Agent) -> None:
        """Take in what an agent measures, until it has told all."""
        assert agent.link is not None
        watch = asyncio.create_task(agent.watch())
        try:
            while not agent.done:
                told = await agent.link.receive()
                if isinstance(told, Failed):
                    raise LostError(self._mask(told.message), told.at)
                assert isinstance(told, Part)
                self._take_in(agent, told)
        finally:
            watch.cancel()

    def _take_in(self, agent: Agent, part: Part) -> None:
        agent.send(Ack(part.snapshot.number))
        missing = self._join.add(agent.shard.index, part)
        if missing:
            lost = Lost(agent.name, missing[1], "left a part out", (Gap(*missing),))
            self._tell(Loss(lost, agent.shard, since=inf))  # it goes on
        agent.done = part.last
        self._hand_out()

    def _lose(self, agent: Agent, lost: LostError) -> None:
        at = max(0.0, self.elapsed() if lost.at is None else lost.at)
        told = self._join.leave(agent.shard.index)
        missing = (Gap(told, at),) if told < at else ()
        self._tell(Loss(Lost(agent.name, at, str(lost), missing), agent.shard, told))
        self._hand_out()
        self._settle(agent)

    def _hand_out(self) -> None:
        for snapshot in self._join.merged():
            self._tell(snapshot)


async def surely(work: Coroutine[Any, Any, None]) -> None:
    """See something through to its end, though this task be cancelled meanwhile: a process is not left half
    started, nor half ended."""
    task, cancelled = asyncio.create_task(work), False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    error = None if task.cancelled() else task.exception()
    if cancelled:
        raise asyncio.CancelledError
    if error:
        raise error


def named(number: int) -> str:
    """Name a signal; those of the real-time range have numbers only."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _raised(agent: Agent, failed: Failed, mask: Mask) -> Exception:
    """Make the exception that an agent met while it was starting."""
    if failed.kind == "plan":
        return PlanError(Problems(list(failed.problems), mask=mask))
    if failed.kind == "world":
        return SetupError(mask(failed.message))
    return RuntimeError(f"{agent.name}: {mask(failed.message)}")


QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container, as it sees it


def cores(quota: Path = QUOTA) -> int:
    """Return how many processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not everywhere
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    try:
        limit, period = quota.read_text().split()
        return min(allowed, max(1, ceil(int(limit) / int(period))))
    except (OSError, ValueError):  # no such file, or no limit: "max 100000"
        return allowed
