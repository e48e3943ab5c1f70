"""`PLANRUNNER_PROBLEMS`: a file for programs, beside what people are shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from commanding import PLAN, Write, writing

from planrunner.cli.main import outcome


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.setenv("PLANRUNNER_PROBLEMS", str(tmp_path / "problems"))
    return writing(tmp_path, monkeypatch)


def noted(folder: Path) -> list[dict[str, Any]]:
    file = folder / "problems"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


@pytest.mark.parametrize("command", ["run", "validate", "explain"])
def test_every_command_writes_what_is_wrong_with_a_plan(command: str, write: Write, tmp_path: Path) -> None:
    assert outcome([command, write("name: x\nstepz: []\n")]) == 104
    first = noted(tmp_path)[0]
    assert (first["file"], first["line"], first["severity"]) == ("plan.yml", 2, "error")


def test_those_of_several_plans_follow_each_other(write: Write, tmp_path: Path) -> None:
    assert outcome(["run", write("nam: x\n"), write("nam: x\n", "b.yml")]) == 104
    assert {one["file"] for one in noted(tmp_path)} == {"plan.yml", "b.yml"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "x"], "--target: 'x' is no URL"),
        (["--fail-on", "x"], "unknown word 'x'"),
        (["--env-file", "missing"], "missing: cannot be read"),
    ],
)
def test_what_is_wrong_beside_plans_is_there_without_a_place(
    words: list[str], said: str, write: Write, tmp_path: Path
) -> None:
    assert outcome(["run", write(PLAN.format(target="demo")), *words]) in (2, 104)
    (found,) = noted(tmp_path)
    assert (said in found["message"], found["file"], found["line"]) == (True, "", 0), found


def test_where_nothing_is_wrong_there_is_no_file(write: Write, tmp_path: Path) -> None:
    assert outcome(["validate", write(PLAN.format(target="demo"))]) == 0
    assert noted(tmp_path) == []
