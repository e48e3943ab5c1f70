"""A real Prometheus, and VictoriaMetrics, for a test: in a folder and at a port of its own."""

import json
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nginx import program

PATIENCE = 20.0  # seconds for a server to begin


@dataclass(frozen=True, slots=True)
class Server:
    """A running server that understands Prometheus' API."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def write(self) -> str:
        """Where points are pushed to."""
        return f"{self.url}/api/v1/write"

    def get(self, path: str, **query: str) -> object:
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=10) as reply:
            return json.load(reply)["data"]

    def query(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """Evaluate an expression now: labels and value of each series."""
        found = self.get("/api/v1/query", query=expression)
        assert isinstance(found, dict)
        return [(one["metric"], float(one["value"][1])) for one in found["result"] if "value" in one]

    def over(self, expression: str, begin: float, end: float) -> list[object]:
        """Evaluate an expression each second of some time; the series that have data."""
        times = {"start": str(begin), "end": str(end), "step": "1"}
        found = self.get("/api/v1/query_range", query=expression, **times)
        assert isinstance(found, dict)
        return list(found["result"])

    def value(self, expression: str) -> float:
        """Evaluate an expression that has one series."""
        ((_, value),) = self.query(expression)
        return value


def free_port() -> int:
    """Find a port that nobody uses now; the programs take no socket from us."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _served(command: Sequence[str], url: str, ready: str) -> Iterator[Server]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(url + ready, process)
        yield Server(url, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            assert process.poll() is None, "it ended at once"
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.05)


@contextmanager
def prometheus(folder: Path, *more: str) -> Iterator[Server]:
    """Run Prometheus as a receiver of remote write."""
    found = program("prometheus")
    assert found, "mark the test with @pytest.mark.server('prometheus')"
    port = free_port()
    (folder / "prometheus.yml").write_text("global: {}\n")
    command = [
        found,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-remote-write-receiver",
        *more,
    ]
    with _served(command, f"http://127.0.0.1:{port}", "/-/ready") as server:
        yield server


@contextmanager
def victoria(folder: Path) -> Iterator[Server]:
    """Run VictoriaMetrics, which shows what was written at once."""
    found = program("victoria-metrics")
    assert found, "mark the test with @pytest.mark.server('victoria-metrics')"
    port = free_port()
    command = [
        found,
        f"-storageDataPath={folder}/victoria",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=0s",
    ]
    with _served(command, f"http://127.0.0.1:{port}", "/health") as server:
        yield server
