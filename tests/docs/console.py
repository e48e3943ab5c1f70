"""What a reader does with a page: types its commands, one after the other, and looks at what comes back."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planrunner.cli.main import outcome


class Shell:
    """Carries out `planrunner ...`, with `> file` too, `python ...` and `echo $?` in the current folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys, self._code = capsys, 0

    def run(self, command: str) -> str:
        """Run one command and return what it wrote: messages first, as most of them come first."""
        if command == "echo $?":
            return f"{self._code}\n"
        program, *arguments = shlex.split(command)
        if program == "python":
            done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
            return done.stderr + done.stdout
        assert program == "planrunner", f"{command!r} cannot be run here: mark the block as `not run: reason`"
        file = arguments.pop() if ">" in arguments else ""
        self._capsys.readouterr()
        self._code = outcome(arguments[:-1] if file else arguments)
        told = self._capsys.readouterr()
        if not file:
            return told.err + told.out
        Path(file).write_text(told.out)
        return told.err


def session(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console block with the lines that follow it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        yield command, lines


def missing(shown: list[str], told: str, *, exact: bool) -> str:
    """Return the first line that a page shows and that does not come; "" when all do.

    `...` alone stands for any lines, at a line's end for any rest. Unless it has to be exact, numbers with
    their units and the width of gaps do not count: they are different in every run. Nor does what a run
    says of a machine that was busy with other tests.
    """
    lines = told.splitlines() if exact or "do not trust" in "".join(shown) else untroubled(told)
    rest = iter([line if exact else blurred(line) for line in lines])
    skipping = False
    for line in shown:
        if line == "...":
            skipping = True
            continue
        start, dots, _ = (line if exact else blurred(line)).partition("...")
        candidates = rest if skipping else [next(rest, "")]
        if not any(found.startswith(start) if dots else found == start for found in candidates):
            return line
        skipping = False
    return ""


def untroubled(told: str) -> list[str]:
    """Take out of a summary what it says of the generator."""
    told = re.sub(r"^  █ CAN I TRUST THIS\?\n\n(    .*\n)+\n", "", told, flags=re.MULTILINE)
    told = re.sub(r"^  trust the numbers\? .*\n", "", told, flags=re.MULTILINE)
    return re.sub(r"(, but|;) do not trust it: .*", "", told).splitlines()


def blurred(line: str) -> str:
    """Take out of a line what is different in every run."""
    line = re.sub(r"\.{4,}|~(?=\d)", "", line)  # whether samples are few depends on how busy the machine was
    line = re.sub(r"(\d+(\.\d+)?(ns|µs|ms|s|m|h)?)+", "#", line)
    return re.sub(r"\s+", " ", line).strip()
