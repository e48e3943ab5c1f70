"""`--out` of samples: what cannot be is said before anything is sent."""

from pathlib import Path

import pytest

from planrunner.cli.main import outcome

PLAN = "name: Shop\ntarget: demo\nload: {vus: 1, iterations: 2}\nsteps: [{get: /api/quotes}]\n"


@pytest.fixture(autouse=True)
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.yml", "two.yml"):
        Path(name).write_text(PLAN)


@pytest.mark.parametrize(
    "words",
    [
        ["one.yml", "two.yml", "--out", "json=all.json"],
        ["one.yml", "--out", "json=all", "--out", "csv=./all"],
    ],
)
def test_no_file_is_written_twice(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", *words]) == 2
    assert "would be written twice; each plan can name its own in `outputs`" in capfd.readouterr().err


def test_a_contest_has_no_outputs_of_samples(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["run", "one.yml", "--versus", "http://127.0.0.1:1", "--out", "json=/dev/null"]
    assert outcome(words) == 2
    assert "whose samples would mix in the output json" in capfd.readouterr().err


@pytest.mark.slow
def test_what_leads_nowhere_may_be_named_often() -> None:
    assert outcome(["run", "one.yml", "--quiet", "--out", "json=/dev/null", "--out", "csv=/dev/null"]) == 0


def test_standard_output_is_for_the_summary(capfd: pytest.CaptureFixture[str]) -> None:
    Path("one.yml").write_text(PLAN + "outputs: {json: {file: '-'}}\n")
    assert outcome(["run", "one.yml"]) == 104
    assert "standard output has the summary" in capfd.readouterr().err
