"""A real browser with tabs, Debian's Chromium, driven from Node: started once for all tests of a process."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from nginx import program
from npm import modules

FOLDER = Path(__file__).parent / "browser"


class Browser:
    """Does one thing after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, does: str, **how: Any) -> Any:
        """Do something, and return what came of it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"does": does, **how}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        assert "error" not in told, told["error"]
        return told["value"]

    def text(self, tab: str, what: str) -> str:
        """Return the text of an element."""
        return str(
            self.do("value", tab=tab, script=f"document.querySelector({json.dumps(what)}).textContent")
        )

    def until(self, tab: str, script: str) -> None:
        """Wait until something is so in a tab."""
        self.do("until", tab=tab, script=script)

    def end(self) -> None:
        """Let it go; it ends with its input."""
        with self._process as process:
            assert process.stdin
            process.stdin.close()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Have a browser without tabs."""
    browser = _started()
    try:
        yield browser
        browser.do("forget")
    except BaseException:
        _started.cache_clear()  # nobody knows what it is doing now
        browser.end()
        raise


@cache
def _started() -> Browser:
    found = program("chromium")
    assert found
    process = subprocess.Popen(
        ["node", str(FOLDER / "drive.mjs"), str(found)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NODE_PATH": str(modules(FOLDER))},
    )
    browser = Browser(process)
    atexit.register(browser.end)
    return browser
