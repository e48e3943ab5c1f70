"""`--target`: the same plan against another place, such as the one that a pull request has just built."""

from pathlib import Path

import pytest
from commanding import PLAN, Write, writing

from planrunner.cli.main import outcome
from planrunner.result import from_json


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.slow
def test_the_option_takes_the_place_of_the_target_of_the_plan(write: Write, tmp_path: Path) -> None:
    assert outcome(["run", write(), "--target", "demo", "--report-dir", "out", "--quiet"]) == 0
    result = from_json((tmp_path / "out" / "result.json").read_bytes())
    assert (result.value("http_req_failed", "rate"), result.environment.options["--target"]) == (0.0, "demo")


def test_a_plan_without_a_target_gets_one(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    plan = write("name: x\nsteps: [get: /]\n")
    assert outcome(["explain", plan, "--target", "https://shop.example"]) == 0
    assert "https://shop.example" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["run", "validate", "explain", "try"])
def test_a_target_that_cannot_be_is_a_fault_of_the_command_line(
    command: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write(PLAN.format(target="demo"))
    code = outcome([command, plan, "--target", "shop.example"])
    told = "--target: 'shop.example' is no URL that begins with http:// or https://"
    assert (code, told in capsys.readouterr().err) == (2, True)
