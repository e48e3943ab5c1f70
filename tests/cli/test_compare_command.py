"""`planrunner compare`, and what `--baseline` and `fail_on: regression` make of a run."""

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from commanding import PLAN, Write, writing
from compared_runs import run

from planrunner.cli.main import outcome
from planrunner.errors import Exit
from planrunner.result import Result, from_json, to_json

Said = Callable[[], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.fixture
def said(write: Write, capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out


def keep(folder: str, results: Iterable[Result]) -> str:
    Path(folder).mkdir(exist_ok=True)
    for number, result in enumerate(results):
        Path(folder, f"{number}.json").write_bytes(to_json(result))
    return folder


def test_two_files_are_compared_and_carry_no_verdict(said: Said) -> None:
    keep("runs", [run(1), run(2, 1.5)])
    assert outcome(["compare", "runs/0.json", "runs/1.json", "--fail-on", "regression"]) == 0
    assert "compared with runs/0.json: not enough data" in said()


def test_five_runs_of_each_fail_when_that_is_asked_for(said: Said) -> None:
    base = keep("base", [run(seed) for seed in range(5)])
    head = keep("head", [run(seed, 1.5) for seed in range(5, 10)])
    assert outcome(["compare", base, head]) == 0
    assert outcome(["compare", base, head, "--fail-on", "regression"]) == int(Exit.REGRESSION)
    assert "compared with base: slower: the slowest 5 % of all requests +" in said()


def test_the_least_change_may_be_another_one(said: Said) -> None:
    base = keep("base", [run(seed) for seed in range(5)])
    head = keep("head", [run(seed, 1.5) for seed in range(5, 10)])
    for least in (["--min-change", "90%"], ["--min-difference", "2s"]):
        assert outcome(["compare", base, head, *least, "--fail-on", "regression"]) == 0
        assert "no clear change" in said()


@pytest.mark.parametrize("wrong", ["10", "much", "x%"])
def test_a_share_is_a_share(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["compare", "a", "b", "--min-change", wrong]) == Exit.USAGE
    assert "write a share like" in capsys.readouterr().err


def test_what_was_compared_is_written(said: Said) -> None:
    keep("runs", [run(1), run(2)])
    both = ["runs/0.json", "runs/1.json"]
    assert outcome(["compare", *both, "--markdown", "out/c.md", "--json", "out/c.json"]) == 0
    assert "report: out/c.json" in said()
    assert "| All requests |" in Path("out/c.md").read_text(encoding="utf-8")
    assert json.loads(Path("out/c.json").read_text())["verdict"] == "not enough data"
    assert outcome(["compare", *both, "--json", "runs/0.json"]) == Exit.USAGE


def test_another_plan_may_be_compared_where_that_is_meant(said: Said) -> None:
    keep("runs", [run(1), run(2, plan="name: Other")])
    assert outcome(["compare", "runs/0.json", "runs/1.json"]) == 0
    assert "not comparable: the plan is another one" in said()
    assert outcome(["compare", "runs/0.json", "runs/1.json", "--despite", "plan"]) == 0
    assert "not comparable" not in said()


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ("nowhere", "BASE: cannot read nowhere: No such file or directory"),
        ("plan.yml", "malformed: invalid character (byte 4); name a result.json, as `planrunner run PLAN"),
        ("empty", "BASE: there is no result of planrunner below empty"),
        ("mixed", "BASE: mixed has results of several plans: Shop, Store; name one folder for each"),
        ("torn.json.gz", "BASE: torn.json.gz is no result.json of planrunner"),
    ],
)
def test_what_is_no_result_is_told(
    base: str, told: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    keep("empty", [])
    Path("empty/other.json").write_text("{}")
    keep("mixed", [run(1), replace(run(2), plan=replace(run(2).plan, name="Store"))])
    Path("torn.json.gz").write_bytes(gzip.compress(to_json(run(1)))[:-9])
    assert outcome(["compare", base, "mixed/0.json"]) == Exit.USAGE
    assert told in capsys.readouterr().err


def test_a_run_that_is_there_twice_counts_once(said: Said) -> None:
    base = keep("base", [run(1)] * 5)
    Path("base/again.json.gz").write_bytes(gzip.compress(to_json(run(1))))
    assert outcome(["compare", base, base, "--json", "c.json"]) == 0
    assert json.loads(Path("c.json").read_text())["base"]["runs"] == 1
    assert "not enough data" in said()


@pytest.mark.slow
def test_a_run_says_how_it_compares_with_its_baseline(write: Write, said: Said) -> None:
    plan = write(PLAN.format(target="demo"))
    for folder in ("one", "two"):
        assert outcome(["run", plan, "--iterations", "20", "--quiet", "--report-dir", folder]) in (0, 99)
    said()
    outcome(["run", plan, "--iterations", "20", "--quiet", "--baseline", ".", "--report-dir", "three"])
    assert "compared with .: " in said()
    found = from_json(Path("three/result.json").read_bytes())
    assert found.comparison
    assert (found.comparison.base.runs, found.comparison.head.name) == (2, "this run")


@pytest.mark.slow
def test_a_baseline_of_another_plan_is_refused(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    keep("base", [run(1)])
    assert outcome(["run", write(), "--baseline", "base"]) == Exit.USAGE
    assert "--baseline: base has no result of the plan Small, only of Shop" in capsys.readouterr().err


@pytest.mark.slow
def test_to_fail_on_a_regression_takes_something_to_compare_with(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["run", write(), "--fail-on", "regression", "--iterations", "1", "--quiet"])
    heard = capsys.readouterr()
    assert "fail_on: regression does nothing without --baseline" in heard.err
    assert "compared with nothing" in heard.out
