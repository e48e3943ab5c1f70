"""A browser with tabs, Debian's Chromium, driven from Node while a run goes on."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nginx import program
from npm import modules

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "reports" / "browser"


class Browser:
    """Does one thing after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, does: str, **how: str) -> Any:
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


@contextmanager
def browsing() -> Iterator[Browser]:
    """Have a browser."""
    found = program("chromium")
    assert found
    with subprocess.Popen(
        ["node", str(HERE / "browser" / "drive.mjs"), str(found)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NODE_PATH": str(modules(PACKAGES))},
    ) as process:
        yield Browser(process)
        assert process.stdin
        process.stdin.close()
