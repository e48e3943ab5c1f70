"""Real processes share a plan: exact counts, and the result of one process."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import in_virtual_time
from fleets import Trial, left_over, strange
from running import checked_plan

from planrunner.engine.fleet.processes import Processes, cores, surely
from planrunner.errors import PlanError, Problems, SetupError

pytestmark = pytest.mark.slow

LOADS = {
    "shared-iterations": ("{vus: 3, iterations: 20}", 20),
    "per-vu-iterations": ("{vus: 3, iterations_per_vu: 7}", 21),
    "constant-arrival-rate": ("{rate: 60/s, duration: 500ms, max_vus: 12}", 30),
    "ramping-arrival-rate": (
        "{stages: [{duration: 250ms, target: 200/s}, {duration: 250ms, target: 0/s}]}",
        50,
    ),
}
OPEN_ENDED = {
    "constant-vus": "{vus: 3, duration: 500ms}",
    "ramping-vus": "{start_vus: 0, stages: [{duration: 500ms, target: 6}]}",
}
STEPS = "steps: [{get: /}, {think: 5ms}]\n"


@pytest.mark.parametrize("processes", [2, 3])
@pytest.mark.parametrize("load", LOADS)
def test_every_iteration_is_made_once_and_counted_once(load: str, processes: int) -> None:
    keys, planned = LOADS[load]
    trial = Trial(f"load: {keys}\n{STEPS}", processes)
    result = trial.carry_out()
    assert len(trial.target.paths) == planned
    assert result.value("http_reqs", "count") == planned
    assert sum(moment.requests for moment in result.timeline) == planned
    assert (result.processes, result.lost, result.exit_code) == (processes, (), 0)


@pytest.mark.parametrize("load", OPEN_ENDED.values(), ids=OPEN_ENDED)
def test_what_the_target_saw_is_what_is_counted(load: str) -> None:
    trial = Trial(f"load: {load}\n{STEPS}")
    result = trial.carry_out()
    assert result.value("http_reqs", "count") == len(trial.target.paths) > 20
    assert left_over(trial) == []


@pytest.mark.parametrize("processes", [2, 3])
def test_no_unique_row_is_taken_twice_and_none_is_left(processes: int) -> None:
    rows = f"data: {{row: {{rows: {list(range(40))}, pick: unique, at_end: stop}}}}\n"
    trial = Trial(f"{rows}load: {{vus: 6, duration: 1h}}\nsteps: [{{get: '/${{row}}'}}]\n", processes)
    result = trial.carry_out()
    assert sorted(map(int, (path[1:] for path in trial.target.paths))) == list(range(40))
    assert (result.stopped, result.exit_code) == ("", 0)


def test_what_setup_saved_and_what_the_plan_logs_crosses_processes() -> None:
    setup = "setup: [{set: {token: abc}}]\n"
    steps = "steps: [{log: 'here ${token}'}, {get: /}]"
    trial = Trial(f"{setup}load: {{vus: 2, iterations: 2}}\n{steps}\n")
    trial.carry_out()
    assert trial.said == ["here abc", "here abc"]


def test_a_graceful_stop_reaches_every_agent() -> None:
    async def interrupt(trial: Trial) -> None:
        await trial.target.asked(5)
        trial.interrupt()

    trial = Trial(f"load: {{vus: 4, duration: 1h}}\n{STEPS}", meddle=interrupt)
    result = trial.carry_out()
    assert (result.stopped, result.exit_code, result.lost) == ("interrupted", 105, ())
    assert result.value("http_reqs", "count") == len(trial.target.paths)


def test_a_stop_while_agents_start_leaves_no_request_to_send() -> None:
    async def interrupt(trial: Trial) -> None:
        await trial.begun.wait()
        trial.interrupt()

    trial = Trial(f"load: {{vus: 4, duration: 1h}}\n{STEPS}", meddle=interrupt)
    result = trial.carry_out()
    assert (result.stopped, result.lost, trial.target.paths) == ("interrupted", (), [])


def test_a_stop_in_the_moment_when_an_agent_has_come_waits_until_it_has_its_job() -> None:
    async def interrupt(trial: Trial) -> None:
        await trial.begun.wait()
        assert trial.fleet is not None
        await trial.fleet._agents[1].met
        trial.interrupt()

    trial = Trial(f"load: {{vus: 4, duration: 1h}}\n{STEPS}", meddle=interrupt)
    result = trial.carry_out()
    assert (result.stopped, result.lost, trial.target.paths) == ("interrupted", (), [])


def test_a_run_that_is_cancelled_leaves_no_process_behind() -> None:
    async def quit_it(trial: Trial) -> None:
        await trial.target.asked(5)
        raise KeyError("quit")

    trial = Trial(f"load: {{vus: 4, duration: 1h}}\n{STEPS}", meddle=quit_it)
    with pytest.raises(ExceptionGroup):
        trial.carry_out()
    assert left_over(trial) == []


def test_a_coordinator_that_fails_leaves_no_process_behind() -> None:
    class Broken(Trial):
        def tick(self, _: object) -> None:
            raise LookupError("on purpose")

    trial = Broken(f"load: {{vus: 2, duration: 1h}}\n{STEPS}")
    with pytest.raises(ExceptionGroup):
        trial.carry_out()
    assert left_over(trial) == []


def test_what_is_wrong_with_a_plan_when_agents_compile_it_is_raised_here() -> None:
    text = "name: A\ntarget: http://127.0.0.1:1\nload: {vus: 2, iterations: 2}\nsteps: [{get: '/${nope}'}]\n"
    wrong = checked_plan(text, Problems())
    with pytest.raises(PlanError) as raised:
        asyncio.run(to_its_end(lambda: Processes(wrong.plan, wrong.given, 2)))
    assert "nope" in raised.value.problems.found[0].message


@pytest.mark.parametrize(("manner", "kind"), [("world", SetupError), ("internal", RuntimeError)])
def test_what_an_agent_says_that_it_lacks_is_raised_here(manner: str, kind: type[Exception]) -> None:
    trial = Trial(f"load: {{vus: 2, iterations: 2}}\n{STEPS}", command=strange(manner))
    with pytest.raises(ExceptionGroup) as raised:
        trial.carry_out()
    assert raised.group_contains(kind, match="on purpose")


def test_a_command_that_is_not_there_is_a_clear_error() -> None:
    trial = Trial(f"load: {{vus: 2, iterations: 2}}\n{STEPS}", command=["/no/such/program"])
    with pytest.raises(ExceptionGroup) as raised:
        trial.carry_out()
    assert raised.group_contains(SetupError, match="cannot start agent 1 of 2: .*use fewer --processes")


def test_a_stranger_without_the_token_is_not_listened_to() -> None:
    trial = Trial(f"load: {{vus: 2, iterations: 20}}\n{STEPS}", command=strange("stranger"))
    result = trial.carry_out()
    assert (result.lost, result.value("http_reqs", "count")) == ((), 20)


def test_a_snapshot_that_comes_twice_is_counted_once() -> None:
    trial = Trial(f"load: {{vus: 2, iterations: 2}}\n{STEPS}", command=strange("twice"))
    result = trial.carry_out()
    assert (result.lost, result.value("http_reqs", "count")) == ((), 6)


async def to_its_end(make: Callable[[], Processes]) -> None:
    async for _ in make().events():
        pass


@pytest.mark.parametrize(
    ("text", "most"), [("150000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 1000), ("", 1000)]
)
def test_a_quota_limits_how_many_cores_are_used(tmp_path: Path, text: str, most: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(text)
    assert cores(file) == min(len(os.sched_getaffinity(0)), most)


def test_without_a_quota_all_cores_are_used(tmp_path: Path) -> None:
    assert cores(tmp_path / "none") == len(os.sched_getaffinity(0))


def test_what_has_to_be_done_is_done_though_its_task_is_cancelled() -> None:
    async def main() -> tuple[list[str], bool]:
        done: list[str] = []

        async def work() -> None:
            await asyncio.sleep(1.0)
            done.append("work")

        task = asyncio.create_task(surely(work()))
        for _ in range(2):
            await asyncio.sleep(0.25)
            task.cancel()
        await asyncio.wait([task])
        return done, task.cancelled()

    assert in_virtual_time(main) == (["work"], True)
