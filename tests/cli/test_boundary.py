"""Where exceptions become messages and exit codes."""

import io
import sys
from collections.abc import Callable

import pytest
from commanding import add_broken

from planrunner.cli import main as boundary
from planrunner.cli.main import outcome
from planrunner.errors import SetupError


class SurpriseError(Exception):
    """What nobody expects."""


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Give the command line a command `broken` that raises."""

    def add(error: BaseException) -> None:
        def fail() -> None:
            raise error

        add_broken(monkeypatch, fail)

    return add


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 105, "planrunner: interrupted\n"),
        (SetupError("no port"), 104, "planrunner: no port\n"),
        (SurpriseError("oh"), 70, "planrunner: internal error: SurpriseError: oh\n"),
        (
            ExceptionGroup("tasks", [SurpriseError("in a task")]),
            70,
            "internal error: SurpriseError: in a task\n",
        ),
    ],
)
def test_every_error_has_its_exit_code(
    error: BaseException,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    raising: Callable[[BaseException], None],
) -> None:
    raising(error)
    assert outcome(["broken"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_a_traceback_can_be_asked_for(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raising: Callable[[BaseException], None],
) -> None:
    monkeypatch.setenv("PLANRUNNER_TRACEBACK", "1")
    raising(SurpriseError("oh"))
    assert outcome(["broken"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.fixture
def stderr_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what `main` does to stderr for good."""
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(sys, "__stderr__", sys.__stderr__)


@pytest.mark.usefixtures("stderr_kept")
def test_a_code_page_without_a_check_mark_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    bytes_written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(bytes_written, encoding="cp1252"))
    with pytest.raises(SystemExit):
        boundary.main(["--version"])
    sys.stdout.write("✓ passed")
    sys.stdout.flush()
    assert bytes_written.getvalue().endswith(b"? passed")


@pytest.mark.usefixtures("stderr_kept")
def test_main_exits_with_the_outcome() -> None:
    with pytest.raises(SystemExit) as ended:
        boundary.main(["run"])
    assert ended.value.code == 2
