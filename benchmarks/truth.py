"""The calibrated server as a process: started, stalled when asked to, and read when it has ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.calibrated import read
from benchmarks.cores import on
from benchmarks.processes import BadRunError


class Truth:
    """What the server knows: its URL while it runs, its log when it has ended."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        assert process.stdout
        self.url = f"http://127.0.0.1:{int(process.stdout.readline())}/"
        self.stalled = 0.0  # seconds
        self._process, self._log = process, log

    def stall(self, after: float, seconds: float) -> None:
        """Wait, then stop the server for some seconds; the kernel still takes connections and requests."""
        sleep(after)
        began = perf_counter()
        self._process.send_signal(signal.SIGSTOP)
        try:
            sleep(seconds)
        finally:
            self._process.send_signal(signal.SIGCONT)
        self.stalled = perf_counter() - began

    def requests(self) -> list[tuple[float, float]]:
        """List when each request came and how many seconds its reply took; BadRunError when none came."""
        found = list(read(self._log))
        if not found:
            raise BadRunError("the server has seen no request of it")
        return found


@contextmanager
def calibrated(folder: Path, core: int | None) -> Iterator[Truth]:
    """Run a calibrated server on a core until the block ends."""
    log = folder / "calibrated.log"
    with on(core):
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.calibrated", str(log)], stdout=subprocess.PIPE, text=True
        )
    with process:
        try:
            yield Truth(process, log)
        finally:
            process.terminate()
            process.wait(timeout=10)
