"""Backends that are down, slow, refuse, fail or die: points are lost and told, the run is as without them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import grpc
import pytest
from backends import Serve, answering, backend, dying, slow
from collector import Collector, over_grpc
from prometheus import free_port
from sending import Ask, sending

from planrunner.cli.main import outcome
from planrunner.result import Output

PLAN = """name: Pizza
target: demo
load: {rate: 100/s, duration: 1s}
steps: [{get: /api/quotes}]
thresholds: {http_req_failed: rate < 1%}
"""

Backend = Callable[[], AbstractContextManager[str]]
"""Runs a backend; gives its host and port."""

DATABASE = "influxdb=http://{}/k6"
OVER_HTTP = ("prometheus=http://{}/api/v1/write", DATABASE, "opentelemetry=http://{}")
OVER_GRPC = "opentelemetry=grpc://{}"

DEAF = "no answer within 5 s"


@contextmanager
def nobody() -> Iterator[str]:
    yield f"127.0.0.1:{free_port()}"


def of_the_web(connection: socket.socket, _: int, __: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def ill(serve: Serve) -> Backend:
    @contextmanager
    def run() -> Iterator[str]:
        with backend(serve) as url:
            yield urlsplit(url).netloc

    return run


def refusing(code: grpc.StatusCode) -> Backend:
    return lambda: over_grpc(Collector(code=code))


FAULTS: dict[str, tuple[Backend, str]] = {
    "down": (nobody, "connection refused"),
    "401": (ill(answering(401)), "status 401: what is that?"),
    "500": (ill(answering(500)), "status 500: what is that?"),
    "dying": (ill(dying), "the connection ended without an answer"),
    "slow": (ill(slow), DEAF),
}

OF_GRPC: dict[str, tuple[Backend, str]] = {
    "down": (nobody, "UNAVAILABLE: "),
    "unauthenticated": (refusing(grpc.StatusCode.UNAUTHENTICATED), "UNAUTHENTICATED: no such luck"),
    "unavailable": (refusing(grpc.StatusCode.UNAVAILABLE), "UNAVAILABLE: no such luck"),
    "not gRPC": (ill(of_the_web), "UNAVAILABLE: "),
    "slow": (ill(slow), "UNAVAILABLE: "),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("PLANRUNNER_PROMETHEUS_PUSH_INTERVAL", "500ms")
    monkeypatch.setenv("PLANRUNNER_OPENTELEMETRY_EXPORT_INTERVAL", "500ms")
    return sending(tmp_path, monkeypatch, PLAN)


def sent_to(run: Ask, served: Backend, *kinds: str) -> tuple[Output, ...]:
    """Run the plan with outputs, each to such a backend of its own; the run is as without them."""
    with ExitStack() as backends:
        outs = [out.format(backends.enter_context(served())) for out in kinds]
        code, result = run(*(word for out in outs for word in ("--out", out)))
    counted = result.value("http_reqs", "count"), result.value("dropped_iterations", "count")
    assert (code, *counted) == (0, 100, 0)
    assert len(result.outputs) == len(kinds)
    return result.outputs


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_bad_backends_cost_their_points_and_nothing_else(run: Ask, fault: str) -> None:
    served, told = FAULTS[fault]
    for output in sent_to(run, served, *OVER_HTTP):
        # The first request to a database makes it; samples come after it.
        arrived = fault == "dying" and output.kind != "influxdb"
        assert (output.sent > 0, output.lost > 0) == (arrived, True), output
        assert told in output.error
        assert output.kind != "influxdb" or output.lost >= 100 * 15


@pytest.mark.slow
@pytest.mark.parametrize("fault", OF_GRPC)
def test_a_bad_backend_of_grpc_costs_its_points_and_nothing_else(run: Ask, fault: str) -> None:
    served, told = OF_GRPC[fault]
    (output,) = sent_to(run, served, OVER_GRPC)
    assert (output.sent, output.lost > 0) == (0, True)
    assert told in output.error


@pytest.mark.slow
def test_two_processes_tell_once_that_a_database_is_down(run: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    with nobody() as where:
        code, result = run("--out", DATABASE.format(where), "--processes", "2")
    (output,) = result.outputs
    assert (code, output.sent, output.error) == (0, 0, "connection refused")
    assert output.lost >= 100 * 15
    assert capfd.readouterr().err.count("connection refused; the run goes on") == 1


def test_a_certificate_that_is_not_there_ends_a_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANRUNNER_INFLUXDB_CA", "nowhere.pem")
    (tmp_path / "plan.yml").write_text(PLAN)
    assert outcome(["run", str(tmp_path / "plan.yml"), "--out", "influxdb=https://127.0.0.1"]) == 104
    assert "the output influxdb cannot begin: No such file or directory" in capfd.readouterr().err
