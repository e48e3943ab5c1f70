"""What `run` is told about the load: which scenarios, how much of them, and what is refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = """name: Shop
target: http://127.0.0.1:1
data:
  rows: {rows: [1], pick: unique, at_end: error}
scenarios:
  browse:
    load: {vus: 2, iterations: 2}
    steps:
      - get: /a
  buy:
    start_after: 1h
    load: {rate: 5/s, duration: 1h}
    steps:
      - get: /b/${rows}
thresholds:
  http_reqs: count > 0
  http_reqs{scenario:buy}: count > 0
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a plan in a folder of its own; gives exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str, plan: str = PLAN) -> tuple[int, str, str]:
        Path("plan.yml").write_text(plan, encoding="utf-8")
        code = outcome(["run", "plan.yml", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.slow
def test_only_the_chosen_scenario_runs_and_needs_its_data(run: Run) -> None:
    code, out, err = run("--scenario", "browse", "--report-dir", "out")
    assert code == 0
    assert "scenarios: 1 scenario, 2 max VUs" in err
    assert "passed: 1 of 1 thresholds hold, but every request failed; 1 skipped" in out
    result = json.loads(Path("out/result.json").read_text())
    assert [one["metric"] for one in result["skipped"]] == ["http_reqs{scenario:buy}"]


@pytest.mark.slow
def test_a_skipped_threshold_is_said_before_the_run_and_after_it(run: Run) -> None:
    _, out, err = run("--scenario", "browse")
    assert "plan.yml:17:3: warning: the threshold 'http_reqs{scenario:buy}' is skipped" in err
    assert "plan.yml:17  http_reqs{scenario:buy} count > 0: skipped, --scenario leaves out" in out


def test_all_scenarios_need_their_data(run: Run) -> None:
    assert run()[0] == 104


def test_an_unknown_scenario_is_exit_2(run: Run) -> None:
    code, _, err = run("--scenario", "brouse")
    assert (code, "no scenario 'brouse' in plan.yml: did you mean 'browse'?" in err) == (2, True)


@pytest.mark.slow
def test_once_takes_each_scenario_once_and_waits_for_none(run: Run) -> None:
    code, out, _ = run("--once")
    assert (code, "0 out of 2" in out or "2 out of 2" in out) == (0, True)


@pytest.mark.slow
def test_options_of_the_environment_are_listed_with_commas(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANRUNNER_STAGE", "0s:3,100ms:3")
    monkeypatch.setenv("PLANRUNNER_SCENARIO", "browse")
    assert "* browse: up to 3 looping VUs for 100ms over 2 stages" in run()[2]
    monkeypatch.delenv("PLANRUNNER_STAGE")
    monkeypatch.setenv("PLANRUNNER_ONCE", "true")
    assert "* browse: 1 iterations for each of 1 VUs" in run()[2]


@pytest.mark.slow
def test_stages_may_stand_together_or_apart(run: Run) -> None:
    said = [
        run("--scenario", "browse", *stages)[2]
        for stages in (["--stage", "0s:2, 50ms:1"], ["--stage", "0s:2", "--stage", "50ms:1"])
    ]
    assert all("* browse: up to 2 looping VUs for 50ms over 2 stages" in text for text in said)


@pytest.mark.slow
def test_stages_may_be_rates(run: Run) -> None:
    assert "up to 20 iterations/s for 100ms" in run("--scenario", "browse", "--stage", "100ms:20/s")[2]


@pytest.mark.slow
@pytest.mark.parametrize("option", [["--once"], ["--stage", "50ms:1"]])
def test_a_whole_load_on_the_command_line_counts_more_than_the_environment(
    option: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANRUNNER_VUS", "7")
    monkeypatch.setenv("PLANRUNNER_DURATION", "7h")
    code, _, err = run("--scenario", "browse", *option)
    assert (code, "scenarios: 1 scenario, 1 max VUs" in err) == (0, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--once", "--vus", "2"], "--once is one VU and one iteration: leave out --vus"),
        (["--vus", "2", "--stage", "1s:9"], "begin with --stage 0s:2"),
        (["--rate", "5"], "a rate needs a unit: did you mean '5/s'?"),
        (["--stage", "30s"], "write a stage like '30s:10' or '1m:100/s', not '30s'"),
        (["--stage", "30:10"], "a duration needs a unit: did you mean '30s'"),
        (["--stage", "1s:x"], "'1s:x': write the target as a number of VUs like 10, or as a rate like 100/s"),
        (["--stage", "1s:5/y"], "write a rate like '50/s'"),
        (["--stage", "1s:5", "--stage", "1s:5/s"], "this one has '5', a number of VUs"),
        (["--stage", "0s:5"], "--stage: the stages take no time"),
        (["--rate", "5/s"], "--rate makes no load of scenario 'browse'"),
        (["--vus", "5"], "--vus makes no load of scenario 'buy'"),
        (["--scenario", "browse", "--vus", "5"], "--vus: 2 iterations cannot be shared by 5 VUs"),
    ],
)
def test_what_makes_no_load_is_exit_2_and_says_why(options: list[str], said: str, run: Run) -> None:
    code, _, err = run(*options)
    assert code == 2
    assert said in " ".join(err.split())


def test_a_mistake_without_a_hint_has_no_empty_parentheses(run: Run) -> None:
    code, _, err = run("--scenario", "browse", "--rate", "0/s", "--duration", "1s")
    assert (code, err) == (2, "planrunner: --rate: rate must be more than 0\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "options", "gone"),
    [
        ("{rate: 5/s, duration: 1h}", ["-i", "1"], "its rate is gone"),
        ("{stages: [{duration: 1h, target: 9}]}", ["-i", "1"], "its stages are gone"),
        ("{stages: [{duration: 1h, target: 9}]}", ["--stage", "10ms:1"], ""),
        ("{stages: [{duration: 1h, target: 9}]}", ["--once"], ""),
        ("{rate: 5/s, duration: 1h}", ["--vus", "1", "-i", "1"], ""),
        ("{rate: 5/s, duration: 1h}", ["--duration", "10ms"], ""),
        ("{vus: 5, duration: 1h}", ["-i", "1"], ""),
    ],
)
def test_a_load_that_is_lost_without_a_word_about_vus_is_a_warning(
    load: str, options: list[str], gone: str, run: Run
) -> None:
    plan = f"name: x\ntarget: http://127.0.0.1:1\nload: {load}\nsteps:\n  - get: /a\n"
    err = run(*options, plan=plan)[2]
    assert (gone in err, "takes the place of the whole load" in err) == (True, bool(gone))


POISSON = "{stages: [{duration: 1h, target: 9/s}], arrival: poisson}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "options", "said"),
    [
        (POISSON, ["--rate", "9/s", "--duration", "9ms"], "its stages are gone, and so is arrival: poisson"),
        (
            POISSON,
            ["--stage", "9ms:9/s"],
            "--stage takes the place of the whole load of 'default': its stages",
        ),
        (POISSON, ["-i", "1"], "its stages are gone 3 |"),
        (POISSON.replace("poisson", "even"), ["--stage", "9ms:9/s"], ""),
        (POISSON, ["--vus", "1", "-i", "1"], ""),
        (POISSON, ["--once"], ""),
        ("{rate: 9/s, duration: 1h, arrival: poisson}", ["--duration", "9ms"], ""),
    ],
)
def test_arrivals_by_chance_that_are_lost_are_a_warning(
    load: str, options: list[str], said: str, run: Run
) -> None:
    plan = f"name: x\ntarget: http://127.0.0.1:1\nload: {load}\nsteps:\n  - get: /a\n"
    err = " ".join(run(*options, plan=plan)[2].split())
    assert (said in err, "the place of the whole load" in err) == (True, bool(said))


@pytest.mark.parametrize(
    ("name", "value", "options", "said"),
    [
        ("ONCE", "true", ["--vus", "3"], "PLANRUNNER_ONCE is one VU and one iteration: leave out --vus"),
        ("VUS", "3", [], "PLANRUNNER_VUS makes no load of scenario 'buy'"),
        ("SCENARIO", "brouse", [], "PLANRUNNER_SCENARIO: there is no scenario 'brouse'"),
        ("VUS", "5", ["--scenario", "browse"], "PLANRUNNER_VUS: 2 iterations cannot be shared by 5 VUs"),
    ],
)
def test_a_mistake_in_the_environment_names_its_variable(
    name: str, value: str, options: list[str], said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PLANRUNNER_{name}", value)
    code, _, err = run(*options)
    assert (code, said in err) == (2, True)


def test_mistakes_of_the_plan_come_before_those_of_the_options(run: Run) -> None:
    code, _, err = run("--scenario", "nobody", "--vus", "5", plan=PLAN.replace("target:", "traget:"))
    assert (code, "unknown key 'traget'" in err) == (104, True)


@pytest.mark.slow
def test_what_a_run_needs_and_the_machine_lacks_is_a_warning(run: Run) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lanes = "".join(f"      - get: http://127.0.0.{number}:1/a\n" for number in range(1, 255))
    plan = f"name: x\nload: {{vus: 100000, duration: 1h}}\nsteps:\n  - parallel:\n{lanes}preflight:\n"
    code, _, err = run(plan=plan + "  - get: http://127.0.0.1:1/\n    within: 1ms\n")
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    # Beside a file for each connection, those that this process has open already.
    assert (code, bool(re.search(r"plan\.yml: warning: up to 254\d{5} ", err.replace(",", "")))) == (
        106,
        True,
    )
