"""Places where a report cannot be written: it is told, the others are written, and nothing is half there."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commanding import Write, writing

from planrunner.cli.files import Files
from planrunner.cli.main import outcome

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


def test_a_report_whose_name_is_that_of_a_folder_is_told_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "out/report.md").mkdir(parents=True)
    assert outcome(["run", write(), "--report-dir", "out"]) == 104
    said = capsys.readouterr()
    assert "cannot write out/report.md: there is a directory of this name; choose another place" in said.err
    assert said.out == ""


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_told_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert outcome(["run", write(), "--report-dir", "out"]) == 104
    assert "cannot write out/result.json: permission denied" in capsys.readouterr().err


def test_the_result_is_written_before_all_reports(write: Write) -> None:
    write()
    names = [path.name for path, _ in Files({"report_dir": "out", "html": "r.html"}).paths()]
    assert names == ["result.json", "report.html", "report.md", "junit.xml", "r.html"]


def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small file system, which only root may."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "planrunner-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if ROOT else None
    if done is None or done.returncode:
        pytest.skip(f"cannot mount: {done.stderr.strip() if done else 'not root'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """Have a disk on which a result has room, but no HTML report."""
    yield from mounted(tmp_path / "tiny", "size=24k")


@pytest.mark.slow
def test_a_full_disk_costs_the_reports_that_do_not_fit(
    write: Write, capsys: pytest.CaptureFixture[str], tiny: Path
) -> None:
    name = write()
    assert outcome(["run", name, "--report-dir", "tiny", "--summary-export", "flat.json"]) == 104
    said = capsys.readouterr()
    assert "planrunner: cannot write tiny/report.html: No space left on device" in said.err
    assert {path.name for path in tiny.iterdir()} == {"result.json", "report.md", "junit.xml"}
    assert "  report: flat.json\n" in said.out


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """Have a disk that nobody may write to."""
    yield from mounted(tmp_path / "read-only", "ro")


def test_a_disk_that_is_read_only_is_told_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str], read_only: Path
) -> None:
    assert outcome(["run", write(), "--html", f"{read_only.name}/r.html"]) == 104
    assert "cannot write read-only/r.html: permission denied; choose another place" in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_that_cannot_be_kept_costs_nothing(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    name = write()
    monkeypatch.setattr("planrunner.cli.writing.os.open", refuse)
    assert outcome(["run", name, "--html", "r.html"]) == 99
    assert "  report: r.html\n" in capsys.readouterr().out
