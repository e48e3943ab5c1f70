"""`.pre-commit-hooks.yaml`: what other repositories run before each commit."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from planrunner.cli.main import outcome

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
HOOK: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))[0]
GOOD = "name: x\ntarget: demo\nsteps: [{get: /}]\n"


@pytest.mark.slow
def test_pre_commit_takes_the_manifest() -> None:
    words = [sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_hook_is_installed_as_a_python_package() -> None:
    assert (HOOK["id"], HOOK["language"], HOOK["types"]) == ("planrunner-validate", "python", ["yaml"])


@pytest.mark.parametrize("path", ["plans/shop.yml", "plans/shop/login.yaml", "tests/load/plans/a.yml"])
def test_plans_are_validated(path: str) -> None:
    assert re.search(HOOK["files"], path)


@pytest.mark.parametrize("path", ["plans.yml", "floorplans/a.yml", "plans/customers.csv", "plans/a.yml.bak"])
def test_other_files_are_left_alone(path: str) -> None:
    assert not re.search(HOOK["files"], path)


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (GOOD.replace("get", "gt"), 104)])
def test_a_commit_passes_when_its_plans_are_valid(text: str, code: int, tmp_path: Path) -> None:
    program, *arguments = shlex.split(HOOK["entry"])
    plan, other = tmp_path / "a.yml", tmp_path / "b.yml"
    plan.write_text(text)
    other.write_text(GOOD)
    assert (program, outcome([*arguments, str(plan), str(other)])) == ("planrunner", code)
