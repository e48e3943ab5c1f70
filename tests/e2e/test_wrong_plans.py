"""Plans and command lines that are wrong: every mistake is told where it stands, and nothing is sent."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_runs import Ended, command, run_here

FIVE = """\
name: Five mistakes
target: {target}
variables: {{user: ann}}
load: {{vus: 1, duration: 5}}
endpoints:
  login: {{get: /login}}
steps:
  - get: /users/${{usr}}
    chekcs: [{{status: 200}}]
  - request: logn
thresholds:
  http_req_durations: p(95) < 500ms
"""

TOLD = """\
plan.yml:4:26: a duration needs a unit
   4 | load: {vus: 1, duration: 5}
     |                          ^ did you mean '5s' or '5ms'?

plan.yml:8:19: unknown variable 'usr'
   8 |   - get: /users/${usr}
     |                   ^^^ did you mean 'user'?

plan.yml:9:5: unknown key 'chekcs'
   9 |     chekcs: [{status: 200}]
     |     ^^^^^^ did you mean 'checks'?

plan.yml:10:14: unknown endpoint 'logn'
  10 |   - request: logn
     |              ^^^^ did you mean 'login'?

plan.yml:12:3: unknown metric 'http_req_durations'
  12 |   http_req_durations: p(95) < 500ms
     |   ^^^^^^^^^^^^^^^^^^ did you mean 'http_req_duration'?

planrunner: 5 problems; no request was sent
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listen, and never accept: whoever connects waits to be found."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.setblocking(False)
        yield made


def connections(listener: socket.socket) -> int:
    found = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return found
        found += 1


def url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def assert_refused(ended: Ended, code: int, *lines: str) -> None:
    assert (ended.code, ended.stdout) == (code, "")
    assert ended.stderr.splitlines() == list(lines)


def test_five_mistakes_are_told_at_once_in_the_order_of_the_file(
    tmp_path: Path, listener: socket.socket
) -> None:
    ended = run_here(tmp_path, FIVE.format(target=url(listener)))
    assert (ended.code, ended.stdout) == (104, "")
    assert ended.stderr.replace(f"{tmp_path}/", "") == TOLD
    assert not (tmp_path / "reports").exists()


def test_a_wrong_plan_sends_nothing(tmp_path: Path, listener: socket.socket) -> None:
    run_here(tmp_path, FIVE.format(target=url(listener)))
    assert connections(listener) == 0


@pytest.mark.slow
def test_a_plan_without_mistakes_would_have_been_heard(tmp_path: Path, listener: socket.socket) -> None:
    text = f"name: n\ntarget: {url(listener)}\nhttp: {{timeout: 50ms}}\nsteps: [get: /x]\n"
    run_here(tmp_path, text)
    assert connections(listener) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name: [n\n", "plan.yml:1:7: "),
        (b"name: n\n\tsteps: []\n", "plan.yml:2:1: "),
        (b"", "plan.yml: "),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "plan.yml"),
    ],
    ids=["syntax", "tab", "empty", "binary"],
)
def test_what_is_no_plan_gets_one_located_problem(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "plan.yml").write_bytes(content)
    ended = command("run", "plan.yml", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (104, "")
    assert ended.stderr.startswith(told)
    assert ended.stderr.endswith("\nplanrunner: 1 problem; no request was sent\n")
    assert len(ended.stderr.splitlines()) <= 5  # the problem, its line, its caret, an empty line, the end


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missing.yml", "."], ids=["missing", "a folder"])
def test_what_cannot_be_read_is_told_in_one_line_with_a_hint(tmp_path: Path, name: str) -> None:
    ended = command("run", name, cwd=tmp_path)
    told = {
        "missing.yml": ("missing.yml: there is no such file", "      check the path"),
        ".": (".: this is a directory", "      name a plan file in it"),
    }
    assert_refused(ended, 104, *told[name], "", "planrunner: 1 problem; no request was sent")


@pytest.mark.slow
def test_an_unknown_option_is_a_wrong_command_line() -> None:
    ended = command("run", "plan.yml", "--vsu", "5")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Usage: planrunner run ")
    assert "No such option" in ended.stderr
    assert "--vus" in ended.stderr  # the suggestion


def test_a_value_for_no_variable_is_a_wrong_command_line(tmp_path: Path) -> None:
    ended = run_here(
        tmp_path, "name: n\nvariables: {user: ann}\nsteps: [get: http://127.0.0.1/]\n", "-eusr=x"
    )
    assert_refused(ended, 2, "planrunner: -e usr: the plan has no such variable; did you mean 'user'?")


def test_vus_alone_do_not_replace_stages(tmp_path: Path, listener: socket.socket) -> None:
    stages = "load: {stages: [{duration: 1s, target: 2}]}"
    ended = run_here(
        tmp_path, f"name: n\ntarget: {url(listener)}\n{stages}\nsteps: [get: /x]\n", "--vus", "5"
    )
    assert (ended.code, ended.stdout, connections(listener)) == (2, "", 0)
    assert ended.stderr.startswith("planrunner: --vus makes no load of scenario 'default': ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_variable_without_a_value_is_told_where_it_stands(tmp_path: Path, listener: socket.socket) -> None:
    text = f"name: n\ntarget: {url(listener)}\nvariables:\n  token: {{env: NO_SUCH_TOKEN, secret: true}}\n"
    ended = run_here(tmp_path, text + "steps: [{get: /x, headers: {Authorization: '${token}'}}]\n")
    assert (ended.code, connections(listener)) == (104, 0)
    head, source, caret, *_ = ended.stderr.splitlines()
    assert head == f"{tmp_path}/plan.yml:4:3: variable 'token' has no value"
    assert source == "   4 |   token: {env: NO_SUCH_TOKEN, secret: true}"
    assert caret == "     |   ^^^^^ set NO_SUCH_TOKEN or give -e NO_SUCH_TOKEN=..."
