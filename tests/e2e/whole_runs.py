"""A run of the command line on a plan, from its text to everything it leaves behind."""

import base64
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

LIMIT = 30  # seconds; far more than any run here takes, so what reaches it hangs
TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Ended:
    """What one run said and wrote."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / "reports" / name).read_text("utf-8")

    @property
    def result(self) -> Result:
        return from_json(self.text("result.json").encode())

    @property
    def flat(self) -> Any:
        return json.loads((self.folder / "flat.json").read_text("utf-8"))

    @property
    def downloadable(self) -> Result:
        """The result as the HTML report carries it."""
        found = re.search(r'href="data:application/json;base64,([^"]+)"', self.text("report.html"))
        assert found, "the HTML report has no download"
        return from_json(base64.b64decode(found[1]))

    @property
    def errors(self) -> list[tuple[int, int]]:
        """Code and count of each kind of error."""
        return [(error.code, error.count) for error in self.result.errors]

    def value(self, metric: str, aggregate: str) -> float:
        """One number of the result; 0 when the metric was not measured."""
        return self.result.value(metric, aggregate) or 0.0


def arguments(folder: Path, plan: str) -> list[str]:
    """Write the plan into the folder and ask for all reports there."""
    file = folder / "plan.yml"
    file.write_text(dedent(plan), "utf-8")
    reports = ["--report-dir", str(folder / "reports"), "--summary-export", str(folder / "flat.json")]
    return ["run", str(file), *reports]


def run_here(folder: Path, plan: str, *options: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run a plan in this process."""
    return command_here(*arguments(folder, plan), *options, env=env, cwd=folder)


def command_here(*words: str, env: Mapping[str, str] | None = None, cwd: Path) -> Ended:
    """Run the command line in this process, and stay where we are."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr), pytest.MonkeyPatch.context() as here:
        for name, value in (env or {}).items():
            here.setenv(name, value)
        here.chdir(cwd)
        code = outcome([*words])
    return Ended(code, stdout.getvalue(), stderr.getvalue(), cwd)


def command(*words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Ended:
    """Run the command line in a process of its own."""
    process = start(*words, env=env, cwd=cwd)
    return finish(process, cwd or Path())


def run_apart(folder: Path, plan: str, *options: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run a plan in a process of its own."""
    return finish(start(*arguments(folder, plan), *options, env=env), folder)


def run_stopped(folder: Path, plan: str, ready: Callable[[], bool], number: signal.Signals) -> Ended:
    """Run a plan in a process of its own and send it a signal as soon as `ready`."""
    process = start(*arguments(folder, plan))
    wait_until(ready, process)
    process.send_signal(number)
    return finish(process, folder)


def start(
    *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[str]:
    """Start the command line."""
    return subprocess.Popen(
        [sys.executable, "-m", "planrunner", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
        cwd=cwd,
    )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Ask again and again, and leave the processor to what is waited for."""
    try:
        while not ready():
            if process.poll() is not None:
                raise AssertionError("it ended by itself")
            time.sleep(0.01)
    except BaseException as error:
        process.kill()
        error.add_note("\n".join(process.communicate()))
        raise


def finish(process: subprocess.Popen[str], folder: Path) -> Ended:
    """Wait for the end of a process; one that hangs is ended and fails the test."""
    try:
        stdout, stderr = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"it hangs:\n{stdout}\n{stderr}") from None
    return Ended(process.returncode, stdout, stderr, folder)


def requests_told(ended: Ended, path: str) -> dict[str, int]:
    """Find the number of requests in everything that tells it; the plan has one failing check, at `path`."""
    result = ended.result
    return {
        "result.json": int(ended.value("http_reqs", "count")),
        "its rows": sum(request.count for request in result.requests),
        "its timeline": sum(moment.requests for moment in result.timeline),
        "summary": _number(r"http_reqs\.+: (\d+) ", ended.stdout),
        "report.html": _number(
            r'<p class="title">Requests</p>\s*<p class="value">([\d,]+)<', ended.text("report.html")
        ),
        "its download": int(ended.downloadable.value("http_reqs", "count") or 0),
        "report.md": _number(r"([\d,]+) requests", ended.text("report.md")),
        "junit.xml": _number(
            rf"{path} / wrong on purpose.*\s*.*failed \d+ of (\d+) times", ended.text("junit.xml")
        ),
        "summary export": int(ended.flat["metrics"]["http_reqs"]["count"]),
    }


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found, f"nothing matches {pattern}"
    return int(found[1].replace(",", ""))
