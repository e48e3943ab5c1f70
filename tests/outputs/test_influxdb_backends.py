"""Databases that are down, slow, refuse or fail: samples are lost and told, the run is as without them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from backends import Serve, answering, backend, dying, slow
from prometheus import free_port

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

PLAN = """name: Pizza
target: demo
load: {rate: 50/s, duration: 2s}
steps: [{get: /api/quotes}]
thresholds: {http_req_failed: rate < 1%}
"""

Ask = Callable[..., tuple[int, Result]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.chdir(tmp_path)
    Path("plan.yml").write_text(PLAN)

    def run(url: str, *more: str) -> tuple[int, Result]:
        wanted = ["--out", f"influxdb={url}", "--report-dir", "out", "--quiet", *more]
        return outcome(["run", "plan.yml", *wanted]), from_json(Path("out/result.json").read_bytes())

    return run


def unharmed(code: int, result: Result) -> None:
    """Demand that the load and the verdict are as they would be without the output."""
    counted = result.value("http_reqs", "count"), result.value("dropped_iterations", "count")
    assert (code, *counted) == (0, 100, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("serve", "told"),
    [
        (answering(400), "status 400: what is that?"),
        (answering(404), "status 404: what is that?"),
        (answering(500), "status 500: what is that?"),
        (dying, "the connection ended without an answer"),
        (slow, "no answer within 5 s"),
    ],
    ids=["400", "404", "500", "dying", "slow"],
)
def test_a_bad_database_costs_its_samples_and_nothing_else(run: Ask, serve: Serve, told: str) -> None:
    with backend(serve) as url:
        code, result = run(url.removesuffix("/write"))
    unharmed(code, result)
    (output,) = result.outputs
    assert (output.sent, told in output.error) == (0, True)
    assert output.lost >= 100 * 15


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_database_that_is_down_is_told_once_and_all_samples_are_counted_as_lost(
    run: Ask, capfd: pytest.CaptureFixture[str], processes: str
) -> None:
    code, result = run(f"http://127.0.0.1:{free_port()}/k6", "--processes", processes)
    unharmed(code, result)
    (output,) = result.outputs
    assert (output.sent, output.error) == (0, "connection refused")
    assert output.lost >= 100 * 15
    assert capfd.readouterr().err.count("connection refused; the run goes on") == 1


def test_a_certificate_that_is_not_there_ends_a_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANRUNNER_INFLUXDB_CA", "nowhere.pem")
    (tmp_path / "plan.yml").write_text(PLAN)
    assert outcome(["run", str(tmp_path / "plan.yml"), "--out", "influxdb=https://127.0.0.1"]) == 104
    assert "the output influxdb cannot begin: No such file or directory" in capfd.readouterr().err
