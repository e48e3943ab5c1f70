"""The runner takes turns, leaves out what fails, and says why a case cannot be measured."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.__main__ import TOOLS
from benchmarks.case import Case, Side, Stage
from benchmarks.cores import Cores
from benchmarks.processes import BadRunError
from benchmarks.rounds import measure, unable
from benchmarks.server import Served


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    served = Served("http://h/json", "https://h/json", "https://h/json", Path("ca.pem"))
    return Stage(served, tmp_path, Cores(), {"planrunner": TOOLS["planrunner"]})


def case(*sides: str) -> tuple[Case, list[str]]:
    """Make a case whose sides note their turns; "bad" fails."""
    turns: list[str] = []

    def side(name: str) -> Side:
        def take_turn(_: Stage) -> Mapping[str, float]:
            turns.append(name)
            if name == "bad":
                raise BadRunError("it did not do what it was asked")
            return {"rate": float(len(turns))}

        return Side("planrunner" if name != "missing" else "k6", take_turn)

    return Case("test", "A test", {name: side(name) for name in sides}, ()), turns


def test_all_sides_take_turns(stage: Stage) -> None:
    one, turns = case("a", "b", "c")
    measured = measure(one, stage, 2, lambda _: None)
    assert turns == ["a", "b", "c", "a", "b", "c"]
    assert measured.numbers("b", "rate") == [2.0, 5.0]


def test_a_side_that_fails_is_left_out_and_said(stage: Stage) -> None:
    said: list[str] = []
    measured = measure(case("bad", "a", "missing")[0], stage, 1, said.append)
    assert measured.rounds == [{"a": {"rate": 2.0}}]
    assert measured.numbers("bad", "rate") == []
    assert said == [
        "  round 1: bad: left out: it did not do what it was asked",
        "  round 1: a: rate 2",
    ]


def test_each_run_has_a_folder_of_its_own_that_is_gone_afterwards(stage: Stage) -> None:
    folders: list[Path] = []

    def look(own: Stage) -> Mapping[str, float]:
        folders.append(own.folder)
        (own.folder / "result.json").touch(exist_ok=False)
        return {}

    measure(Case("test", "", {"a": Side("planrunner", look)}, ()), stage, 2, lambda _: None)
    assert len(set(folders)) == 2
    assert [folder.parent for folder in folders] == [stage.folder] * 2
    assert list(stage.folder.iterdir()) == []


def test_a_case_that_can_be_measured_has_no_reason_not_to(stage: Stage) -> None:
    assert unable(case("a")[0], stage) == ""


def test_a_case_needs_one_of_its_tools(stage: Stage) -> None:
    assert unable(case("missing")[0], stage) == "none of its tools is installed"


def test_a_case_needs_as_many_files_as_connections(stage: Stage) -> None:
    many = replace(case("a")[0], connections=2**40)
    assert unable(many, stage).startswith("it needs 1,099,511,627,976 open files, and ")


def test_what_needs_linux_is_left_out_elsewhere(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert unable(replace(case("a")[0], linux=True), stage) == "it needs Linux"
