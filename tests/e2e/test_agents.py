"""A run in several processes, from the command line: its counts, its end, and its agents when left alone."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from counting import Target, serving, until
from nginx import Nginx
from whole_runs import Ended, arguments, command_here, finish, requests_told, run_here, start

pytestmark = pytest.mark.slow

PLAN = """
name: Agents
target: {target}
load: {{{load}}}
steps:
  - get: /json
    checks: [{{name: wrong on purpose, status: 404}}]
  - think: 5ms
"""
ENDLESS = "vus: 6, duration: 1h"


def agents(coordinator: int) -> list[int]:
    """List the processes that a coordinator has started."""
    return [int(pid) for pid in Path(f"/proc/{coordinator}/task/{coordinator}/children").read_text().split()]


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def meddled(
    folder: Path, meddle: Callable[[int, list[int], Target], Awaitable[None]], *options: str
) -> tuple[Ended, Target, list[int]]:
    """Run an endless plan with two agents, and do something to them as soon as there is load."""

    async def main() -> tuple[Ended, Target, list[int]]:
        async with serving() as target:
            words = arguments(folder, PLAN.format(target=target.url, load=ENDLESS))
            process = start(*words, "--processes", "2", *options)
            try:
                await target.asked(10)
                pids = agents(process.pid)
                await meddle(process.pid, pids, target)
            except TimeoutError:
                process.kill()
                raise AssertionError(process.communicate()) from None
            ended = await asyncio.to_thread(finish, process, folder)
            return ended, target, pids

    return asyncio.run(main())


@pytest.mark.server("nginx")
@pytest.mark.parametrize("load", ["vus: 4, iterations: 50", "rate: 100/s, duration: 1s, max_vus: 10"])
def test_all_reports_count_the_requests_that_nginx_logged(tmp_path: Path, nginx: Nginx, load: str) -> None:
    ended = run_here(tmp_path, PLAN.format(target=nginx.url, load=load), "--processes", "2")
    logged = sum("/json" in line for line in nginx.requests())
    assert logged in {50, 100}
    assert requests_told(ended, "/json") == dict.fromkeys(requests_told(ended, "/json"), logged)
    assert (ended.code, ended.result.processes) == (0, 2)


def test_there_are_no_more_agents_than_vus(tmp_path: Path) -> None:
    ended = run_here(tmp_path, PLAN.format(target="demo", load="vus: 2, iterations: 2"), "--processes", "9")
    assert ended.result.processes == 2


def test_one_vu_needs_no_agent(tmp_path: Path) -> None:
    ended = run_here(tmp_path, PLAN.format(target="demo", load=""), "--processes", "auto")
    assert (ended.code, ended.result.processes) == (0, 1)


@pytest.mark.parametrize("number", ["0", "many", "-1", "1.5"])
def test_a_number_of_processes_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    ended = command_here("run", "plan.yml", "--processes", number, cwd=tmp_path)
    assert ended.code == 2
    assert f"{number!r} is neither a number from 1 nor auto" in ended.stderr


def test_one_interrupt_ends_all_agents_with_a_report(tmp_path: Path) -> None:
    async def interrupt(coordinator: int, _: list[int], __: Target) -> None:
        os.kill(coordinator, signal.SIGINT)

    ended, target, pids = meddled(tmp_path, interrupt)
    assert (ended.code, ended.result.stopped, ended.result.lost) == (105, "interrupted", ())
    assert ended.value("http_reqs", "count") == len(target.paths)
    assert alive(pids) == []


def test_two_interrupts_quit_and_leave_no_agent(tmp_path: Path) -> None:
    async def interrupt(coordinator: int, pids: list[int], _: Target) -> None:
        os.kill(pids[0], signal.SIGSTOP)  # the run cannot end gracefully now
        os.kill(coordinator, signal.SIGINT)
        await asyncio.sleep(0.5)
        os.kill(coordinator, signal.SIGINT)

    ended, _, pids = meddled(tmp_path, interrupt)
    assert (ended.code, alive(pids)) == (105, [])
    assert "quit without a report" in ended.stderr


def test_agents_stop_when_their_coordinator_is_killed(tmp_path: Path) -> None:
    async def kill(coordinator: int, pids: list[int], target: Target) -> None:
        os.kill(coordinator, signal.SIGKILL)
        await until(lambda: not alive(pids))
        target.paths.clear()
        await asyncio.sleep(0.5)

    ended, target, _ = meddled(tmp_path, kill)
    assert (ended.code, target.paths) == (-signal.SIGKILL, [])


def test_agents_stop_when_their_coordinator_is_frozen_and_it_says_so_later(tmp_path: Path) -> None:
    async def freeze(coordinator: int, pids: list[int], target: Target) -> None:
        os.kill(coordinator, signal.SIGSTOP)
        await until(lambda: not any(map(running, pids)))
        os.kill(coordinator, signal.SIGCONT)

    ended, _, pids = meddled(tmp_path, freeze)
    assert ended.code == 122
    assert {lost.reason for lost in ended.result.lost} == {
        "heard nothing from the coordinator for 4 s, so it stopped"
    }
    assert alive(pids) == []


def running(pid: int) -> bool:
    """Whether a process is still there and no zombie: a frozen parent buries nobody."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_agent_that_is_killed_is_shown_in_all_reports(tmp_path: Path) -> None:
    async def kill(_: int, pids: list[int], __: Target) -> None:
        os.kill(pids[1], signal.SIGKILL)

    ended, _, __ = meddled(tmp_path, kill)
    told = "died, killed by SIGKILL"
    assert ended.code == 122
    assert all(told in text for text in (ended.stdout, ended.stderr))
    assert all(told in ended.text(name) for name in ("report.html", "report.md", "junit.xml", "result.json"))
    assert "failed: an agent was lost: agent " in ended.stdout


def test_the_rest_goes_on_when_it_is_told_to(tmp_path: Path) -> None:
    async def kill(coordinator: int, pids: list[int], target: Target) -> None:
        os.kill(pids[0], signal.SIGKILL)
        await asyncio.sleep(1)
        os.kill(coordinator, signal.SIGINT)

    ended, _, __ = meddled(tmp_path, kill, "--on-agent-loss", "continue")
    assert (ended.code, ended.result.stopped, len(ended.result.lost)) == (105, "interrupted", 1)
