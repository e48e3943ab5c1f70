"""`planrunner report`: the reports of a run, made again from its result."""

import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from commanding import Write, writing

from planrunner.cli.main import outcome

FILES = ("result.json", "report.html", "report.md", "junit.xml", "flat.json")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run a small plan once, with all reports in the folder that is returned."""
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        write = writing(folder, patch)
        command = ["run", write(), "--report-dir", "first", "--summary-export", "first/flat.json"]
        assert outcome([*command, "--quiet"]) == 99
    return folder / "first"


@pytest.fixture
def run(reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Have the plan of that run, and its reports in `first`."""
    write = writing(tmp_path, monkeypatch)
    write()
    shutil.copytree(reports, "first")
    return write


@pytest.mark.usefixtures("run")
def test_reports_made_again_are_those_of_the_run_letter_by_letter(capsys: pytest.CaptureFixture[str]) -> None:
    code = outcome(
        ["report", "first/result.json", "--report-dir", "again", "--summary-export", "again/flat.json"]
    )
    assert code == 0
    assert capsys.readouterr().out == "".join(f"  report: again/{name}\n" for name in FILES)
    for name in FILES:
        assert Path("again", name).read_bytes() == Path("first", name).read_bytes(), name


@pytest.mark.slow
def test_the_summary_is_printed_again(run: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", run(), "--html", "r.html", "--report-dir", "second"]) == 99
    printed, _, _ = capsys.readouterr().out.partition("  report: ")
    assert outcome(["report", "second/result.json"]) == 0
    assert capsys.readouterr().out == printed


@pytest.mark.usefixtures("run")
def test_a_result_is_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(Path("first/result.json").read_bytes()))
    monkeypatch.setattr(sys, "stdin", given)
    assert outcome(["report", "-"]) == 0
    assert "1 of 1 thresholds without data" in capsys.readouterr().out


@pytest.mark.usefixtures("run")
def test_the_result_stays_when_reports_are_made_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    file = Path("first/result.json")
    file.write_bytes(file.read_bytes() + b"\n\n")
    before = file.read_bytes()
    assert outcome(["report", "first/../first/result.json", "--report-dir", "first"]) == 0
    assert (file.read_bytes(), "result.json" in capsys.readouterr().out) == (before, False)


@pytest.mark.usefixtures("run")
def test_no_report_overwrites_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["report", "first/result.json", "--html", "first/result.json"]) == 2
    assert "a report would overwrite the result: first/result.json" in capsys.readouterr().err


def broken(**changes: object) -> bytes:
    return json.dumps({**json.loads(Path("first/result.json").read_bytes()), **changes}).encode()


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "no.json",
            None,
            "cannot read no.json: No such file or directory; name a result.json or a run.journal",
        ),
        ("no\0", None, "cannot read no\ufffd: embedded null byte; name a result.json"),
        ("first", None, "cannot read first: Is a directory; name a result.json"),
        (
            "plan.yml",
            None,
            "is no result that can be read: JSON is malformed: invalid character (byte 4); to run a",
        ),
        ("x.json", lambda: b"", "x.json is no result that can be read: Input data was truncated; name a"),
        (
            "x.json",
            lambda: broken()[:-9],
            "x.json is no result that can be read: Input data was truncated; name",
        ),
        ("x.json", lambda: b"{}", "Object missing required field `format`; name a result.json"),
        (
            "x.json",
            lambda: broken(format=1),
            "it has format 1, written by planrunner 0.1.0; this is planrunner 0",
        ),
        (
            "x.json",
            lambda: broken(verdict="maybe"),
            "Invalid enum value 'maybe' - at `$.verdict`; name a result",
        ),
        (
            "x.json",
            lambda: broken(errors=[{}]),
            "missing required field `code` - at `$.errors[0]`; name a result",
        ),
        (
            "x.json",
            lambda: b"\xff\xfe{",
            "x.json is no result that can be read: it is not text in UTF-8; name",
        ),
    ],
    ids=range(11),
)
def test_what_is_no_result_is_told(
    name: str, content: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if callable(content):
        Path(name).write_bytes(content())
    assert outcome(["report", name, "--html", "r.html"]) == 104
    assert said in capsys.readouterr().err
    assert not Path("r.html").exists()


@pytest.mark.usefixtures("run")
def test_a_report_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".r.html.part").mkdir()
    assert outcome(["report", "first/result.json", "--html", "r.html", "--junit", "r.xml"]) == 104
    said = capsys.readouterr()
    assert (said.out, "cannot write r.html: Is a directory" in said.err) == ("  report: r.xml\n", True)
