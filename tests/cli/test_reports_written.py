"""Reports of the command line: where they are written, and what is never overwritten or lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from commanding import Write, writing

from planrunner.cli.files import OPTIONS
from planrunner.cli.main import outcome
from planrunner.result import Result


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.slow
def test_reports_are_written_where_asked_and_nowhere_else(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    asked = ["--report-dir", "out/all", "--html", "h/r.html", "--markdown", "r.md", "--junit", "r.xml"]
    assert outcome(["run", "plan.yml", *asked, "--summary-export", "s.json"]) == 99
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    files = {"report.html", "report.md", "junit.xml", "result.json"}
    assert found == {"plan.yml", "h/r.html", "r.md", "r.xml", "s.json"} | {
        f"out/all/{name}" for name in files
    }
    assert json.loads((tmp_path / "out/all/result.json").read_text())["exit_code"] == 99
    assert json.loads((tmp_path / "s.json").read_text())["metrics"]["http_reqs"]["count"] == 1
    assert capsys.readouterr().out.count("  report: ") == 8


@pytest.mark.slow
def test_without_being_asked_nothing_is_written(write: Write, tmp_path: Path) -> None:
    write()
    outcome(["run", "plan.yml", "--quiet"])
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yml"]


@pytest.mark.parametrize(
    ("options", "what"),
    [(["--html", "plan.yml"], "the plan"), (["--html", "x", "--junit", "./x"], "another report")],
)
def test_a_report_overwrites_neither_the_plan_nor_another(
    options: list[str], what: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write()
    before = Path(name).read_text()
    assert outcome(["run", name, *options]) == 2
    assert f"planrunner: a report would overwrite {what}: " in capsys.readouterr().err
    assert Path(name).read_text() == before


USING = """name: Using
target: http://127.0.0.1:1
use: [fragment.yml]
variables: {folder: {default: files}}
data:
  rows: {file: rows.csv}
flows:
  upload:
    - post: /up
      multipart: {photo: {file: "${folder}/photo.png"}}
      checks: [{json_schema: schema.json}]
steps:
  - group: all
    steps:
      - {flow: upload}
      - {post: /body, body_file: body.bin, headers: {X: "${rows.a}"}}
"""


@pytest.mark.parametrize(
    "file",
    ["fragment.yml", "rows.csv", "files/photo.png", "schema.json", "body.bin", ".env", "files/../body.bin"],
)
def test_a_report_overwrites_no_file_that_the_plan_uses(
    file: str, write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    for name in ("files/photo.png", "body.bin", ".env"):
        write("", name)
    write("endpoints: {unused: {get: /}}\n", "fragment.yml")
    write("a\n1\n", "rows.csv")
    write("{}", "schema.json")
    before = Path(file).read_text()
    assert outcome(["run", write(USING), "--html", file]) == 2
    assert (
        f"planrunner: a report would overwrite a file that the plan uses: {file}" in capsys.readouterr().err
    )
    assert Path(file).read_text() == before


@pytest.mark.slow
def test_a_report_may_overwrite_an_older_one(write: Write, tmp_path: Path) -> None:
    write("old", "r.html")
    assert outcome(["run", write(), "--html", "r.html", "--quiet"]) == 99
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_a_report_does_not_overwrite_the_environment_file_that_is_named(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("", "my.env")
    assert outcome(["run", write(), "--env-file", "my.env", "--junit", "my.env"]) == 2
    assert "a report would overwrite a file that the plan uses: my.env" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", "plan.yml", "--html", "plan.yml/x.html"]) == 104
    said = capsys.readouterr()
    assert "planrunner: cannot write plan.yml/x.html" in said.err
    assert said.out == ""


@pytest.mark.slow
def test_a_report_that_cannot_be_written_in_the_end_is_said(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    (tmp_path / ".r.html.part").mkdir()
    assert outcome(["run", "plan.yml", "--html", "r.html", "--junit", "r.xml", "--quiet"]) == 104
    said = capsys.readouterr()
    assert "planrunner: cannot write r.html: Is a directory" in said.err
    assert "  report: r.xml\n" in said.out


@pytest.fixture
def broken_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reports `--html` and `--markdown` have a fault."""

    def fail(_: Result) -> bytes:
        raise OverflowError("too large")

    for name in ("html", "markdown"):
        monkeypatch.setitem(cast(dict[str, Callable[[Result], bytes]], OPTIONS), name, fail)


@pytest.mark.slow
@pytest.mark.usefixtures("broken_reports")
def test_a_report_that_cannot_be_made_takes_nothing_with_it(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    asked = ["--html", "r.html", "--markdown", "r.md", "--junit", "r.xml", "--quiet"]
    assert outcome(["run", "plan.yml", *asked]) == 70
    said = capsys.readouterr()
    assert ("█ THRESHOLDS" in said.out, "  report: r.xml\n" in said.out, "r.html" in said.out) == (
        True,
        True,
        False,
    )
    assert said.err.startswith(
        "planrunner: internal error: ReportError: cannot make r.html: OverflowError: too large\n"
        "cannot make r.md: OverflowError: too large\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.yml", "r.xml"]


@pytest.mark.slow
@pytest.mark.usefixtures("broken_reports")
def test_a_report_that_cannot_be_made_hides_none_that_cannot_be_written(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setenv("PLANRUNNER_TRACEBACK", "1")
    (tmp_path / ".r.xml.part").mkdir()
    assert outcome(["run", "plan.yml", "--html", "r.html", "--junit", "r.xml", "--quiet"]) == 70
    said = capsys.readouterr().err
    assert "\ncannot write r.xml: Is a directory\n" in said
    assert ", in fail\n" in said  # the traceback of the report itself
