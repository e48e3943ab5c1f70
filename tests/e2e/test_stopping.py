"""Stopped at any moment: reports when the run had begun, 105, no traceback, nothing left behind.

More moments: `STOPS=50 pytest tests/e2e/test_stopping.py`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_runs import TRACEBACK, Ended, arguments, finish, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc tells when the process can hear signals"),
]

PLAN = """
name: Stopped
target: demo
load: {vus: 3, duration: 300ms, graceful_stop: 500ms}
preflight: [get: /api/quotes]
setup: [get: /api/quotes, think: 50ms]
steps: [get: /api/quotes, think: 10ms-60ms]
teardown: [get: /api/quotes, think: 50ms]
thresholds: {http_req_failed: rate < 1%}
"""
REPORTS = ["junit.xml", "report.html", "report.md", "result.json"]
BEGAN = "stopping: running iterations may end"
STOPS = int(os.environ.get("STOPS", "5"))
WHOLE = 1.8  # seconds that such a run takes on a slow machine, from its first moment to its last report
PATIENCE = 10.0  # far more than any grace here
AT_ONCE = 2.0  # seconds after the second request

UNWATCHED = {"COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
"""Coverage handles SIGTERM before our first line does, and in another way."""

ASKED = "a name is looked up"
SLOW_NAMES = f"""
import asyncio, socket, sys, time, uvloop
uvloop.new_event_loop = asyncio.new_event_loop  # whose lookups are in threads that Python waits for
# To ask whether a name is an address takes no lookup (AI_NUMERICHOST).
look_up = socket.getaddrinfo
def never(*host, **how):
    if "flags" in how:
        return look_up(*host, **how)
    print("{ASKED}", file=sys.stderr, flush=True)
    time.sleep(60)
socket.getaddrinfo = never
"""


def moments(seed: int) -> Iterator[tuple[float, signal.Signals, float]]:
    """When to stop a run, how, and how long after to insist."""
    chance = random.Random(seed)
    for number in range(STOPS):
        share = (number + chance.random()) / STOPS  # spread over the whole run
        yield share * WHOLE, chance.choice([signal.SIGINT, signal.SIGTERM]), chance.uniform(0.0, 0.3)


def hears(process: subprocess.Popen[str]) -> bool:
    """Whether the first line of ours has run: what comes before is Python's own start."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return True
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def stopped(folder: Path, after: float, *numbers: signal.Signals, gap: float = 0.0) -> tuple[Ended, float]:
    """Run the plan and stop it; gives how it ended, and how many seconds that took."""
    folder.mkdir()
    process = start(*arguments(folder, PLAN), cwd=folder, env={"TMPDIR": str(folder), **UNWATCHED})
    while not hears(process):
        time.sleep(0.001)
    time.sleep(after)
    for number in numbers:
        process.send_signal(number)
        time.sleep(gap)
    asked = time.monotonic()
    return finish(process, folder), time.monotonic() - asked


def heard(process: subprocess.Popen[str], *words: str) -> None:
    """Read what it says until all of it was said."""
    assert process.stderr is not None
    said = ""
    while not all(word in said for word in words):
        line = process.stderr.readline()
        assert line, f"it ended: {said}"
        said += line


def left(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_once_at_any_moment_is_a_whole_end(tmp_path: Path) -> None:
    whole = sorted(["flat.json", "plan.yml", *(f"reports/{name}" for name in REPORTS)])
    for number, (after, how, _) in enumerate(moments(1)):
        ended, took = stopped(tmp_path / str(number), after, how)
        told = f"{how.name} after {after:.3f} s: {ended.code}\n{ended.stderr}"
        assert TRACEBACK not in ended.stderr, told
        assert took < PATIENCE, told
        if ended.code == 105:
            assert left(ended.folder) == (whole if BEGAN in ended.stderr else ["plan.yml"]), told
        else:  # too late: the run was over, and its reports tell it whole
            assert (ended.code, left(ended.folder), ended.result.stopped) == (0, whole, ""), told


def test_twice_at_any_moment_is_a_quick_end(tmp_path: Path) -> None:
    for number, (after, how, gap) in enumerate(moments(2)):
        ended, took = stopped(tmp_path / str(number), after, how, how, gap=gap)
        told = f"{how.name} after {after:.3f} s: {ended.code}\n{ended.stderr}"
        assert TRACEBACK not in ended.stderr, told
        assert took < AT_ONCE, told
        assert ended.code in {0, 105}, told
        assert not [name for name in left(ended.folder) if name.endswith(".part")], told


def test_while_the_plan_is_read_nothing_has_to_be_ended(tmp_path: Path) -> None:
    ended, _ = stopped(tmp_path / "here", 0.0, signal.SIGTERM)
    assert (ended.code, ended.stderr, left(ended.folder)) == (105, "planrunner: interrupted\n", ["plan.yml"])


@pytest.mark.parametrize(("times", "grace"), [(1, "100ms"), (2, "30s")])
def test_a_name_that_nobody_looks_up_keeps_no_run_from_ending(tmp_path: Path, times: int, grace: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(SLOW_NAMES)
    plan = "name: n\ntarget: http://slow.test\nsteps: [get: /]\n"
    plan += f"load: {{vus: 1, duration: 9s, graceful_stop: {grace}}}\n"
    process = start(*arguments(tmp_path, plan), env={"PYTHONPATH": str(tmp_path)})
    heard(process, "default:", ASKED)
    process.send_signal(signal.SIGINT)
    heard(process, "stopping:")  # two at once are one
    if times > 1:
        process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    ended = finish(process, tmp_path)
    assert (ended.code, time.monotonic() - asked < PATIENCE) == (105, True)
    assert (tmp_path / "reports" / "report.html").exists() == (times == 1)
