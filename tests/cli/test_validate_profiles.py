"""`validate` looks at the plan and each of its profiles, and tells all at once."""

from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = """name: Small
target: http://127.0.0.1:1
variables:
  word: {default: correct-horse, secret: true}
steps:
  - get: /
profiles:
  one:
    thresholds: {http_reqz: count > 1}
  two:
    thresholds: {checkz: rate > 1%}
  three:
    load: {vus: 1, iterations: 1}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def validated(plan: str, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """Validate a plan with something wrong in it; return the messages with their lines, and the last word."""
    Path("plan.yml").write_text(plan)
    assert outcome(["validate", "plan.yml", *options]) == 104
    lines = "".join(capsys.readouterr()).splitlines()
    return [line for line in lines if line.startswith("plan.yml:")]


def test_the_problems_of_all_profiles_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(validated(PLAN, capsys)) == [
        "plan.yml: not valid, 2 problems",
        "plan.yml:11:18: unknown metric 'checkz'",
        "plan.yml:9:18: unknown metric 'http_reqz'",
    ]


def test_a_faulty_plan_does_not_hide_its_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    said = validated(PLAN.replace("- get: /", "- request: nope"), capsys)
    assert "plan.yml:6:14: unknown endpoint 'nope'" in said
    assert "plan.yml: not valid, 3 problems" in said


def test_what_is_no_yaml_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert "plan.yml: not valid, 1 problem" in validated("name: [\n", capsys)


def test_the_size_of_a_valid_plan_is_that_without_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    Path("plan.yml").write_text(PLAN.replace("reqz", "reqs").replace("checkz", "checks"))
    assert outcome(["validate", "plan.yml"]) == 0
    assert capsys.readouterr().out == "plan.yml: valid (1 scenario, up to 1 VUs, at most 10m0s)\n"


def test_the_secrets_of_every_profile_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    profile = "  four:\n    variables: {word: {default: battery-staple}}\n    tags: {a: 1}\n"
    text = PLAN + profile + "    endpoints: {a: {get: /correct-horse, nope: battery-staple}}\n"
    Path("plan.yml").write_text(text)
    outcome(["validate", "plan.yml"])
    said = "".join(capsys.readouterr())
    assert ("correct-horse" in said, "battery-staple" in said) == (False, False)
