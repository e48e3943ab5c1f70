"""The snippets for other services: their commands are run, and what they name is there."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from simulated import ROOT

CI = ROOT / "docs" / "ci"
PLAN = """name: Shop
variables: {base_url: {env: BASE_URL}}
target: ${base_url}
load: {iterations: 3}
steps: [{get: /api/quotes, checks: [{status: 200}]}]
thresholds: {http_req_failed: rate == 0%}
"""


def gitlab() -> list[str]:
    job = yaml.safe_load((CI / "gitlab-ci.yml").read_text("utf-8"))["load test"]
    return [str(line) for line in job["script"]]


def azure() -> list[str]:
    steps = yaml.safe_load((CI / "azure-pipelines.yml").read_text("utf-8"))["steps"]
    return [step["script"] for step in steps if "script" in step]


def jenkins() -> list[str]:
    return re.findall(r"sh '([^']+)'", (CI / "Jenkinsfile").read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("commands", [gitlab(), azure(), jenkins()], ids=["gitlab", "azure", "jenkins"])
def test_the_commands_leave_what_the_service_shows(commands: list[str], tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "shop.yml").write_text(PLAN)
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "BASE_URL": "demo",
    }
    ours = [command for command in commands if "planrunner " in command and "pip" not in command]
    assert ours
    for command in ours:
        words = ["sh", "-e", "-c", command.removeprefix(".venv/bin/")]
        done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "reports" / "junit.xml").is_file()
    assert (tmp_path / "reports" / "report.html").is_file()


@pytest.mark.parametrize("commands", [gitlab(), azure(), jenkins()], ids=["gitlab", "azure", "jenkins"])
def test_what_is_installed_is_a_version_of_the_repository(commands: list[str]) -> None:
    (install,) = [command for command in commands if "pip install" in command]
    assert install.endswith("pip install git+https://github.com/OWNER/planrunner@v0.1.0")


def test_the_paths_of_reports_are_those_that_are_written() -> None:
    text = "".join(
        (CI / name).read_text("utf-8") for name in ("gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile")
    )
    assert {*re.findall(r"reports/[\w.*]*", text)} == {"reports/", "reports/junit.xml", "reports/**"}


def test_the_container_has_all_that_is_installed() -> None:
    text = (CI / "Containerfile").read_text("utf-8")
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()}
    shipped = runpy.run_path(str(ROOT / "action" / "install.py"))["SHIPPED"]
    assert copied == {*shipped, "action/requirements.txt"}
    assert all((ROOT / name).exists() for name in copied)
    assert "--require-hashes --only-binary :all: --requirement /tmp/requirements.txt" in text
    assert "USER tester" in text


def test_the_hook_is_one_that_there_is() -> None:
    config = yaml.safe_load((CI / "pre-commit-config.yaml").read_text("utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert config["repos"][0]["hooks"] == [{"id": hooks[0]["id"]}]


@pytest.mark.slow
def test_pre_commit_takes_the_snippet() -> None:
    words = [sys.executable, "-m", "pre_commit", "validate-config", str(CI / "pre-commit-config.yaml")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["load-test", "reusable", "side-by-side"])
def test_the_workflows_use_the_action_with_inputs_that_it_has(name: str) -> None:
    workflow = yaml.safe_load((CI / f"{name}.yml").read_text("utf-8"))
    known = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"].keys()
    steps = [step for step in workflow["jobs"]["load"]["steps"] if "/planrunner@" in step.get("uses", "")]
    assert [*steps[0]["with"]]
    assert steps[0]["with"].keys() <= known
