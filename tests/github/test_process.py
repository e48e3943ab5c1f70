"""planrunner as a process of the Action: its folder, its words, its end."""

import subprocess
import sys
from pathlib import Path

import pytest
from jobs import PLAN
from simulated import ROOT, read_outputs

from planrunner.cli.main import outcome
from planrunner.github.child import start
from planrunner.github.job import Job, from_json, outcome_of, problem, safe_key, to_json
from planrunner.github.runner import Runner

pytestmark = pytest.mark.slow


def test_a_process_says_what_it_says_in_one_stream_and_returns_its_code(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('the module of a stranger')")
    assert start(["validate", "missing.yml"], tmp_path, {"PATH": ""}) == 104
    said = capfd.readouterr()
    assert ("missing.yml: there is no such file" in said.out, said.err) == (True, "")


def test_a_process_that_was_killed_has_the_code_of_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr("planrunner.github.child.WORDS", (sys.executable, "-c", script))
    assert start([], Path(), {}) == 137


def test_a_cancelled_job_ends_its_run(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """import os, signal, sys, time
try:
    os.kill(os.getppid(), signal.SIGINT)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(105)"""
    monkeypatch.setattr("planrunner.github.child.WORDS", (sys.executable, "-c", script))
    assert start([], Path(), {}) == 105


def test_the_commands_do_their_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.yml").write_text(PLAN.replace("LIMIT", "10s"))
    for name, text in {
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "PLANRUNNER_INPUT_PLANS": "shop.yml",
        "PLANRUNNER_INPUT_MODE": "validate",
    }.items():
        monkeypatch.setenv(name, text)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert outcome(["github", "run"]) == 0
    assert read_outputs((tmp_path / "outputs").read_text())["outcome"] == "passed"
    assert outcome(["github", "comment"]) == 0
    assert capfd.readouterr().out.endswith("There is no open pull request to comment.\n")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (0, "passed"),
        (99, "failed"),
        (121, "failed"),
        (104, "invalid"),
        (2, "invalid"),
        (120, "regressed"),
        (106, "error"),
        (137, "error"),
    ],
)
def test_how_it_ended_is_a_word(code: int, word: str) -> None:
    assert outcome_of(code) == word


@pytest.mark.parametrize("text", ["a--> <b>", "x\ny", "-->", "", "ü" * 400, "a" * 400])
def test_a_key_is_one_that_the_file_of_a_job_takes(text: str) -> None:
    job = Job(key=safe_key(text))
    assert from_json(to_json(job)) == job
    assert not {*"<>\n"} & {*job.key}
    assert "--" not in job.key


def test_long_texts_of_problems_are_cut() -> None:
    assert len(problem('{"message": "' + "x" * 5000 + '"}').message) == 1000


def test_a_value_cannot_end_its_output(tmp_path: Path) -> None:
    file = tmp_path / "outputs"
    runner = Runner({"GITHUB_OUTPUT": str(file)}, print)
    runner.output({"a": "1\nEOF\nb=2", "c": "x<<y"})
    assert read_outputs(file.read_text()) == {"a": "1\nEOF\nb=2", "c": "x<<y"}


