"""What `run` is told about its verdict: against what it is judged, and what fails it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = """name: Shop
target: http://127.0.0.1:1
load: {iterations: 2}
steps:
  - get: /a
    checks: [{status: 200}]
thresholds:
  http_reqs: [count > 1, count <= baseline * 1.5 + 1]
"""
SLOW = PLAN.replace("{iterations: 2}", "{vus: 1, duration: 30s}").replace("count > 1,", "count > 1000000,")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a plan in a folder of its own; gives exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str, plan: str = PLAN, command: str = "run") -> tuple[int, str, str]:
        Path("plan.yml").write_text(plan, encoding="utf-8")
        code = outcome([command, "plan.yml", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.slow
def test_without_a_baseline_the_thresholds_that_need_one_are_skipped(run: Run) -> None:
    code, out, err = run("--report-dir", "out")
    assert code == 0
    assert "passed: 1 of 1 thresholds hold, but every request failed; 1 skipped" in out
    said = "the threshold 'http_reqs: count <= baseline * 1.5 + 1' is skipped: no baseline was given"
    assert f"plan.yml:8:26: warning: {said}; give one with --baseline" in err
    (skipped,) = json.loads(Path("out/result.json").read_text())["skipped"]
    assert (skipped["reason"], skipped["line"]) == ("no baseline was given; give one with --baseline", 8)


@pytest.mark.slow
def test_a_limit_comes_from_the_baseline_and_says_so(run: Run) -> None:
    run("--report-dir", "before")
    code, out, err = run("--baseline", "before/result.json", "--html", "page.html")
    assert (code, "skipped" in out + err) == (0, False)
    assert "✓ 'count <= baseline * 1.5 + 1' count=2 (limit 4 (baseline 2))" in out
    assert "limit 4 (baseline 2)" in Path("page.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_report_does_not_overwrite_the_baseline(run: Run) -> None:
    run("--report-dir", "before")
    kept = Path("before/result.json").read_bytes()
    code, _, err = run("--baseline", "before/result.json", "--report-dir", "./before")
    assert (code, Path("before/result.json").read_bytes() == kept) == (2, True)
    assert "a report would overwrite the baseline: before/result.json" in err


@pytest.mark.slow
def test_a_delay_is_not_warned_of_where_every_broken_limit_stops_the_run(run: Run) -> None:
    plan = PLAN.replace(
        "[count > 1, count <= baseline * 1.5 + 1]", "{threshold: count > 1, delay_abort_eval: 9s}"
    )
    assert "delay_abort_eval" in run(plan=plan)[2]
    assert "delay_abort_eval" not in run("--abort-on-fail", plan=plan)[2]


def test_validate_needs_no_baseline(run: Run) -> None:
    code, _, err = run(command="validate")
    assert (code, "baseline" in err) == (0, False)


@pytest.mark.slow
def test_a_trial_judges_nothing_and_needs_no_baseline(run: Run) -> None:
    _, out, err = run(command="try")
    assert "baseline" not in out + err


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "--baseline: cannot read old.json: No such file or directory"),
        (
            "{}",
            "--baseline: old.json is no result.json of planrunner: Object missing required field `format`",
        ),
        ("x", "--baseline: old.json is no result.json of planrunner: JSON is malformed"),
    ],
)
def test_a_baseline_that_is_none_is_a_wrong_command_line(
    run: Run, content: str | None, complaint: str
) -> None:
    if content is not None:
        Path("old.json").write_text(content)
    code, _, err = run("--baseline", "old.json")
    assert code == 2
    assert complaint in err


@pytest.mark.slow
def test_no_thresholds_judges_nothing_and_says_so(run: Run) -> None:
    code, out, err = run(
        "--no-thresholds", "--html", "page.html", plan=PLAN.replace("count > 1", "count > 9")
    )
    assert (code, "skipped" in out + err) == (0, False)
    assert "nothing was judged: --no-thresholds" in out
    assert "No threshold was judged: <code>--no-thresholds</code>" in Path("page.html").read_text("utf-8")


@pytest.mark.slow
def test_the_command_line_says_what_fails_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("--fail-on", "checks, errors")
    assert code == 99
    assert "failed: 2 checks failed (fail_on: checks); 2 requests failed (fail_on: errors)" in out
    monkeypatch.setenv("PLANRUNNER_FAIL_ON", "thresholds")
    assert run(plan=f"{PLAN}fail_on: [checks]\n")[0] == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [("check", "did you mean 'checks'?"), ("checks,slowness", "one of: "), ("", "one of: ")],
)
def test_what_cannot_fail_a_run_is_refused(run: Run, words: str, hint: str) -> None:
    code, _, err = run("--fail-on", words)
    assert code == 2
    assert f"unknown word {words.rpartition(',')[2]!r}: {hint}" in err


@pytest.mark.slow
def test_any_threshold_may_be_told_to_stop_the_run(run: Run) -> None:
    code, out, _ = run("--abort-on-fail", plan=SLOW)
    assert code == 99
    assert "failed: 1 of 1 thresholds broken; a threshold stopped it after 1" in out


@pytest.mark.slow
def test_a_profile_may_say_what_fails_the_run(run: Run) -> None:
    plan = f"{PLAN}fail_on: [checks]\nprofiles: {{calm: {{fail_on: [thresholds]}}}}\n"
    assert [run(plan=plan)[0], run("--profile", "calm", plan=plan)[0]] == [99, 0]
