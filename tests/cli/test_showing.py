"""How progress is shown: what the options, the terminal and the environment say of it."""

import asyncio
import io
import os
from contextlib import redirect_stderr

import pytest
from fakes import in_virtual_time
from running import checked_plan

from planrunner.cli.showing import Shows, _size, repeated
from planrunner.live.board import Board
from planrunner.live.screen import Screen
from planrunner.live.terminal import Plain

BOARD = Board(checked_plan("name: x\ntarget: http://h\nload: {vus: 5, duration: 40s}\nsteps: [{get: /a}]\n"))


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a terminal as most people have it."""
    for name in ("CI", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def shows(progress: str = "auto", *, quiet: bool = False, no_color: bool = False) -> Shows:
    return Shows(progress, None, quiet, verbose=False, no_color=no_color)  # type: ignore[arg-type]


def test_a_terminal_is_drawn_on() -> None:
    with redirect_stderr(Tty()):
        assert isinstance(shows().terminal(BOARD), Screen)


@pytest.mark.parametrize(
    ("progress", "env", "drawn"),
    [
        ("auto", {"CI": "true"}, False),
        ("live", {"CI": "true"}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("live", {"TERM": "dumb"}, False),
        ("plain", {}, False),
        ("none", {}, False),
    ],
)
def test_what_is_asked_for_and_what_the_terminal_can_decide(
    progress: str, env: dict[str, str], drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with redirect_stderr(Tty()):
        assert shows(progress).drawn() is drawn


@pytest.mark.parametrize("progress", ["auto", "live"])
def test_what_is_no_terminal_gets_plain_lines(progress: str) -> None:
    with redirect_stderr(io.StringIO()):
        assert isinstance(shows(progress).terminal(BOARD), Plain)


@pytest.mark.parametrize("asked", [shows("none"), shows("live", quiet=True)])
def test_quiet_shows_no_progress(asked: Shows) -> None:
    assert asked.none
    with redirect_stderr(Tty()):
        assert isinstance(asked.terminal(BOARD), Plain)


@pytest.mark.parametrize(
    ("no_color", "env", "colored"), [(False, "", True), (True, "", False), (False, "1", False)]
)
def test_colours_are_left_out_where_nobody_wants_them(
    no_color: bool, env: str, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", env)
    with redirect_stderr(Tty()) as stderr:
        shows(no_color=no_color).terminal(BOARD).draw()
    assert ("\x1b[1m" in stderr.getvalue()) is colored


def test_a_terminal_without_a_size_has_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert _size() == (80, 24)


def test_the_size_is_that_of_stderr_or_what_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    def size(descriptor: int = 1) -> os.terminal_size:
        if descriptor == 2:
            raise OSError
        return os.terminal_size((70, 20))

    monkeypatch.setattr(os, "get_terminal_size", size)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("LINES", raising=False)
    assert len(_size()) == 2


def test_something_is_repeated_until_it_is_over() -> None:
    async def main() -> list[float]:
        loop, seen = asyncio.get_running_loop(), list[float]()
        with repeated(lambda: seen.append(loop.time()), 0.5):
            await asyncio.sleep(1.1)
        await asyncio.sleep(5)
        return seen

    assert in_virtual_time(main) == [0.0, 0.5, 1.0]
