"""`planrunner explain`, in process: what it says, where, and that nothing is sent."""

import socket
from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = """name: Shop
variables:
  base: {env: BASE}
target: ${base}
load: {vus: 3, duration: 5s}
preflight: [{get: /ready}]
steps: [{get: /x}]
profiles:
  smoke:
    load: {vus: 1, duration: 1s}
"""


@pytest.fixture(autouse=True)
def in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yml").write_text(PLAN)


def test_a_plan_is_explained_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["explain", "plan.yml", "-e", "BASE=http://localhost:1"]) == 0
    said = capsys.readouterr()
    assert (said.out.splitlines()[0], said.err) == ("Shop (plan.yml)", "")
    assert "\n  load: 3 VUs repeat the steps for 5s (constant-vus)\n" in said.out


def test_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        assert outcome(["explain", "plan.yml", "-e", f"BASE=http://127.0.0.1:{port}"]) == 0
        with pytest.raises(BlockingIOError):
            server.accept()
    assert f"http://127.0.0.1:{port} (this machine)" in capsys.readouterr().out


def test_a_profile_is_explained_instead(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["explain", "plan.yml", "-e", "BASE=demo", "--profile", "smoke"]) == 0
    out = capsys.readouterr().out
    assert "\n  load: 1 VU repeats the steps for 1s (constant-vus)\n" in out
    assert "\nPROFILES\n  chosen: smoke\n" in out


def test_values_come_from_a_file_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("stage.env").write_text("BASE=https://stage.example")
    assert outcome(["explain", "plan.yml", "--env-file", "stage.env"]) == 0
    assert "- https://stage.example (not this machine" in capsys.readouterr().out


def test_a_missing_value_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["explain", "plan.yml"]) == 0
    said = capsys.readouterr()
    assert "plan.yml:3:3: warning: variable 'base' has no value" in said.err
    assert "- without a value, which a run needs: base" in said.out


def test_a_plan_with_problems_is_not_explained(capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.yml").write_text("name: x\ntarget: demo\nsteps: [{gte: /x}]")
    assert outcome(["explain", "wrong.yml"]) == 104
    said = capsys.readouterr()
    assert (said.out, "did you mean 'get'?" in said.err) == ("", True)


def test_a_plan_may_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("plan.yml").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert outcome(["explain", "-", "-e", "BASE=demo"]) == 0
    assert capsys.readouterr().out.startswith("Shop (")
