"""`--out`: what is said of outputs before, while and after a plan runs; nobody sees their credentials."""

from collections.abc import Callable
from pathlib import Path

import pytest

from planrunner.cli.main import outcome
from planrunner.result import from_json

PLAN = """name: Shop
target: demo
load: {vus: 1, iterations: 2}
steps: [{get: /api/quotes}]
"""
SECRET = "s3cr3t-word"
NOBODY = f"http://ann:{SECRET}@127.0.0.1:1/api/v1/write"  # where nothing listens

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*options: str, plan: str = PLAN, command: str = "run") -> tuple[int, str, str]:
        Path("plan.yml").write_text(plan)
        code = outcome([command, "plan.yml", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.slow
def test_a_dead_backend_is_told_three_times_and_its_password_never(run: Run) -> None:
    code, out, err = run("--out", f"prometheus={NOBODY}", "--report-dir", "out")
    assert code == 0
    assert "     output: prometheus http://127.0.0.1:1/api/v1/write\n" in err
    assert "output prometheus: " in err
    assert "! prometheus http://127.0.0.1:1/api/v1/write: 0 points sent, " in out
    written = [file.read_bytes() for file in Path("out").iterdir()]
    assert len(written) == 4
    assert not any(SECRET.encode() in text for text in [out.encode(), err.encode(), *written])
    (output,) = from_json(Path("out/result.json").read_bytes()).outputs
    assert (output.sent, output.lost > 20) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["PLANRUNNER_OUT", "K6_OUT"])
def test_the_environment_may_name_an_output(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, f"experimental-prometheus-rw={NOBODY}")
    assert "0 points sent" in run()[1]
    assert "points sent" not in run("--out", "none")[1]


@pytest.mark.slow
def test_the_env_file_beside_the_plan_may_name_an_output(run: Run) -> None:
    Path(".env").write_text(f"K6_OUT=prometheus\nK6_PROMETHEUS_RW_SERVER_URL={NOBODY}\n")
    assert "prometheus http://127.0.0.1:1/api/v1/write: 0 points sent" in run()[1]


@pytest.mark.slow
def test_a_plan_may_name_an_output_and_a_profile_may_take_it_away(run: Run) -> None:
    plan = f"{PLAN}outputs: {{prometheus: {{url: '{NOBODY}'}}}}\nprofiles: {{quiet: {{outputs: null}}}}\n"
    assert "0 points sent" in run(plan=plan)[1]
    assert "points sent" not in run("--profile", "quiet", plan=plan)[1]


def test_an_unknown_output_is_exit_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run("--out", "promtheus")
    assert (code, "--out: there is no output 'promtheus': did you mean 'prometheus'?" in err) == (2, True)
    monkeypatch.setenv("PLANRUNNER_OUT", "promtheus")
    assert "PLANRUNNER_OUT: there is no output" in run()[2]


def test_a_wrong_argument_is_exit_2_and_not_shown(run: Run) -> None:
    code, _, err = run("--out", "prometheus=s3cr3t-word")
    assert code == 2
    assert "--out prometheus: wrong value of 11 characters (write a URL like" in err
    assert SECRET not in err


def test_what_a_plan_says_of_outputs_is_validated(run: Run) -> None:
    code, _, err = run(plan=f"{PLAN}outputs: {{prometheus: {{pushinterval: 5s}}}}\n", command="validate")
    assert code == 104
    assert "plan.yml:5:24: unknown key 'pushinterval'" in err
    assert "did you mean 'push_interval'?" in err


@pytest.mark.slow
def test_what_cannot_begin_is_exit_104(run: Run) -> None:
    plan = f"{PLAN}outputs: {{prometheus: {{url: 'https://h', cert: no-such.pem}}}}\n"
    code, _, err = run(plan=plan)
    assert (code, "the output prometheus cannot begin: No such file or directory" in err) == (104, True)
