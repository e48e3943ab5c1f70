"""A real tinyproxy for a test: its own folder, its own port, and a log that tells what it was asked."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nginx import program

CONFIG = """
Port {port}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 60
MaxClients 50
LogFile "{prefix}/tinyproxy.log"
LogLevel Connect
{more}
"""
PATIENCE = 10  # seconds


@dataclass(frozen=True, slots=True)
class Tinyproxy:
    """A running proxy."""

    address: str
    log: Path

    def asked(self) -> list[str]:
        """Return the first lines of all requests so far."""
        lines = self.log.read_text().splitlines()
        return [line.partition("): ")[2] for line in lines if "Request (file descriptor" in line]


@contextmanager
def running(prefix: Path, more: str = "") -> Iterator[Tinyproxy]:
    """Run a proxy until the block ends; `more` is for its configuration."""
    found = program("tinyproxy")
    assert found, "mark the test with @pytest.mark.server('tinyproxy')"
    with socket.socket() as free:  # it takes no socket of ours, and tells no port of its own
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = prefix / "tinyproxy.conf"
    config.write_text(CONFIG.format(port=port, prefix=prefix, more=more))
    process = subprocess.Popen([found, "-d", "-c", str(config)], stdout=subprocess.DEVNULL)
    try:
        _await(port)
        yield Tinyproxy(f"127.0.0.1:{port}", prefix / "tinyproxy.log")
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _await(port: int) -> None:
    """Wait until somebody listens."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except ConnectionError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.01)
        else:
            return
