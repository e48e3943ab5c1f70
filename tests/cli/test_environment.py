"""Where a plan is run, as its result keeps it."""

import os
import platform
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from commanding import Write, writing

from planrunner.cli import environment
from planrunner.cli.main import outcome
from planrunner.result import Environment, Pipeline, Result, from_json

PLAN = """name: There
target: http://127.0.0.1:1
variables: {password: {secret: true, default: hunter22}, who: me}
load: {vus: 1, iterations: 1}
profiles: {ci: {tags: {from: ci}}}
steps:
  - get: /?${password}${who}
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    for name in environment.SERVICES:
        monkeypatch.delenv(name, raising=False)
    return writing(tmp_path, monkeypatch)


def run(write: Write, *options: str) -> Result:
    outcome(["run", write(PLAN), "--report-dir", "out", "--quiet", *options])
    return from_json(Path("out/result.json").read_bytes())


@pytest.mark.slow
def test_a_result_says_where_it_was_made(write: Write) -> None:
    result = run(write, "--seed", "7")
    found = result.environment
    assert found.python.startswith("CPython 3.")
    assert (found.cpus >= 1, found.seed, len(found.test_id)) == (True, "7", 16)
    assert found.plan_sha256 == sha256(result.plan.text.encode()).hexdigest()
    assert (found.options, found.profiles, found.tags, found.ci) == ({}, (), {}, None)


@pytest.mark.slow
def test_options_that_change_the_run_are_kept_and_secrets_are_not(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLANRUNNER_VUS", "2")
    (tmp_path / "my.env").write_text("")
    given = ["-e", "password=s3cr3ts", "-e", "who=you", "--tag", "a=s3cr3ts", "--profile", "ci"]
    found = run(write, *given, "--once", "--env-file", str(tmp_path / "my.env"), "--no-setup").environment
    assert found.options == {
        "--env": "password=***, who=you",
        "--env-file": "my.env",
        "--vus": "2",
        "--once": "yes",
        "--no-setup": "yes",
    }
    assert (found.profiles, found.tags) == (("ci",), {"a": "***"})


@pytest.mark.slow
def test_stages_are_kept_as_they_are_given(write: Write) -> None:
    found = run(write, "--stage", "50ms:1", "--stage", "50ms:2").environment
    assert found.options == {"--stage": "50ms:1, 50ms:2"}


@pytest.mark.slow
def test_neither_host_nor_user_nor_folder_is_in_it(write: Write, tmp_path: Path) -> None:
    known: Environment = run(write, "--env-file", str(write("", "my.env"))).environment
    private = {os.uname().nodename, str(Path.home()), str(tmp_path)} - {"localhost", "/"}
    assert [word for word in private if word in str(known)] == []


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"CI": "false"}, None),
        ({"CI": "true"}, Pipeline("CI")),
        (
            {
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_SHA": "abc",
                "GITHUB_HEAD_REF": "",
                "GITHUB_REF_NAME": "x",
            },
            Pipeline("GitHub Actions", "abc", "x"),
        ),
        (
            {"GITLAB_CI": "true", "CI_COMMIT_SHA": "1", "CI_COMMIT_REF_NAME": "m"},
            Pipeline("GitLab CI", "1", "m"),
        ),
        ({"JENKINS_URL": "http://j", "GIT_COMMIT": "1"}, Pipeline("Jenkins", "1")),
        ({"TEAMCITY_VERSION": "2026", "BUILD_VCS_NUMBER": "9"}, Pipeline("TeamCity", "9")),
    ],
)
def test_the_ci_job_is_known_by_its_variables(environ: Mapping[str, str], found: Pipeline | None) -> None:
    assert environment.pipeline(environ) == found


def test_the_model_of_the_processor_is_read_where_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Fast 9000\n")
    assert environment.cpu(file) == "Fast 9000"
    assert environment.cpu(tmp_path / "none") == platform.processor()


def test_memory_is_zero_where_the_system_does_not_tell() -> None:
    def silent(_: str) -> int:
        raise ValueError("unrecognized configuration name")

    assert (environment.memory(None), environment.memory(silent)) == (0, 0)
    assert environment.memory({"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 10}.__getitem__) == 40960
