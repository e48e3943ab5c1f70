"""Backends that are slow, refuse, fail or die: the load and the verdict are as without them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from backends import Serve, answering, backend, dying, slow

from planrunner.cli.main import outcome
from planrunner.result import Result, from_json

PLAN = """name: Pizza
target: demo
load: {rate: 50/s, duration: 2s}
steps: [{get: /api/quotes}]
thresholds: {http_req_failed: rate < 1%}
"""


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
