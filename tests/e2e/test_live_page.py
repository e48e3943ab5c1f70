"""The page in a real browser, while a plan runs."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from browsing import Browser, browsing
from whole_runs import LIMIT, start

pytestmark = [pytest.mark.slow, pytest.mark.server("chromium")]

PLAN = """
name: NAME
target: demo
load: {vus: 3, duration: DURATION, graceful_stop: 500ms}
steps: [{get: /api/quotes}, {get: /api/nothing}, {log: "a line <b>of</b> the plan"}, {think: 100ms}]
thresholds: {http_req_failed: rate < 1%, http_req_duration: p(95) < 500ms}
"""
POINTS = "(document.querySelector('path.requests')?.getAttribute('d') ?? '').split(/[ML]/).length - 1"
ENDED = "document.querySelector('#state').textContent.startsWith('Ended: ')"
REPORTED = "!document.querySelector('#report').hidden && !document.querySelector('#views').hidden"


class Running:
    """A run with a page."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        assert process.stderr
        for line in process.stderr:
            if found := re.search(r"live: (http://127\.0\.0\.1:\d+/\S+/)$", line):
                self.url = found[1]
                break
        # To the end, so that the run never waits for a reader.
        self._readers = [Thread(target=stream.read) for stream in (process.stdout, process.stderr)]
        for reader in self._readers:
            reader.start()

    def ends(self) -> int:
        """Wait for the end, and return the exit code."""
        return self.process.wait(LIMIT)

    def end(self) -> None:
        """End it if it is not over."""
        self.process.kill()
        for reader in self._readers:
            reader.join()


@contextmanager
def running(folder: Path, duration: str, *names: str) -> Iterator[tuple[Running, Browser]]:
    """Run a plan, or several of them one after the other."""
    files = [f"plan{number}.yml" for number, _ in enumerate(names or ["Watched"])]
    for file, name in zip(files, names or ["Watched"], strict=True):
        (folder / file).write_text(PLAN.replace("DURATION", duration).replace("NAME", json.dumps(name)))
    words = ["run", *files, "--live", "--report-dir", "reports"]
    with browsing() as browser, start(*words, cwd=folder) as process:
        run = Running(process)
        try:
            yield run, browser
        finally:
            run.end()


def test_charts_grow_late_tabs_see_everything_and_the_end_keeps_it_all(tmp_path: Path) -> None:
    with running(tmp_path, "5s") as (run, browser):
        browser.do("open", tab="first", url=run.url)
        browser.until("first", f"{POINTS} >= 3")
        browser.do("open", tab="late", url=run.url, scheme="dark")
        browser.until("late", f"{POINTS} >= 3")
        assert browser.text("late", "#name") == "Watched"
        assert "broken" in browser.text("late", "#limits")
        assert browser.text("late", "#logs").startswith("a line <b>of</b> the plan")
        assert "HTTP status 404" in browser.text("late", "#errors")
        for tab in ("first", "late"):
            browser.until(tab, ENDED)
            browser.until(tab, REPORTED)
        assert run.ends() == 99  # with both tabs open
        for tab in ("first", "late"):
            assert "Watched" in browser.do("frame", tab=tab)
            assert browser.do("value", tab=tab, script="document.querySelector('#save').href").startswith(
                "blob:"
            )
            browser.do("click", tab=tab, what="#show-live")
            assert "holds" in browser.text(tab, "#limits")
        assert browser.do("said") == []


def test_the_run_is_stopped_by_who_is_sure(tmp_path: Path) -> None:
    with running(tmp_path, "60s") as (run, browser):
        browser.do("open", tab="a", url=run.url)
        browser.until("a", f"{POINTS} >= 1")
        browser.do("click", tab="a", what="#stop")
        browser.do("click", tab="a", what="#sure button[value=no]")
        browser.until("a", f"{POINTS} >= 2")
        browser.do("click", tab="a", what="#stop")
        browser.do("click", tab="a", what="#sure button[value=yes]")
        browser.until("a", ENDED)
        assert run.ends() == 105
    assert (tmp_path / "reports" / "report.html").exists()


def test_a_page_whose_run_was_killed_says_so_and_keeps_what_it_shows(tmp_path: Path) -> None:
    with running(tmp_path, "60s") as (run, browser):
        browser.do("open", tab="a", url=run.url)
        browser.until("a", f"{POINTS} >= 1")
        run.process.kill()
        browser.until("a", "document.querySelector('#state').textContent === 'no connection to the run'")
        assert "broken" in browser.text("a", "#limits")
        assert browser.do("value", tab="a", script="document.querySelector('#stop').disabled")


TALLEST = "Math.max(...[...document.querySelectorAll('tbody tr')].map((row) => row.offsetHeight))"


def test_the_page_can_be_used_and_read_by_everybody_and_hostile_names_are_text(tmp_path: Path) -> None:
    name = "</script><img src=x onerror=console.log(1)>"
    with running(tmp_path, "60s", name) as (run, browser):
        for scheme, width in (("light", "1200"), ("dark", "360")):
            browser.do("open", tab=scheme, url=run.url, scheme=scheme, width=width)
            browser.until(scheme, f"{POINTS} >= 2")
            assert browser.text(scheme, "#name") == name
            assert browser.do("said") == []
            assert browser.do("rules", tab=scheme) == []
            assert browser.do("value", tab=scheme, script="document.documentElement.scrollWidth") == int(
                width
            )
            assert browser.do("value", tab=scheme, script=TALLEST) < 120  # no text is set letter by letter


def test_a_tab_goes_on_to_the_next_plan(tmp_path: Path) -> None:
    with running(tmp_path, "3s", "First", "Second") as (run, browser):
        browser.do("open", tab="a", url=run.url)
        browser.until("a", REPORTED)
        browser.do("click", tab="a", what="#next")
        browser.until("a", "document.querySelector('#name')?.textContent === 'Second'")
        browser.until("a", f"{POINTS} >= 1")
        browser.until("a", REPORTED)
        assert browser.do("value", tab="a", script="document.querySelector('#next').hidden")
        assert run.ends() == 99
