"""action.yml, the workflows and the snippets: held against linters, schemas, and the code they lead to."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from npm import modules
from simulated import ROOT

from planrunner.cli.judging import NAMES
from planrunner.github.inputs import FAIL_ON, INPUTS, NEVER, read, variable
from planrunner.github.outputs import OUTPUTS

ACTIONS = (ROOT / "action.yml", ROOT / "comment" / "action.yml")
CI = ROOT / "docs" / "ci"
OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKFLOWS = (
    *OURS,
    *(
        CI / f"{name}.yml"
        for name in ("load-test", "load-test-comment", "nightly", "reusable", "side-by-side")
    ),
)
ACTION: dict[str, Any] = yaml.safe_load(ACTIONS[0].read_text("utf-8"))
COMMENT: dict[str, Any] = yaml.safe_load(ACTIONS[1].read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
BY_STEPS = {"python-version", "version", "retention-days", "github-token"}  # inputs that only steps use

VALIDATOR = """
const {validateAction, validateWorkflow} = require("@action-validator/core");
const fs = require("fs");
for (const file of process.argv.slice(1)) {
  const validate = file.endsWith("action.yml") ? validateAction : validateWorkflow;
  const {errors} = validate(fs.readFileSync(file, "utf8"));
  for (const error of errors) console.log(file, JSON.stringify(error));
}
"""


def told(*words: str, **environ: str) -> tuple[int, str]:
    done = subprocess.run(words, capture_output=True, text=True, env=environ or None, check=False)
    return done.returncode, done.stdout + done.stderr


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@pytest.mark.slow
def test_zizmor_finds_nothing_in_the_eyes_of_an_auditor() -> None:
    code, text = told(program("zizmor"), "--offline", "--persona=auditor", *map(str, (*ACTIONS, *WORKFLOWS)))
    assert (code, "No findings to report" in text) == (0, True), text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("schema", "files", "more"),
    [
        ("github-actions", ACTIONS, ()),
        ("github-workflows", WORKFLOWS, ()),
        ("gitlab-ci", [CI / "gitlab-ci.yml"], ()),
        (
            "azure-pipelines",
            [CI / "azure-pipelines.yml"],
            ("--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"),
        ),
    ],
)
def test_each_file_is_what_its_service_takes(schema: str, files: list[Path], more: tuple[str, ...]) -> None:
    words = ("--builtin-schema", f"vendor.{schema}", *more)
    assert told(program("check-jsonschema"), *words, *map(str, files)) == (0, "ok -- validation done\n")


@pytest.mark.slow
def test_action_validator_finds_nothing() -> None:
    where = str(modules(Path(__file__).parent / "validator"))
    assert told(
        "/usr/bin/env", f"NODE_PATH={where}", "node", "-e", VALIDATOR, *map(str, (*ACTIONS, *WORKFLOWS))
    ) == (0, "")


def test_every_input_is_read_and_every_one_that_is_read_can_be_given() -> None:
    given = {name for name in STEPS["run"]["env"] if name.startswith("PLANRUNNER_INPUT_")}
    assert given == {variable(name) for name in INPUTS}
    assert ACTION["inputs"].keys() == INPUTS.keys() | BY_STEPS
    for name in ACTION["inputs"]:
        assert re.search(rf"\binputs\.{name}\b(?!-)", ACTIONS[0].read_text("utf-8")), name


def test_each_input_reaches_its_own_variable() -> None:
    for step in STEPS.values():
        for name, value in step.get("env", {}).items():
            if name.startswith("PLANRUNNER_INPUT_"):
                assert variable(value.removeprefix("${{ inputs.").removesuffix(" }}")) == name


def test_what_validate_does_not_know_is_not_passed_on_to_it() -> None:
    given = {variable(name): "demo" for name in ("target", "versus", "profile")} | {
        variable("fail-on"): "checks"
    }
    assert read({**given, variable("mode"): "validate"}).options == ["--target=demo", "--profile=demo"]
    run = ["--target=demo", "--versus=demo", "--profile=demo", "--fail-on=checks"]
    assert read({**given, variable("mode"): "run"}).options == run


def test_no_input_has_to_be_given() -> None:
    assert all("default" in one and not one.get("required") for one in ACTION["inputs"].values())
    assert all("default" in one and not one.get("required") for one in COMMENT["inputs"].values())


def test_what_is_not_said_is_what_the_inputs_say_by_default() -> None:
    for name, reader in INPUTS.items():
        assert reader(ACTION["inputs"][name]["default"]) == reader("") or name == "plans"


def test_every_output_is_written_and_every_one_that_is_written_is_used() -> None:
    text = ACTIONS[0].read_text("utf-8")
    assert {*re.findall(r"steps\.run\.outputs\.([\w-]+)", text)} == OUTPUTS.keys()
    steps = {step for step, _ in re.findall(r"steps\.(\w+)\.outputs\.([\w-]+)", text)}
    assert steps <= STEPS.keys()


def test_the_names_of_what_fails_a_run_are_those_of_the_command_line() -> None:
    assert (*NAMES, NEVER) == FAIL_ON
    assert all(f"`{name}`" in ACTION["inputs"]["fail-on"]["description"] for name in FAIL_ON)


@pytest.mark.parametrize("action", [ACTION, COMMENT], ids=["action", "comment"])
def test_no_script_has_an_expression_in_it(action: dict[str, Any]) -> None:
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("file", [*ACTIONS, *WORKFLOWS], ids=lambda file: file.parent.name + "/" + file.name)
def test_what_is_used_is_pinned_to_a_commit_with_its_version(file: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (\S+)(.*)$", file.read_text("utf-8"), re.MULTILINE)
    for name, rest in used:
        assert name == "./" or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name), name
        assert name == "./" or re.match(r" +# v\d", rest), name


def test_the_token_reaches_two_steps_and_one_only_where_it_is_needed() -> None:
    with_token = {
        name: step["env"]["PLANRUNNER_GITHUB_TOKEN"]
        for name, step in STEPS.items()
        if "github-token" in json.dumps(step)
    }
    assert with_token == {
        "run": "${{ inputs.baseline == 'auto' && inputs.github-token || '' }}",
        "publish": "${{ inputs.github-token }}",
    }


def test_what_reports_turns_nothing_red() -> None:
    assert {name for name, step in STEPS.items() if step.get("continue-on-error")} == {
        *("cache", "html", "upload", "publish"),
    }
