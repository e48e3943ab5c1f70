"""Whoever reads the summary may leave early (`| head`): verdict and reports do not depend on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from strange_targets import unused_port
from whole_runs import LIMIT, arguments

from planrunner.result import from_json

pytestmark = pytest.mark.slow


def run_unread(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a plan that fails, its stdout a pipe that nobody reads any more."""
    plan = f"name: n\ntarget: http://127.0.0.1:{unused_port()}\nsteps: [get: /x]\n"
    plan += "thresholds: {http_req_failed: rate == 0%}\n"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return subprocess.run(
            [sys.executable, "-m", "planrunner", *arguments(folder, plan), "--quiet"],
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    finally:
        os.close(writing)


def test_a_reader_who_leaves_does_not_change_the_verdict(tmp_path: Path) -> None:
    done = run_unread(tmp_path)
    assert (done.returncode, done.stderr) == (99, "")


def test_a_reader_who_leaves_does_not_cost_the_reports(tmp_path: Path) -> None:
    run_unread(tmp_path)
    assert from_json((tmp_path / "reports" / "result.json").read_bytes()).exit_code == 99
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == [
        "junit.xml",
        "report.html",
        "report.md",
        "result.json",
    ]
