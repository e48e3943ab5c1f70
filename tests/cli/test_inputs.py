"""What commands are given beside a plan: profiles, environment files, tags, and how problems are written."""

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = """name: Small
variables:
  word: {env: WORD, default: plain}
target: http://127.0.0.1:1
steps:
  - log: the word is ${word}
profiles:
  many:
    load: {vus: 3, iterations: 3}
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORD", raising=False)
    (tmp_path / "plan.yml").write_text(PLAN)
    return tmp_path


def logged(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert outcome(["run", "plan.yml", "--quiet", *arguments]) == 0
    return capsys.readouterr().err.strip()


@pytest.mark.slow
def test_the_env_file_beside_the_plan_is_read(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / ".env").write_text("WORD=from-file\n")
    assert logged(capsys) == "the word is from-file"


@pytest.mark.slow
def test_the_environment_goes_before_the_file_and_e_before_both(
    plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (plan / ".env").write_text("WORD=from-file\n")
    monkeypatch.setenv("WORD", "from-environment")
    assert logged(capsys) == "the word is from-environment"
    assert logged(capsys, "-e", "WORD=given") == "the word is given"


@pytest.mark.slow
def test_another_env_file_may_be_named(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / ".env").write_text("WORD=from-file\n")
    (plan / "other.env").write_text("WORD=other\n")
    assert logged(capsys, "--env-file", "other.env") == "the word is other"


@pytest.mark.usefixtures("plan")
def test_an_env_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", "plan.yml", "--env-file", "nope.env"]) == 104
    assert "nope.env" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("plan")
def test_a_profile_is_chosen_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, "--profile", "many").splitlines() == ["the word is plain"] * 3


@pytest.mark.usefixtures("plan")
def test_a_profile_that_does_not_exist_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", "plan.yml", "--profile", "manny"]) == 2
    assert "did you mean 'many'?" in capsys.readouterr().err


@pytest.mark.slow
def test_tags_of_the_command_line_are_known_to_thresholds(plan: Path) -> None:
    (plan / "plan.yml").write_text(PLAN + "thresholds:\n  iterations{build:7}: count == 1\n")
    assert outcome(["run", "plan.yml", "--quiet", "--tag", "build=7"]) == 0
    assert outcome(["run", "plan.yml", "--quiet"]) == 104


@pytest.mark.slow
def test_every_profile_is_validated(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "plan.yml").write_text(PLAN + "    thresholds: {http_reqz: count > 1}\n")
    assert outcome(["run", "plan.yml", "--quiet"]) == 0
    assert outcome(["validate", "plan.yml"]) == 104
    assert "plan.yml:10:18: unknown metric 'http_reqz'" in capsys.readouterr().err


def test_a_profile_that_was_chosen_is_validated_alone(plan: Path) -> None:
    (plan / "plan.yml").write_text(PLAN + "  bad:\n    thresholds: {http_reqz: count > 1}\n")
    assert outcome(["validate", "plan.yml", "--profile", "many"]) == 0


BROKEN = PLAN.replace("log:", "lug:")


def test_problems_can_be_read_by_programs(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "plan.yml").write_text(BROKEN)
    assert outcome(["validate", "plan.yml", "--format", "json"]) == 104
    said = capsys.readouterr()
    first = json.loads(said.out.splitlines()[0])
    place = {"file": "plan.yml", "line": 6, "column": 5, "width": 3}
    assert first == place | {
        "severity": "error",
        "message": "unknown key 'lug'",
        "hint": "did you mean 'log'?",
    }
    assert said.err == "plan.yml: not valid, 1 problem\n"


def test_problems_can_be_annotations_on_github(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "plan.yml").write_text(BROKEN)
    assert outcome(["validate", "plan.yml", "--format", "github"]) == 104
    told = "::error file=plan.yml,line=6,col=5,endColumn=8::unknown key 'lug' (did you mean 'log'?)"
    assert capsys.readouterr().out.splitlines()[0] == told


def test_what_would_end_an_annotation_is_encoded(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "a,b:c%.yml").write_text('name: x\nsteps: [{"l\\nug%": 1}]\n')
    assert outcome(["validate", "a,b:c%.yml", "--format", "github"]) == 104
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("::error file=a%2Cb%3Ac%25.yml,line=2,")
    assert "%25" in line.partition("::unknown")[2]


def test_warnings_are_annotations_too(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "plan.yml").write_text(PLAN.replace("${word}", "{{word}}"))
    assert outcome(["validate", "plan.yml", "--format", "github"]) == 0
    assert capsys.readouterr().out.startswith("::warning file=plan.yml,line=6,")


@pytest.mark.slow
@pytest.mark.usefixtures("plan")
def test_try_shows_a_plan_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["try", "plan.yml"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "✓ 0 requests, 0 checks passed, 0 failed"
    assert lines[3:5] == ["plan.yml:6  log", "  log: the word is plain"]


@pytest.mark.slow
def test_try_starts_the_demo_and_ends_with_99_when_a_check_fails(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "plan.yml").write_text(
        "name: x\ntarget: demo\nsteps:\n  - get: /api/quotes\n    checks: [{status: 201}]\n"
    )
    assert outcome(["try", "plan.yml"]) == 99
    text = capsys.readouterr().out
    assert "> GET /api/quotes HTTP/1.1" in text
    assert "   5 |     checks: [{status: 201}]" in text
    assert text.endswith("✗ 1 request, 0 checks passed, 1 failed\n")


@pytest.mark.slow
def test_try_ends_with_99_when_nobody_answers(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plan / "plan.yml").write_text("name: x\ntarget: http://127.0.0.1:1\nsteps:\n  - get: /\n")
    assert outcome(["try", "plan.yml"]) == 99
    text = capsys.readouterr().out
    assert text.endswith("✗ 1 request, 1 of them failed, 0 checks passed, 0 failed\n")


@pytest.mark.slow
def test_try_takes_a_stop_that_is_meant_for_no_failure(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "plan.yml").write_text("name: x\nsteps:\n  - stop: test\n")
    assert outcome(["try", "plan.yml"]) == 0
    assert "! `stop: test` at plan.yml:3" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal for one process")
def test_try_tears_down_once_when_interrupted(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_: BaseHTTPRequestHandler) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        ended.wait()

    ended = threading.Event()
    handler = type("Handler", (BaseHTTPRequestHandler,), {"do_GET": interrupt})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        (plan / "plan.yml").write_text(
            f"name: x\ntarget: http://127.0.0.1:{server.server_port}\n"
            "steps:\n  - get: /\nteardown:\n  - log: torn down\n"
        )
        code = outcome(["try", "plan.yml"])
        ended.set()
        server.shutdown()
    told = capsys.readouterr()
    assert (code, told.out.count("log: torn down"), told.err.strip()) == (105, 1, "planrunner: interrupted")


@pytest.mark.slow
def test_an_option_that_takes_the_place_of_a_ramp_says_so(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan / "plan.yml").write_text(
        "name: x\nload:\n  stages:\n    - {duration: 1m, target: 200}\nsteps:\n  - log: a\n  - think: 1s\n"
    )
    assert outcome(["run", "plan.yml", "--quiet", "--iterations", "1"]) == 0
    told = "--iterations takes the place of the whole load of 'default': its stages are gone"
    assert f"plan.yml:2:1: warning: {told}" in capsys.readouterr().err
    assert outcome(["run", "plan.yml", "--quiet", "--iterations", "1", "--vus", "1"]) == 0
    assert "warning" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("shop.yml", "No such command 'shop.yml': to run a plan, write: planrunner run shop.yml"),
        ("rnu", "No such command 'rnu': did you mean 'run'?"),
    ],
)
def test_a_command_that_does_not_exist_says_what_was_meant(
    word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome([word]) == 2
    assert said in capsys.readouterr().err
