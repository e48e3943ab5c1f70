"""What the command line says on stderr holds no secret, whatever went wrong in it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from commanding import add_broken

from planrunner.cli.main import outcome
from planrunner.cli.options import Inputs
from planrunner.cli.plans import Options, open_plan
from planrunner.errors import Problems, SetupError, UsageError

SECRET = "hunter2-hunter2"
PLAN = f"""
name: Small
target: http://127.0.0.1:1
variables: {{password: {{default: {SECRET}, secret: true}}}}
steps: [{{get: /}}]
"""


@pytest.fixture
def after_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Give the command line a command `broken` that opens a plan, and then does what is wrong."""

    def add(act: Callable[[], object]) -> None:
        def open_and_act() -> None:
            (tmp_path / "plan.yml").write_text(PLAN)
            open_plan(str(tmp_path / "plan.yml"), Inputs({}, None, ()), Problems(), Options())
            act()

        add_broken(monkeypatch, open_and_act)

    return add


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyError(SECRET), 70, "internal error: KeyError: '***'\n"),
        (ExceptionGroup("tasks", [ValueError(SECRET)]), 70, "internal error: ValueError: ***\n"),
        (SetupError(f"no file {SECRET}"), 104, "planrunner: no file ***\n"),
        (UsageError(f"no option {SECRET}"), 2, "planrunner: no option ***\n"),
        (click.BadParameter(SECRET), 2, "Invalid value: ***\n"),
    ],
)
def test_no_error_tells_a_secret(
    error: Exception,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    after_opening: Callable[[Callable[[], object]], None],
) -> None:
    def fail() -> None:
        raise error

    after_opening(fail)
    for traceback in ("", "1"):
        monkeypatch.setenv("PLANRUNNER_TRACEBACK", traceback)
        assert outcome(["broken"]) == code
        err = capsys.readouterr().err
        assert (said in err, SECRET in err) == (True, False)


def test_what_is_masked_in_one_command_line_is_not_in_the_next(
    capsys: pytest.CaptureFixture[str], after_opening: Callable[[Callable[[], object]], None]
) -> None:
    after_opening(lambda: None)
    assert outcome(["broken"]) == 0
    assert outcome(["run", SECRET]) == 104
    assert SECRET in capsys.readouterr().err


FAULTS = {
    "when Python ends": "atexit.register(lambda: int(SECRET))",
    "in a destructor": "kept = type('Gone', (), {'__del__': lambda _: int(SECRET)})()",
    "in a thread": "atexit.register(lambda: threading.Thread(target=int, args=(SECRET,)).run())",
    "in a log": "atexit.register(lambda: logging.getLogger('asyncio').error(SECRET))",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_beside_the_command_tells_no_secret_either(tmp_path: Path, fault: str) -> None:
    (tmp_path / "plan.yml").write_text(PLAN)
    code = f"import atexit, logging, threading\nfrom planrunner.cli.main import main\nSECRET = {SECRET!r}\n"
    run = "main(['run', 'plan.yml', '--quiet'])\n"
    words = [sys.executable, "-c", f"{code}{FAULTS[fault]}\n{run}"]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("***" in ended.stderr, SECRET in ended.stderr) == (True, False), ended.stderr
