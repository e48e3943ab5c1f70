"""`--live`: which ports it takes, and what happens where none can be had."""

import asyncio
import errno
import socket
from pathlib import Path

import pytest
from commanding import Write, writing
from running import checked_plan

from planrunner.cli.main import outcome
from planrunner.cli.page import Page, reason
from planrunner.live.board import NOTHING, Board

ONCE = "name: n\ntarget: demo\nload: {vus: 1, iterations: 1}\nsteps: [{get: /api/quotes}]\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.parametrize("words", [["--live=often", "plan.yml"], ["plan.yml", "--live=70000"]])
def test_what_is_no_port_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", *words]) == 2
    assert "Invalid value for '--live'" in capsys.readouterr().err


@pytest.mark.slow
def test_the_page_may_be_asked_for_before_the_plan(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", "--live", write(ONCE), "--quiet"]) == 0
    assert "live: http://127.0.0.1:" in capsys.readouterr().err


@pytest.mark.slow
def test_the_environment_may_ask_for_it(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANRUNNER_LIVE", "0")
    assert outcome(["run", write(ONCE), "--quiet"]) == 0
    assert "live: http://127.0.0.1:" in capsys.readouterr().err


@pytest.mark.slow
def test_a_taken_port_costs_the_run_nothing_but_its_page(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert outcome(["run", write(ONCE), f"--live={port}", "--quiet"]) == 0
    assert capsys.readouterr().err == (
        f"planrunner: warning: no live page on 127.0.0.1:{port}: the port is in use (--live without a port "
        "takes a free one); the run goes on without it\n"
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EACCES, "no"), "not allowed (ports from 1024 are)"),
        (OSError(errno.ENOBUFS, "no buffer"), "no buffer"),
        (OSError("strange"), "strange"),
    ],
)
def test_why_a_port_cannot_be_had_is_told(error: OSError, told: str) -> None:
    assert reason(error) == told


def test_a_run_that_was_quit_closes_its_page() -> None:
    said, page = list[str](), Page(0)
    board = Board(checked_plan(ONCE.replace("demo", "http://h")))
    with asyncio.Runner() as runner:
        (server,) = runner.run(page.open(board, lambda: None, said.extend))
        page.close(None)
        server.tick(NOTHING)
    assert said[0].startswith("       live: http://127.0.0.1:")


def test_the_next_run_has_its_page_at_the_same_address() -> None:
    said, page = list[str](), Page(0)
    board = Board(checked_plan(ONCE.replace("demo", "http://h")))
    for _ in range(2):
        with asyncio.Runner() as runner:
            runner.run(page.open(board, lambda: None, said.extend))
            page.close(None)
    assert said[0] == said[2]


def test_a_page_that_the_next_run_cannot_have_is_not_closed_twice() -> None:
    said, page = list[str](), Page(0)
    board = Board(checked_plan(ONCE.replace("demo", "http://h")))
    with asyncio.Runner() as runner:
        runner.run(page.open(board, lambda: None, said.extend))
        page.close(None)
    with socket.create_server(("127.0.0.1", page._port or 0)), asyncio.Runner() as runner:
        assert runner.run(page.open(board, lambda: None, said.extend)) == []
    page.close(None)
    assert "the port is in use" in said[-1]


def test_without_a_page_there_is_nothing_to_close() -> None:
    Page(None).close(None)
