"""`--versus`: what is refused before any request, what is said, and a run of two sides to its end."""

from pathlib import Path

import pytest
from commanding import PLAN, Write, writing

from planrunner.cli.main import outcome
from planrunner.result import from_json

URL = "http://127.0.0.1:1"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--versus", "shop"], "--versus: 'shop' is no URL that begins with http:// or https://"),
        (["plan.yml", "--versus", URL], "--versus holds one plan against another target, and here are 2"),
        (
            ["--versus", URL, "--baseline", "x.json"],
            "--versus measures the base itself: leave --baseline out",
        ),
        (["--versus", URL, "--once"], "--once takes a scenario once, and --versus holds its load"),
        (["--versus-rounds", "9"], "--versus-rounds goes with --versus URL, which is missing"),
        (["--versus-window", "9s"], "--versus-window goes with --versus URL, which is missing"),
        (["--versus", URL, "--versus-window", "500ms"], "a window takes at least 1s; 15s is usual"),
        (["--versus", URL, "--versus-window", "15"], "a duration needs a unit"),
        (["--versus", URL, "--versus-rounds", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_be_is_a_fault_of_the_command_line(
    words: list[str], told: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write(), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_variable_is_named_where_it_was_given(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANRUNNER_VERSUS_ROUNDS", "9")
    assert outcome(["run", write()]) == 2
    assert "PLANRUNNER_VERSUS_ROUNDS goes with --versus URL" in capsys.readouterr().err


def test_a_plan_without_a_target_has_nothing_to_be_held_against(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", write("name: x\nsteps: [get: 'http://127.0.0.1:1/']\n"), "--versus", URL]) == 2
    assert "the plan's `target`, and it has none" in capsys.readouterr().err


def test_rows_that_do_not_suffice_for_a_window_are_a_problem_of_the_plan(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = f"name: x\ntarget: {URL}\ndata: {{n: {{rows: [1, 2], pick: unique, at_end: error}}}}\n"
    plan += "load: {rate: 1/s, duration: 2s}\nsteps: [get: '/${n}']\n"
    assert outcome(["run", write(plan), "--versus", URL]) == 104
    assert "plan.yml:" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["1", "2"])
def test_two_sides_are_run_to_their_end(
    processes: str, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--versus", "demo", "--versus-rounds", "1", "--versus-window", "1s", "--report-dir", "out"]
    words += ["--duration", "5s", "--vus", "2", "--processes", processes]
    plan = PLAN.format(target="demo").replace("thresholds:", "  - think: 20ms\nthresholds:")
    assert outcome(["run", write(plan), *words]) == 0
    said = capsys.readouterr().err
    assert "     versus: http://127.0.0.1:" in said
    assert (
        "    windows: 4 of 1s, base and head in turn, about 4s; the first two and the first 100ms of" in said
    )
    result = from_json((tmp_path / "out" / "result.json").read_bytes())
    assert result.comparison is not None
    assert (result.comparison.how, result.comparison.head.runs) == ("side by side", 1)
    assert result.processes == int(processes)
    assert result.environment.options["--versus"] == "demo"
    assert not (tmp_path / "out" / "run.journal").exists()


@pytest.mark.slow
def test_a_request_that_goes_elsewhere_is_warned_of(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    plan = "name: x\ntarget: demo\nload: {vus: 1, duration: 1s}\nsteps:\n  - get: /api/quotes\n"
    plan += f"  - get: {URL}/x\n    if: ${{vu.id > 9}}\n  - think: 20ms\n"
    words = ["--versus", "demo", "--versus-rounds", "1", "--versus-window", "1s", "--quiet"]
    assert outcome(["run", write(plan), *words]) == 0
    assert "plan.yml:6:10: warning: 1 request goes to the same place on both sides" in capsys.readouterr().err
