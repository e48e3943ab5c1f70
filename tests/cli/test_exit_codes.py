"""Exit codes of what happens around the load, and the report that is written all the same."""

import json
from pathlib import Path

import pytest

from planrunner.cli.main import outcome

HEAD = "name: Small\ntarget: http://127.0.0.1:1\n"  # nobody listens there
STEPS = "load: {vus: 1, iterations: 1}\nsteps:\n  - log: step\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "code", "said"),
    [
        (
            "setup_timeout: 50ms\nsetup: [{think: 5s}]\n",
            100,
            "no load was made: setup took longer than 0.05 s",
        ),
        ("teardown_timeout: 50ms\nteardown: [{think: 5s}]\n", 101, "teardown took longer than 0.05 s"),
        (
            "preflight: [{get: /ready, within: 200ms}]\n",
            106,
            "no load was made: GET /ready is not ready after 0.2 s: connection refused",
        ),
        (
            "setup: [{get: /in, checks: [{status: 200}]}]\n",
            107,
            "no load was made: setup failed: check 'status is 200' failed",
        ),
        ("vu_setup: [{stop: test}]\n", 108, "the plan stopped the test: `stop: test` at plan.yml:3"),
    ],
)
def test_each_end_has_its_exit_code_and_a_report(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    plan: str,
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yml").write_text(HEAD + plan + STEPS)
    assert outcome(["run", "plan.yml", "--report-dir", "out"]) == code
    assert f"✗ failed: {said}" in capsys.readouterr().out
    result = json.loads((tmp_path / "out/result.json").read_text())
    assert (result["exit_code"], result["verdict"]) == (code, "failed")
    assert "<failure" in (tmp_path / "out/junit.xml").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "logs"), [("--no-setup", ["step", "b"]), ("--no-teardown", ["a", "step"])]
)
def test_setup_and_teardown_can_be_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, logs: list[str]
) -> None:
    (tmp_path / "plan.yml").write_text(HEAD + "setup: [{log: a}]\nteardown: [{log: b}]\n" + STEPS)
    assert outcome(["run", str(tmp_path / "plan.yml"), "--quiet", option]) == 0
    assert capsys.readouterr().err.splitlines() == logs
