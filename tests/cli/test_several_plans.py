"""Several plans in one command: all are checked first, each has reports, one exit code tells."""

import json
import re
from pathlib import Path

import pytest
from commanding import PLAN, Write, writing
from junitparser import JUnitXml

from planrunner.cli.main import outcome
from planrunner.cli.several import slugs

GOOD = "name: Good\ntarget: demo\nsteps: [get: /api/quotes]\nthresholds: {http_req_failed: rate == 0%}\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["plans/Shop.yml"], ["shop"]),
        (["a/load.yml", "b/load.yaml", "c/other.yml"], ["a-load", "b-load", "other"]),
        (["x.yml", "x.yml", "x-2.yml"], ["x", "x-2", "x-2-2"]),
        (["../../etc/passwd", "..", "<stdin>", ""], ["passwd", "plan", "stdin", "plan-2"]),
        (["größe pizza\n.yml", "\u202e.yml", "CON.yml"], ["groe-pizza", "plan", "con"]),
        (["junit.xml.yml", "index.html"], ["junit.xml-2", "index.html-2"]),
    ],
)
def test_each_plan_has_a_folder_of_its_own(files: list[str], expected: list[str]) -> None:
    assert slugs(files) == expected


@pytest.mark.parametrize("name", ["a" * 300, "-" * 90 + "b", "é" * 200, "." * 100])
def test_names_of_folders_are_short_and_plain(name: str) -> None:
    made = slugs([f"{name}.yml"] * 12)
    assert len(set(made)) == 12
    assert all(re.fullmatch(r"[a-z0-9._-]{1,80}", slug) and slug.strip(".") for slug in made)


@pytest.mark.parametrize("option", ["--html", "--markdown", "--junit", "--summary-export"])
def test_one_file_for_several_plans_is_a_wrong_command_line(
    option: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write(), write(name="b.yml"), option, "x"]) == 2
    said = (
        f"planrunner: {option} names one file, and there are 2 plans: use --report-dir, which gets a folder"
    )
    assert said in capsys.readouterr().err


def test_the_variable_of_an_option_is_named_where_it_was_given(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANRUNNER_JUNIT", "x.xml")
    assert outcome(["run", write(), write(name="b.yml")]) == 2
    assert "PLANRUNNER_JUNIT names one file" in capsys.readouterr().err


def test_standard_input_is_one_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", "-", "-"]) == 2
    assert "standard input (-) can be read as one plan only" in capsys.readouterr().err


def test_nothing_runs_while_one_plan_is_wrong(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = [write(), write("name: X\nstep: []\n", "wrong.yml"), "missing.yml"]
    assert outcome(["run", *names, "--report-dir", "out"]) == 104
    said = capsys.readouterr()
    assert "wrong.yml:2:1: unknown key 'step'" in said.err
    assert "missing.yml: there is no such file" in said.err
    assert said.err.endswith("problems in 2 of 3 plans; no request was sent\n")
    assert (said.out, (tmp_path / "out").exists()) == ("", False)


def test_one_problem_is_not_called_problems(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", write(), "missing.yml"]) == 104
    assert "planrunner: 1 problem in 1 of 2 plans; no request was sent" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["-e", "WROD=x"],
            "-e WROD: none of the plans has such a variable; did you mean 'WORD'?",
        ),
        (["--scenario", "nobody"], "planrunner: plan.yml: "),
    ],
)
def test_what_fits_no_plan_is_a_wrong_command_line(
    given: list[str], said: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write(), write(GOOD, "b.yml"), *given]) == 2
    assert said in capsys.readouterr().err


def test_where_no_plan_has_variables_none_is_suggested(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write(GOOD, "a.yml"), write(GOOD, "b.yml"), "-e", "A=b"]) == 2
    assert capsys.readouterr().err == "planrunner: -e A: none of the plans has such a variable\n"


def test_no_plan_overwrites_a_report_of_another(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAN.format(target="http://127.0.0.1:1") + "reports: {html: r.html}\n"
    assert outcome(["run", write(text), write(text, "b.yml")]) == 2
    assert "a report would overwrite a report of plan.yml: r.html" in capsys.readouterr().err


def test_the_index_overwrites_no_plan(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", write(name="index.md"), write(), "--report-dir", "."]) == 2
    assert "a report would overwrite the plan: index.md" in capsys.readouterr().err


@pytest.mark.slow
def test_a_mixed_run_has_a_report_for_each_plan_an_index_and_one_exit_code(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = [write(GOOD, "good.yml"), write(name="bad.yml")]
    assert outcome(["run", *plans, "--report-dir", "out", "-e", "WORD=menu"]) == 99
    out = tmp_path / "out"
    files = [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    assert sorted(files) == [
        *("bad/report.html", "bad/report.md", "bad/result.json"),
        *("good/report.html", "good/report.md", "good/result.json"),
        *("index.html", "index.md", "junit.xml"),
    ]
    results = [json.loads((out / f"{name}/result.json").read_text()) for name in ("good", "bad")]
    assert [result["exit_code"] for result in results] == [0, 99]
    junit = JUnitXml.fromfile(str(out / "junit.xml"))
    assert [(suite.name, suite.failures > 0) for suite in junit] == [("Good", False), ("Small", True)]
    assert (out / "index.md").read_text().startswith("### ❌ 2 plans: 1 failed, 1 passed\n")
    said = capsys.readouterr()
    assert "plan 1 of 2: good.yml\n\n       plan: good.yml (Good)" in said.err
    assert "  █ 2 plans: 1 failed, 1 passed\n\n    ✓ good.yml  passed: 1 of 1" in said.out
    assert said.out.count("  report: out/index.md\n") == 1


@pytest.mark.slow
def test_without_reports_only_the_terminal_tells(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write(), write(name="b.yml"), "--quiet"]) == 99
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.yml", "plan.yml"]
    said = capsys.readouterr()
    assert (said.err, said.out.count("plan 2 of 2: b.yml\n")) == ("", 1)
    assert "2 plans: 2 failed" in said.out


@pytest.mark.slow
def test_what_cannot_be_written_of_one_plan_costs_no_other(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out/plan/.report.md.part").mkdir(parents=True)
    assert outcome(["run", write(), write(name="b.yml"), "--quiet", "--report-dir", "out"]) == 104
    assert "planrunner: cannot write out/plan/report.md: Is a directory" in capsys.readouterr().err
    assert (tmp_path / "out/b/report.md").exists()
