"""The terminal while a plan runs: drawn anew, as it was when the run is over, whatever ends it.

All that decides how it is drawn has a table in tests/cli/test_showing.py.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from whole_runs import LIMIT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")]

PLAN = """
name: n
target: demo
load: {vus: 2, duration: DURATION, graceful_stop: 500ms}
steps: [{get: /api/quotes}, {think: 300ms}, {log: "a line of the plan"}]
thresholds: {http_req_failed: rate < 1%}
"""
ALLOWED = re.compile(r"\x1b\[(\d*[AJK]|[\d;]*m)")  # moving up, erasing, colours


def on_a_terminal(
    folder: Path, duration: str, when: Callable[[str], signal.Signals | None], *options: str, **env: str
) -> tuple[int, str]:
    """Run a plan, its stderr a terminal; `when` says at what was shown which signal is sent."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    (folder / "plan.yml").write_text(PLAN.replace("DURATION", duration))
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen(
        [sys.executable, "-m", "planrunner", "run", "plan.yml", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", "NO_COLOR": "", "CI": "", **env},
    )
    before = termios.tcgetattr(theirs)
    shown, asked = "", list[signal.Signals]()
    while process.poll() is None:  # the terminal stays open at this end, so reading does not fail
        shown += read(ours)
        wanted = when(shown)
        if wanted and wanted not in asked:
            asked.append(wanted)
            process.send_signal(wanted)
    shown += read(ours)
    after = termios.tcgetattr(theirs)
    for each in (ours, theirs):
        os.close(each)
    assert after == before
    return process.wait(LIMIT), shown.replace("\r\n", "\n")


def read(screen: int) -> str:
    """Read what there is, waiting a little for it."""
    import select

    ready, _, _ = select.select([screen], [], [], 0.1)
    return os.read(screen, 65536).decode() if ready else ""


def never(_: str) -> None:
    """Send no signal."""


def test_the_run_is_drawn_and_taken_away_again(tmp_path: Path) -> None:
    code, shown = on_a_terminal(tmp_path, "2500ms", never)
    assert code == 0
    assert re.search(r"running.*  00:0[12]/00:0[23]  2/2 VUs", ALLOWED.sub("", shown))
    assert "✓ http_req_failed rate < 1%" in ALLOWED.sub("", shown)
    assert shown.rstrip().endswith("\x1b[J")
    assert "\x1b" not in ALLOWED.sub("", shown)


@pytest.mark.parametrize("options", [(), ("--processes", "2")])
def test_ctrl_c_leaves_the_terminal_as_it_was(tmp_path: Path, options: tuple[str, ...]) -> None:
    def when(shown: str) -> signal.Signals | None:
        return signal.SIGINT if "running" in shown else None

    code, shown = on_a_terminal(tmp_path, "20s", when, *options)
    assert code == 105
    assert "stopping: running iterations may end" in shown
    assert shown.rstrip().endswith("\x1b[J")
    assert "\x1b" not in ALLOWED.sub("", shown)


def test_who_quits_finds_nothing_of_the_picture(tmp_path: Path) -> None:
    def when(shown: str) -> signal.Signals | None:
        if "stopping: " in shown:
            return signal.SIGTERM
        return signal.SIGINT if "running" in shown else None

    code, shown = on_a_terminal(tmp_path, "20s", when, "--live")
    assert code == 105
    assert shown.rsplit("\x1b[J")[-1].startswith("planrunner: quit without a report")


@pytest.mark.parametrize(("options", "env"), [(["--no-color"], {}), (["--progress", "live"], {"CI": "1"})])
def test_colours_and_progress_are_as_asked_for(
    tmp_path: Path, options: list[str], env: dict[str, str]
) -> None:
    _, shown = on_a_terminal(tmp_path, "1200ms", never, *options, **env)
    assert "─" in shown
    assert ("\x1b[1m" in shown) is ("CI" in env)


@pytest.mark.parametrize(("options", "env"), [([], {"CI": "1"}), (["--quiet"], {})])
def test_nothing_is_drawn_where_it_must_not_be(
    tmp_path: Path, options: list[str], env: dict[str, str]
) -> None:
    _, shown = on_a_terminal(tmp_path, "1200ms", never, *options, **env)
    assert "\x1b" not in shown
    assert "a line of the plan" in shown
