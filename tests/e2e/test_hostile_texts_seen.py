"""What a hostile target says, looked at in a real browser and on a terminal while the run goes on."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import browsing
from hostile_channels import log
from hostile_target import evil, hostile, plan
from whole_runs import command, start

pytestmark = [pytest.mark.slow]
ALLOWED = re.compile(r"\x1b\[(\d*[AJK]|[\d;]*m)|\r")  # moving up, erasing, colours
OWNED = """[document.title === "owned",
    document.querySelectorAll("img, iframe:not(#report), object, base").length,
    [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
        .filter((each) => each.name.startsWith("on")).length]"""
HARMLESS = [False, 0, 0]


@pytest.mark.server("chromium")
@pytest.mark.server("node")
def test_a_browser_runs_nothing_of_it_in_any_page(tmp_path: Path) -> None:
    with hostile() as target:
        (tmp_path / "plan.yml").write_text(plan(target.url, "vus: 1, iterations: 1"))
        asked = ("--report-dir", "out", "--history", "--quiet")
        command("run", "plan.yml", "plan.yml", *asked, cwd=tmp_path, env={"GIVEN": evil("env")})
    command("history", "--html", "out/history.html", cwd=tmp_path)
    files = [tmp_path / "out" / name for name in ("plan/report.html", "index.html", "history.html")]
    with browsing() as browser:
        for file in files:
            browser.do("open", tab=file.name, url=file.as_uri())
            assert "plan-" in browser.text(file.name, "body")
            assert browser.do("value", tab=file.name, script=OWNED) == HARMLESS
        assert browser.do("said") == []


@pytest.mark.server("chromium")
@pytest.mark.server("node")
def test_a_browser_runs_nothing_of_it_on_the_live_page(tmp_path: Path) -> None:
    words = ("run", "plan.yml", "--live", "--quiet")
    with hostile() as target, browsing() as browser:
        (tmp_path / "plan.yml").write_text(plan(target.url, "vus: 1, duration: 1h"))
        with start(*words, cwd=tmp_path, env={"GIVEN": evil("env")}) as process:
            assert process.stderr
            lines = iter(process.stderr.readline, "")
            url = next(found[1] for line in lines if (found := re.search(r"live: (\S+/)$", line)))
            browser.do("open", tab="one", url=url)
            for what, source in (("#logs", "raw"), ("#name", "plan")):
                browser.until("one", f"document.querySelector('{what}').textContent.includes('{source}-')")
            assert browser.do("value", tab="one", script=OWNED) == HARMLESS
            assert browser.do("said") == []
            process.kill()
            process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_a_terminal_that_is_drawn_anew_obeys_nothing_of_it(tmp_path: Path) -> None:
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 200))
    with hostile() as target:
        (tmp_path / "plan.yml").write_text(plan(target.url, "vus: 1, duration: 1500ms"))
        words = (sys.executable, "-m", "planrunner", "run", "plan.yml", "--progress", "live")
        env = {**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", "GIVEN": evil("env")}
        with subprocess.Popen(
            words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=theirs, env=env
        ) as process:
            shown = b""
            while process.poll() is None:
                shown += read(ours)
    text = ALLOWED.sub("", (shown + read(ours)).decode("utf-8", "replace"))
    assert "raw-" in text
    assert "broken" in text
    assert [*log(text)] == []


def read(screen: int) -> bytes:
    """Read what there is, waiting a little for it."""
    import select

    ready, _, _ = select.select([screen], [], [], 0.1)
    return os.read(screen, 65536) if ready else b""
