"""Starting the shop in a process of its own, for as long as a run needs it."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from planrunner.errors import SetupError

COMMAND = (sys.executable, "-m", "planrunner", "demo", "--port", "0", "--tied")
PATIENCE = 15.0  # seconds until the URL must have been announced; a loaded CI machine needs some
GRACE = 3.0  # seconds for each step of ending it

Child = subprocess.Popen[str]


@contextmanager
def start(command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> Iterator[str]:
    """Run the shop and yield its URL; SetupError holds what the process said when it does not come up."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        child = _spawn(command, complaints)
        try:
            yield _announced(child, complaints, patience)
        finally:
            end(child)


def _spawn(command: Sequence[str], complaints: IO[str]) -> Child:
    # A Ctrl-C in the terminal is for the run, which still needs its target while it stops gracefully.
    windows = os.name == "nt"
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    try:
        return subprocess.Popen(  # noqa: S603 (the command is our own)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,  # a file, as a pipe that nobody reads would fill up
            encoding="utf-8",
            errors="replace",
            start_new_session=not windows,
            creationflags=flags,
        )
    except OSError as error:
        raise SetupError(f"cannot start the demo shop: {error}") from None


def _announced(child: Child, complaints: IO[str], patience: float) -> str:
    try:
        url, reason = _url(child, patience), "it ended"
    except TimeoutError:
        url, reason = None, f"no address within {patience:g} s"
    if url is not None:
        return url
    end(child)  # only then are the complaints complete
    complaints.seek(0)
    said = complaints.read().strip() or "it said nothing"
    raise SetupError(f"the demo shop did not start ({reason}, exit code {child.returncode}): {said}")


def _url(child: Child, patience: float) -> str | None:
    """Return the URL that the shop announces, or None when it ends before; TimeoutError after so long."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_pass_on, args=(child, lines), daemon=True).start()
    limit = time.monotonic() + patience
    while True:
        try:
            line = lines.get(timeout=max(0.0, limit - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None
        found = re.search(r"https?://\S+", line or "")
        if found or line is None:
            return found and found[0]


def _pass_on(child: Child, lines: queue.SimpleQueue[str | None]) -> None:
    assert child.stdout is not None
    with child.stdout as stream:
        for line in stream:  # to the end, so that the shop never waits for a reader
            lines.put(line)
    lines.put(None)


def end(child: Child, grace: float = GRACE) -> None:
    """End the process: by the end of its input, then by asking, then by force."""
    assert child.stdin is not None
    child.stdin.close()
    for harder in (child.terminate, child.kill):
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            harder()
    child.wait()