def test_a_summary_is_never_larger_than_github_takes(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    Runner({"GITHUB_STEP_SUMMARY": str(file)}, print).summarize("ü" * 600_000)
    assert file.stat().st_size <= 900 * 1024 + 1


def test_without_a_runner_there_is_a_place_for_files_too(tmp_path: Path) -> None:
    assert Runner({"GITHUB_WORKSPACE": str(tmp_path)}, print).temp == tmp_path / ".planrunner"


def script(
    name: str, folder: Path, **environ: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run a script of the Action as its step does."""
    file = folder / f"{name}-outputs"
    file.touch()
    words = [sys.executable, "-I", str(ROOT / "action" / f"{name}.py")]
    given = {"GITHUB_OUTPUT": str(file), "RUNNER_TEMP": str(folder), "PATH": "/usr/bin:/bin", **environ}
    done = subprocess.run(words, env=given, capture_output=True, text=True, check=False)
    return done, read_outputs(file.read_text())


def fake_python(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)


def test_the_newest_python_that_works_is_found(tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python3.14", "exit 1")  # has no venv
    fake_python(tmp_path / "bin" / "python3.12", "echo 3.12")
    fake_python(tmp_path / "tools" / "Python" / "3.13.2" / "x64" / "bin" / "python3", "echo 3.13")
    paths = {"PATH": f"{tmp_path / 'bin'}", "RUNNER_TOOL_CACHE": str(tmp_path / "tools")}
    _, found = script("find_python", tmp_path, **paths)
    assert (found["found"], found["version"], Path(found["path"]).parts[-4]) == ("true", "3.13", "3.13.2")


@pytest.mark.parametrize("wanted", ["3.12", " 3.12 "])
def test_the_python_that_is_asked_for_is_found(wanted: str, tmp_path: Path) -> None:
    fake_python(tmp_path / "bin" / "python3.13", "echo 3.13")
    fake_python(tmp_path / "bin" / "python3.12", "echo 3.12")
    _, found = script(
        "find_python", tmp_path, PATH=str(tmp_path / "bin"), PLANRUNNER_INPUT_PYTHON_VERSION=wanted
    )
    assert found["path"] == str(tmp_path / "bin" / "python3.12")


def test_where_there_is_no_python_another_step_sets_one_up(tmp_path: Path) -> None:
    _, found = script("find_python", tmp_path, PATH="", PLANRUNNER_INPUT_PYTHON_VERSION="3.99")
    assert found == {"found": "false", "path": "", "version": ""}


@pytest.mark.parametrize("version", ["latest", "1.0 --index-url http://evil", "-r x", "../.."])
def test_what_is_no_version_is_not_installed(version: str, tmp_path: Path) -> None:
    done, found = script("install", tmp_path, PLANRUNNER_INPUT_VERSION=version)
    assert (done.returncode, found, "is no version; write it like 1.4.2" in done.stderr) == (1, {}, True)


def test_what_was_installed_in_this_job_is_used_again(tmp_path: Path) -> None:
    fake_python(tmp_path / "planrunner" / "1.4.2" / "bin" / "planrunner", "")
    done, found = script("install", tmp_path, PLANRUNNER_INPUT_VERSION="1.4.2")
    assert (done.returncode, Path(found["bin"]).parts[-3:]) == (0, ("1.4.2", "bin", "planrunner"))


@pytest.mark.parametrize("version", ["", "1.4.2"])
def test_pip_is_asked_for_what_is_locked_or_for_one_release(version: str, tmp_path: Path) -> None:
    python = tmp_path / "planrunner" / (version or "bundled") / "bin" / "python"
    fake_python(python, f'echo "$@" >> {tmp_path}/asked')
    done, _ = script("install", tmp_path, PLANRUNNER_INPUT_VERSION=version)
    first, *rest = (tmp_path / "asked").read_text().splitlines()
    assert done.returncode == 0
    if version:
        assert (first.endswith("--only-binary :all: planrunner==1.4.2"), rest) == (True, [])
    else:
        assert "--require-hashes --only-binary :all: --requirement" in first
        assert rest[0].endswith(f"--no-deps --no-build-isolation {tmp_path}/planrunner/bundled/source")
        assert (tmp_path / "planrunner/bundled/source/schemas/plan.schema.json").is_file()


def test_an_installation_that_fails_is_told(tmp_path: Path) -> None:
    fake_python(tmp_path / "planrunner" / "bundled" / "bin" / "python", "exit 1")
    done, found = script("install", tmp_path)
    assert (done.returncode, found) == (1, {})
    assert "planrunner could not be installed: see above what pip says" in done.stderr
