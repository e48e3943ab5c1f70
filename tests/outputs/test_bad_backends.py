"""Backends that are slow, refuse, fail or die: the load and the verdict are as without them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

PLAN = """name: Pizza
target: demo
load: {rate: 50/s, duration: 2s}
steps: [{get: /api/quotes}]
thresholds: {http_req_failed: rate < 1%}
"""

Serve = Callable[[socket.socket, int], None]
"""Treats a connection, of this number."""


@contextmanager
def backend(serve: Serve) -> Iterator[str]:
    """Run a backend in a thread; gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            number = 0
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(8)
                    serve(connection, number)
                number += 1

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/write"
        finally:
            over.set()
            thread.join()


def request(connection: socket.socket) -> bytes:
    """Read one request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += connection.recv(65_536)
    return body


def answering(status: int) -> Serve:
    def serve(connection: socket.socket, _: int) -> None:
        request(connection)
        told = b"what is that?"
        head = f"HTTP/1.1 {status} No\r\nConnection: close\r\nContent-Length: {len(told)}\r\n\r\n"
        connection.sendall(head.encode() + told)

    return serve


def dying(connection: socket.socket, number: int) -> None:
    """Take the first request, and hang up on all others."""
    if number == 0:
        answering(200)(connection, number)


def slow(connection: socket.socket, _: int) -> None:
    """Read a kilobyte each second."""
    end = threading.Event()
    try:
        while connection.recv(1024):
            end.wait(1)
    except OSError:
        pass


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[int, Result]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLANRUNNER_PROMETHEUS_PUSH_INTERVAL", "500ms")
    Path("plan.yml").write_text(PLAN)

    def run(url: str) -> tuple[int, Result]:
        code = outcome(["run", "plan.yml", "--out", f"prometheus={url}", "--report-dir", "out", "--quiet"])
        return code, from_json(Path("out/result.json").read_bytes())

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("serve", "told"),
    [
        (answering(400), "status 400: what is that?"),
        (answering(401), "status 401: what is that?"),
        (answering(500), "status 500: what is that?"),
        (answering(503), "status 503: what is that?"),
        (dying, "the connection ended without an answer"),
        (slow, "no answer within 5 s"),
    ],
    ids=["400", "401", "500", "503", "dying", "slow"],
)
def test_a_bad_backend_costs_its_points_and_nothing_else(
    run: Callable[[str], tuple[int, Result]], serve: Serve, told: str
) -> None:
    with backend(serve) as url:
        code, result = run(url)
    (output,) = result.outputs
    assert (code, result.value("http_reqs", "count"), result.value("dropped_iterations", "count")) == (
        0,
        100,
        0,
    )
    assert (output.sent > 0, output.lost > 0) == (serve is dying, True)
    assert told in output.error
