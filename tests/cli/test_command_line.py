"""The command line in process: what it prints, where, and what it exits with."""

import json
from pathlib import Path

import pytest
from commanding import PLAN, Write, writing

from planrunner import __version__
from planrunner.cli.main import COMMANDS, outcome


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["--version"]) == 0
    assert capsys.readouterr().out == f"planrunner {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["-h"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {name} " in text for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "No such command 'nope'"),
        (["run"], "Missing argument 'PLAN...'"),
        (["run", "x.yml", "--nope"], "No such option"),
        (["run", "x.yml", "-e", "A"], "'A' is not NAME=VALUE"),
        (["run", "x.yml", "-e", "=1"], "'=1' is not NAME=VALUE"),
        (["run", "x.yml", "--duration", "10"], "a duration needs a unit: did you mean '10s'"),
        (["run", "x.yml", "--vus", "0"], "0 is not in the range"),
        (["demo", "--error-rate", "often"], "write a share like '1%'"),
    ],
)
def test_a_wrong_command_line_is_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(arguments) == 2
    assert said in capsys.readouterr().err


def test_schemas_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    titles = []
    for arguments in (["schema"], ["schema", "plan"], ["schema", "result"]):
        assert outcome(arguments) == 0
        titles.append(json.loads(capsys.readouterr().out)["title"])
    assert titles == ["Plan", "Plan", "planrunner result"]


def test_valid_plans_are_summed_up(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    assert outcome(["validate", "plan.yml", "plan.yml"]) == 0
    assert capsys.readouterr().out == "plan.yml: valid (1 scenario, up to 1 VUs, at most 10m0s)\n" * 2


def test_several_scenarios_are_counted(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    one = "\n    load: {vus: 2, duration: 3s}\n    steps:\n      - get: http://h/\n"
    write(f"name: x\nscenarios:\n  a:{one}  b:{one}")
    assert outcome(["validate", "plan.yml"]) == 0
    assert capsys.readouterr().out == "plan.yml: valid (2 scenarios, up to 4 VUs, 3s)\n"


def test_one_wrong_plan_among_several_is_exit_104(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    write("name: x\nsteps:\n  - get: /a\n", "wrong.yml")
    assert outcome(["validate", "plan.yml", "wrong.yml"]) == 104
    said = capsys.readouterr()
    assert said.out.splitlines()[1] == "wrong.yml: not valid, 1 problem"
    assert "wrong.yml:3:10: the URL '/a' is relative and there is no target\n   3 |   - get: /a\n" in said.err


def test_a_plan_may_come_from_standard_input(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = write()
    with Path(name).open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert outcome(["validate", "-"]) == 0
    assert capsys.readouterr().out.startswith("-: valid")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plam.yml", "plam.yml: there is no such file\n      there is: plan.yml\n"),
        ("nowhere/x.yml", "nowhere/x.yml: there is no such file\n      check the path\n"),
        (".", ".: this is a directory\n      name a plan file in it\n"),
        ("a\0b", "cannot be read: embedded null byte"),
    ],
)
def test_a_plan_that_cannot_be_read_says_why(
    name: str, said: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", name]) == 104
    err = capsys.readouterr().err
    assert said in err
    assert err.endswith("planrunner: 1 problem; no request was sent\n")


@pytest.mark.slow
def test_a_missing_value_is_a_warning_to_look_at_and_an_error_to_run(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(PLAN.format(target="http://127.0.0.1:1").replace(", default: quotes", ""))
    assert outcome(["validate", "plan.yml"]) == 0
    assert "plan.yml:4:3: warning: " in capsys.readouterr().err
    assert outcome(["run", "plan.yml"]) == 104
    assert outcome(["run", "plan.yml", "-e", "WORD=x", "-i", "1", "--quiet"]) == 99


def test_a_secret_too_short_to_be_masked_is_a_warning(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(PLAN.format(target="http://h").replace("default: quotes", "default: abc, secret: true"))
    assert outcome(["validate", "plan.yml"]) == 0
    said = capsys.readouterr().err
    assert "plan.yml:4:3: warning: the secret 'word' is too short to be masked in reports" in said


@pytest.mark.slow
def test_a_target_that_is_not_there_is_a_summary_and_a_verdict(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", "plan.yml"]) == 99
    said = capsys.readouterr()
    assert "connection refused" in said.out
    assert "plan.yml:9" in said.out
    assert "     target: http://127.0.0.1:1\n" in said.err
    assert "* default: 1 iterations for each of 1 VUs (max_duration: 10m0s, graceful_stop: 30s)" in said.err


@pytest.mark.slow
def test_quiet_leaves_the_summary_alone(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    assert outcome(["run", "plan.yml", "--quiet"]) == 99
    said = capsys.readouterr()
    assert (said.err, "█ THRESHOLDS" in said.out) == ("", True)


@pytest.mark.slow
def test_options_have_environment_variables(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setenv("PLANRUNNER_VUS", "3")
    monkeypatch.setenv("PLANRUNNER_ITERATIONS", "6")
    monkeypatch.setenv("PLANRUNNER_JUNIT", "j.xml")
    monkeypatch.setenv("WORD", "ratings")
    assert outcome(["run", "plan.yml"]) == 99
    said = capsys.readouterr()
    assert "6 iterations shared among 3 VUs" in said.err
    assert Path("j.xml").exists()


@pytest.mark.slow
def test_quiet_keeps_the_logs(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("name: x\nsteps:\n  - log: hello\n")
    assert outcome(["run", "plan.yml", "--quiet"]) == 0
    assert capsys.readouterr().err == "hello\n"


def test_an_unknown_variable_on_the_command_line_is_exit_2(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", "plan.yml", "-e", "WROD=x"]) == 2
    assert "'WORD'" in capsys.readouterr().err


def test_a_load_that_the_options_cannot_mean_is_exit_2(write: Write) -> None:
    write(PLAN.format(target="http://h") + "load: {stages: [{duration: 5s, target: 5}]}\n")
    assert outcome(["run", "plan.yml", "--vus", "5"]) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--vus", "5"], "--vus makes no load of scenario 'default': give --vus with --duration or"),
        (["--vus", "9", "--iterations", "3"], "--iterations: 3 iterations cannot be shared by 9 VUs"),
    ],
)
def test_options_that_make_no_load_are_no_fault_of_the_plan(
    options: list[str], said: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", "plan.yml", *options]) == 2
    assert f"planrunner: {said}" in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_may_be_the_default_of_a_variable(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        PLAN.format(target="${shop}").replace("variables:", "variables:\n  shop: {env: SHOP, default: demo}")
    )
    assert outcome(["run", "plan.yml"]) == 0
    assert "target: http://127.0.0.1:" in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_target_starts_by_itself_and_ends(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAN.format(target="demo"))
    assert outcome(["run", "plan.yml", "-i", "3"]) == 0
    said = capsys.readouterr()
    assert "✓ passed: 1 of 1 thresholds hold" in said.out
    assert "target: http://127.0.0.1:" in said.err
