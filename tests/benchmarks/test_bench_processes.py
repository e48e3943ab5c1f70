"""A program is run to its end, and what it cost is known."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.processes import BadRunError, Order, family, memory_of, run

linux = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_program_is_run_with_what_it_was_given_and_heard() -> None:
    code = "import os; print(os.environ['GREETING'])"
    assert run(Order(python(code), environment={"GREETING": "hello"})).output == "hello\n"


@pytest.mark.slow
def test_the_processor_time_of_a_program_is_known() -> None:
    code = "import time\nwhile time.process_time() < 0.25: pass"
    assert run(Order(python(code))).cpu >= 0.25


@linux
@pytest.mark.slow
def test_the_peak_of_memory_covers_the_children() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"
    assert run(Order(python(child))).peak > 64_000_000


HOLD = "import time; held = bytearray(64_000_000); time.sleep(0.5)"


@linux
def test_a_process_and_its_children_are_a_family() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            assert child.pid in set(family(os.getpid()))
        finally:
            child.kill()


@linux
def test_a_process_that_has_ended_has_neither_memory_nor_children() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert memory_of(ended.pid) == (0, 0)
    assert list(family(ended.pid)) == [ended.pid]


def test_a_program_that_fails_is_a_bad_run_with_what_it_said() -> None:
    code = "import sys; print('no such plan\\nat all', file=sys.stderr); sys.exit(3)"
    with pytest.raises(BadRunError, match=r"^exit code 3: no such plan at all$"):
        run(Order(python(code)))


def test_an_exit_code_that_is_accepted_is_no_failure() -> None:
    assert run(Order(python("import sys; sys.exit(1)"), accepted=(0, 1))).output == ""


def test_a_program_that_is_not_there_is_a_bad_run() -> None:
    with pytest.raises(BadRunError, match=r"^'no-such-tool' was not found$"):
        run(Order(["no-such-tool"]))


@pytest.mark.slow
def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    with pytest.raises(BadRunError, match=r"it did not come to an end within 0\.3 s"):
        run(Order(["sh", "-c", f"sleep 60 > {held} & wait"], limit=0.3))
    assert os.read(reader, 1) == b""  # which comes as soon as no one can write any more
    os.close(reader)


@pytest.mark.slow
def test_something_can_be_done_while_a_program_runs(tmp_path: Path) -> None:
    go = tmp_path / "go"
    code = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)"
    assert run(Order(python(code), meanwhile=go.touch)).output == ""
