"""planrunner as a process of its own: whatever becomes of it, the job is told."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

Start: TypeAlias = Callable[[Sequence[str], Path, Mapping[str, str]], int]
"""Runs planrunner with these arguments in a folder, with an environment, and returns its exit code."""

WORDS = (sys.executable, "-P", "-m", "planrunner")  # -P: no module of the folder takes the place of ours
OURS, TOKEN = "PLANRUNNER_INPUT_", "PLANRUNNER_GITHUB_TOKEN"


def start(words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> int:
    """Run planrunner; all that it says goes to our standard output, so that it stays in order.

    Ctrl-C, which is how the runner asks a job to end, is passed on. A process that was killed by a signal has
    128 and its number as its exit code, as in a shell.
    """
    whole = [*WORDS, *words]
    with subprocess.Popen(whole, cwd=folder, env=environ, stderr=subprocess.STDOUT) as child:  # noqa: S603 (it is us)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            code = child.wait()
    return code if code >= 0 else 128 - code


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a run may know: a plan can send any variable to its target, so not the token."""
    return {name: text for name, text in environ.items() if not name.startswith(OURS) and name != TOKEN}
