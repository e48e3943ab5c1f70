"""A machine that has too little for the load says so, blames itself, and still writes its reports."""

import subprocess
import sys
from pathlib import Path

import pytest
from nginx import Nginx
from whole_runs import TRACEBACK, arguments

pytestmark = [
    pytest.mark.slow,
    pytest.mark.server("nginx"),
    pytest.mark.skipif(sys.platform != "linux", reason="sh and its ulimit"),
]


def few_files(folder: Path, nginx: Nginx, load: str) -> subprocess.CompletedProcess[str]:
    plan = f"name: n\ntarget: {nginx.url}\nload: {load}\nsteps: [get: /json]\n"
    plan += "thresholds:\n  http_reqs: count > 0\n"
    command = [sys.executable, "-m", "planrunner", *arguments(folder, plan)]
    return subprocess.run(
        ["sh", "-c", 'ulimit -n 64 && exec "$@"', "sh", *command],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_too_few_open_files_are_this_machines_fault(tmp_path: Path, nginx: Nginx) -> None:
    ended = few_files(tmp_path, nginx, "{vus: 100, iterations_per_vu: 2}")
    assert (ended.returncode, TRACEBACK in ended.stderr) == (0, False)
    assert "this machine allows 64\n      raise the limit (ulimit -n 1000;" in ended.stderr
    assert "this machine's fault, not the target's: too many open files on this machine" in ended.stdout
    assert ", but do not trust it: " in ended.stdout
    written = {file.name for file in (tmp_path / "reports").iterdir()}
    assert written == {"report.html", "report.md", "junit.xml", "result.json"}


def test_enough_open_files_need_no_word(tmp_path: Path, nginx: Nginx) -> None:
    ended = few_files(tmp_path, nginx, "{iterations: 2}")
    assert (ended.returncode, "because of this machine" in ended.stdout) == (0, False)
