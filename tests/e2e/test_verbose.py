"""`run --verbose`: every request and answer on standard error, and nothing in them does harm."""

import socket
from pathlib import Path

import pytest
from strange_targets import target
from whole_runs import run_here

PLAN = """
name: Shown
target: {url}
variables:
  token: {{default: s3cret-token, secret: true}}
load: {{vus: 1, iterations: 1}}
steps:
  - post: /login
    headers: {{X-Token: "${{token}}", Authorization: Token not-declared-secret}}
    json: {{token: "${{token}}"}}
"""


def answer(connection: socket.socket, _: bytes) -> bool:
    """Send back the secret, and what would clear a terminal."""
    body = b"is \x1b[2Js3cret-token"
    head = b"HTTP/1.1 200 OK\r\nX-Evil: \x9b2J::error::\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection.sendall(head + body)
    return True


@pytest.mark.slow
def test_requests_and_answers_are_shown_masked_and_harmless(tmp_path: Path) -> None:
    with target(answer) as served:
        ended = run_here(tmp_path, PLAN.format(url=served.url), "--verbose", "--quiet")
    shown = ended.stderr.splitlines()
    assert next(line for line in shown if line.startswith("> ")) == "> POST /login HTTP/1.1"
    assert "> X-Token: ***" in shown
    assert "> Authorization: Token ***" in shown
    assert '> {"token":"***"}' in shown
    assert any(line.startswith("< HTTP/1.1 200  (") for line in shown)
    assert "< is \ufffd[2J***" in shown
    assert "s3cret-token" not in ended.stdout + ended.stderr
    assert "\x1b" not in ended.stderr
    assert "\x9b" not in ended.stderr
    assert ended.code == 0


@pytest.mark.slow
def test_without_it_nothing_of_a_request_is_shown(tmp_path: Path) -> None:
    with target(answer) as served:
        ended = run_here(tmp_path, PLAN.format(url=served.url), "--quiet")
    assert "/login" not in ended.stderr


def test_requests_of_several_processes_are_not_shown(tmp_path: Path) -> None:
    plan = (
        PLAN.format(url="http://127.0.0.1:9")
        .replace("iterations: 1", "iterations: 2")
        .replace("vus: 1", "vus: 2")
    )
    ended = run_here(tmp_path, plan, "--verbose", "--processes", "2")
    assert ended.code == 2
    assert "--verbose shows the requests of one process: leave --processes out" in ended.stderr
