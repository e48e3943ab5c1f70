"""A real InfluxDB 1 for a test: own folder, own ports, and what was written there."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nginx import program
from prometheus import free_port

PATIENCE = 20.0  # seconds for a server to begin

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{inner}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[http]
  bind-address = "127.0.0.1:{port}"
  auth-enabled = {auth}
[monitor]
  store-enabled = false
"""

USER = ("ada", "very-secret")
"""The administrator, where the server asks who one is."""


@dataclass(frozen=True, slots=True)
class Influx:
    """A running server."""

    url: str
    user: tuple[str, str] | None

    def ask(self, query: str, database: str = "") -> list[Any]:
        """Ask something; the series of the answer."""
        said = {"q": query, "db": database, "epoch": "ns"}
        who = {"u": self.user[0], "p": self.user[1]} if self.user else {}
        where, data = (urllib.parse.urlencode(one) for one in (who, said))
        with urllib.request.urlopen(f"{self.url}/query?{where}", data=data.encode(), timeout=10) as reply:
            (result,) = json.load(reply)["results"]
        assert "error" not in result, result["error"]
        series = result.get("series", [])
        assert isinstance(series, list)
        return series

    def samples(self, database: str) -> Iterator[tuple[str, str, float, Mapping[str, str]]]:
        """Return all that was written: metric, time, value and tags of each sample; `url` is a field."""
        for series in self.ask("SELECT * FROM /.*/", database):
            for row in series["values"]:
                told = dict(zip(series["columns"], row, strict=True))
                moment, value = str(told.pop("time")), float(told.pop("value"))
                yield series["name"], moment, value, {name: text for name, text in told.items() if text}


@contextmanager
def influxdb(folder: Path, *, auth: bool = False) -> Iterator[Influx]:
    """Run a server."""
    found = program("influxd")
    assert found, "mark the test with @pytest.mark.server('influxd')"
    port = free_port()
    config = folder / "influxdb.conf"
    config.write_text(
        CONFIG.format(folder=folder / "influx", port=port, inner=free_port(), auth=str(auth).lower())
    )
    process = subprocess.Popen(
        [found, "run", "-config", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        server = Influx(f"http://127.0.0.1:{port}", USER if auth else None)
        _await(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(server: Influx, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{server.url}/ping", timeout=5):
                break
        except OSError:
            assert process.poll() is None, "it ended at once"
            assert time.monotonic() < end, "it does not answer"
            time.sleep(0.05)
    if server.user:
        name, password = server.user
        # The first one needs no name.
        Influx(server.url, None).ask(f"CREATE USER {name} WITH PASSWORD '{password}' WITH ALL PRIVILEGES")
