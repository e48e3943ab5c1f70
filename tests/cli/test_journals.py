"""The journal beside the reports: there while a run goes on and after it was killed, and at no other time."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from commanding import Write, writing

from planrunner.cli.files import Files
from planrunner.cli.journals import keep
from planrunner.cli.main import outcome
from planrunner.errors import SetupError
from planrunner.metrics.tally import Snapshot
from planrunner.outputs.journal import TITLE

pytestmark = pytest.mark.slow


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_run_that_comes_to_its_end_leaves_none(write: Write) -> None:
    write()
    assert outcome(["run", "plan.yml", "--report-dir", "out"]) == 99
    assert [name for name in names(Path("out")) if "journal" in name] == []


def test_that_of_a_run_that_was_killed_is_kept_and_told(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    Path("out").mkdir()
    Path("out/run.journal").write_bytes(TITLE + b"old")
    assert outcome(["run", "plan.yml", "--report-dir", "out"]) == 99
    assert Path("out/run.journal.old").read_bytes() == TITLE + b"old"
    assert "an earlier run was killed: planrunner report out/run.journal.old" in capsys.readouterr().err


def test_where_none_can_be_kept_the_run_goes_on(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    Path("out/run.journal.old").mkdir(parents=True)
    Path("out/run.journal").write_bytes(TITLE)
    assert outcome(["run", "plan.yml", "--report-dir", "out"]) == 99
    assert "no journal is kept in out: " in capsys.readouterr().err


def broken(folder: Path, error: Exception) -> None:
    """Keep a journal until something goes wrong."""
    with ExitStack() as stack:
        journal = keep(Files({"report_dir": str(folder)}), stack)
        assert journal is not None
        journal.write("secd", Snapshot(0, 1.0, 1.0, {}, [], []))
        raise error


def test_no_load_is_no_run_that_was_killed(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        broken(tmp_path, SetupError("the data file is gone"))
    assert names(tmp_path) == []


def test_what_nobody_expected_leaves_it(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        broken(tmp_path, KeyError())
    assert names(tmp_path) == ["run.journal"]


def test_a_run_that_was_quit_before_its_first_second_leaves_none(tmp_path: Path) -> None:
    with ExitStack() as stack:
        assert keep(Files({"report_dir": str(tmp_path)}), stack) is not None
    assert names(tmp_path) == []


def test_without_a_folder_for_reports_there_is_none() -> None:
    with ExitStack() as stack:
        assert keep(Files({"html": "report.html"}), stack) is None


def test_a_journal_without_a_second_is_told(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    Path("run.journal").write_bytes(TITLE)
    assert outcome(["report", "run.journal"]) == 104
    assert "nothing of the run was written down before it was killed" in capsys.readouterr().err
