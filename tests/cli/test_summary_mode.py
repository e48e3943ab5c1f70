"""How much is printed when a run has ended: as the command line says, else the plan."""

import json
from pathlib import Path

import pytest
from commanding import Write, writing

from planrunner.cli.main import outcome

FULL = """name: Grouped
target: http://127.0.0.1:1
steps: [{group: front page, steps: [{get: /}]}]
thresholds: {http_req_duration: p(95) < 10s}
summary: {stats: [max, p(99.9), count, sum], mode: full}
"""
VERDICT = "  ✗ failed: 1 of 1 thresholds without data\n\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.mark.slow
def test_the_command_line_wins_and_a_report_prints_what_the_run_did(
    write: Write, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANRUNNER_SUMMARY_MODE", "disabled")
    assert outcome(["run", write(FULL), "--quiet", "--report-dir", "out"]) == 99
    ran = capsys.readouterr().out
    assert ran.startswith(VERDICT + "  report: out")
    kept = json.loads(Path("out/result.json").read_text("utf-8"))["summary"]
    assert kept == {"stats": ["max", "p(99.9)", "count", "sum"], "mode": "disabled"}
    monkeypatch.delenv("PLANRUNNER_SUMMARY_MODE")
    assert outcome(["report", "out/result.json"]) == 0
    assert capsys.readouterr().out == VERDICT


@pytest.mark.slow
def test_a_report_can_show_more_or_less_than_the_run_did(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["run", write(FULL), "--quiet", "--report-dir", "out", "--summary-export", "k6.json"])
    ran = capsys.readouterr().out
    assert outcome(["report", "out/result.json"]) == 0
    assert ran.startswith(capsys.readouterr().out.rstrip("\n"))
    assert ("↳ GROUP: ::front page" in ran, "max=" in ran, "avg=" in ran) == (True, True, False)
    outcome(["report", "out/result.json", "--summary-mode", "compact"])
    assert "GROUP" not in capsys.readouterr().out
    flat = json.loads(Path("k6.json").read_text("utf-8"))["metrics"]["iteration_duration"]
    assert (list(flat), flat["count"]) == (["max", "p(99.9)", "count", "sum"], 1)


def test_another_word_is_a_wrong_command_line(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", write(), "--summary-mode", "all"]) == 2
    assert "'compact', 'full', 'disabled'" in capsys.readouterr().err
