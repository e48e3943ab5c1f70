"""The summary on a real terminal: as wide as it is, in colours unless somebody does not want them."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from strange_targets import unused_port
from whole_runs import LIMIT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")]

COLOR = re.compile(r"\x1b\[\d+m")


def on_a_terminal(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> list[str]:
    """Run a plan that fails, its stdout a terminal of 80 columns; returns the lines there."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    (folder / "plan.yml").write_text(
        f"name: n\ntarget: http://127.0.0.1:{unused_port()}\nsteps: [get: /x]\n"
        "thresholds: {http_req_failed: rate == 0%}\n"
    )
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen(
        [sys.executable, "-m", "planrunner", "run", "plan.yml", "--quiet", *options],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", "NO_COLOR": "", **(env or {})},
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as screen:
        shown = read_to_end(screen.fileno())
    assert process.wait(LIMIT) == 99
    return shown.decode().replace("\r\n", "\n").splitlines()


def read_to_end(screen: int) -> bytes:
    """Read until nobody has the terminal open any more, which Linux says with an error."""
    shown = b""
    while True:
        try:
            piece = os.read(screen, 4096)
        except OSError:
            return shown
        if not piece:
            return shown
        shown += piece


def test_a_terminal_gets_lines_that_fit_and_colours(tmp_path: Path) -> None:
    lines = on_a_terminal(tmp_path)
    assert max(len(COLOR.sub("", line)) for line in lines) <= 80
    assert any("\x1b[31m✗ failed" in line for line in lines)


@pytest.mark.parametrize(
    ("options", "env"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})]
)
def test_nobody_gets_colours_who_does_not_want_them(
    tmp_path: Path, options: list[str], env: dict[str, str]
) -> None:
    assert not COLOR.search("\n".join(on_a_terminal(tmp_path, *options, env=env)))
