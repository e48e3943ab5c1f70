"""Requests to end: each does what is right at its moment, and none is lost."""

import signal
import subprocess
import sys

import pytest

from planrunner.cli import signals
from planrunner.cli.signals import INTERRUPTED, as_usual, heard
from planrunner.errors import Exit

LATE = """
import sys, time
from planrunner.cli import signals
signals.PATIENCE = {patience}
with signals.heard() as asked:
    asked.act = lambda times: None
    {then}
"""


def ended(then: str, patience: float = 0.01) -> tuple[int, str]:
    made = subprocess.run(
        [sys.executable, "-c", LATE.format(then=then, patience=patience)],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return made.returncode, made.stderr


def test_the_exit_code_is_that_of_all_others() -> None:
    assert INTERRUPTED == Exit.INTERRUPTED


def test_each_request_is_counted_and_told() -> None:
    heard_of: list[int] = []
    with heard() as asked:
        asked.act = heard_of.append
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert heard_of == [1, 2]


def test_a_button_that_is_pressed_twice_asks_once() -> None:
    heard_of: list[int] = []
    with heard() as asked:
        asked.act = heard_of.append
        asked.once()
        asked.once()
        asked.hear()
    assert heard_of == [1, 2]


def test_afterwards_requests_do_what_they_did_before() -> None:
    before = [signal.getsignal(number) for number in signals.NUMBERS]
    with heard():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in signals.NUMBERS] == before


@pytest.mark.parametrize(("patience", "written"), [(20, "written\n"), (0.01, "")])
def test_what_is_being_written_is_finished_while_there_is_patience(patience: float, written: str) -> None:
    late = "asked.act = signals.finish; asked.hear(); asked.hear(); time.sleep(0.2)"
    assert ended(late + "; sys.stderr.write('written\\n')", patience) == (
        INTERRUPTED if not written else 0,
        written,
    )


def test_what_everybody_waits_for_in_vain_is_left_with_its_exit_code() -> None:
    assert ended("asked.leave_soon(99); time.sleep(30)") == (99, "")


def test_whoever_asks_twice_does_not_wait() -> None:
    assert ended("asked.hear(); asked.hear(); time.sleep(30)") == (INTERRUPTED, "")


def test_what_ends_by_itself_is_not_cut_short() -> None:
    assert ended("asked.leave_soon(99)", patience=20) == (0, "")


def test_before_anything_has_begun_the_process_ends_at_once() -> None:
    code, said = ended("asked.act = signals.leave; asked.hear(); time.sleep(30)")
    assert (code, said) == (INTERRUPTED, "planrunner: interrupted\n")


def test_other_commands_get_their_usual_interruption_back() -> None:
    with heard():
        signals.handle(signals.leave)
        as_usual()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_whoever_handles_requests_already_keeps_doing_so() -> None:
    with heard():
        before = signal.getsignal(signal.SIGINT)
        as_usual()
        assert signal.getsignal(signal.SIGINT) is before
