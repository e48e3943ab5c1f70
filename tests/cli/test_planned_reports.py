"""Reports that a plan asks for: beside the plan, and after what the command line says."""

from pathlib import Path

import pytest
from commanding import PLAN, Write, writing

from planrunner.cli.main import outcome


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


def plan(reports: str) -> str:
    return PLAN.format(target="http://127.0.0.1:1") + reports


def written(folder: Path) -> set[str]:
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in files if not name.endswith("plan.yml")}


@pytest.mark.slow
def test_a_plan_has_its_reports_written_beside_it(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "load").mkdir()
    name = write(
        plan('reports: {html: "out/${word}.html", dir: all, summary_export: k6.json}\n'), "load/plan.yml"
    )
    assert outcome(["run", name]) == 99
    files = ("result.json", "report.html", "report.md", "junit.xml")
    assert written(tmp_path) == {
        "load/out/quotes.html",
        "load/k6.json",
        *(f"load/all/{file}" for file in files),
    }
    assert capsys.readouterr().out.partition("  report: ")[2].startswith("load/all/result.json\n")


@pytest.mark.slow
def test_the_command_line_wins(write: Write, tmp_path: Path) -> None:
    name = write(plan("reports: {html: r.html, junit: r.xml}\n"))
    assert outcome(["run", name, "--html", "mine.html"]) == 99
    assert written(tmp_path) == {"mine.html", "r.xml"}


@pytest.mark.slow
def test_a_profile_changes_and_removes_them(write: Write, tmp_path: Path) -> None:
    said = "reports: {html: r.html, junit: r.xml}\nprofiles: {ci: {reports: {html: null, markdown: r.md}}}\n"
    assert outcome(["run", write(plan(said)), "--profile", "ci"]) == 99
    assert written(tmp_path) == {"r.xml", "r.md"}


@pytest.mark.parametrize("command", ["run", "validate"])
@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("html: ../r.html", "plan.yml:10:17: wrong value '../r.html'"),
        ("html: /tmp/r.html", "it must be below the plan's folder; options of the command line may name any"),
        ("html: '${nobody}'", "unknown variable 'nobody'"),
        ("pdf: r.pdf", "unknown key 'pdf'"),
        ("html: 7", "write the name of a file like `reports/report.html`"),
    ],
)
def test_a_place_that_cannot_be_is_told_before_the_run(
    said: str, complaint: str, command: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome([command, write(plan(f"reports: {{{said}}}\n"))]) == 104
    assert complaint in capsys.readouterr().err


@pytest.mark.slow
def test_a_secret_in_a_place_is_masked(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = plan("reports: {html: '${word}.html'}\n").replace("quotes}", "quotes, secret: true}")
    assert outcome(["run", write(text)]) == 99
    said = capsys.readouterr()
    assert "  report: ***.html\n" in said.out
    assert "quotes" not in said.out + said.err
    assert written(tmp_path) == {"quotes.html"}


def test_it_overwrites_nothing_that_the_plan_uses(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", write(plan("reports: {html: plan.yml}\n"))]) == 2
    assert "a report would overwrite the plan: plan.yml" in capsys.readouterr().err
