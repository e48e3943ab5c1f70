"""`run --history` and `planrunner history`: what is kept, how much of it, and what is not readable."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from commanding import Write, writing

from planrunner.cli.keeping import FOLDER, History
from planrunner.cli.main import outcome
from planrunner.result import PlanInfo, Result, Timeline

BRACES = gzip.compress(b"{}", mtime=0)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


def made(day: int = 1) -> Result:
    plan = PlanInfo("Pizza", "", "plans/pizza.yml", "")
    parts = (), (), (), (), (), ()
    started = f"2026-03-{day:02}T09:26:53Z"
    return Result(2, "0.1.0", plan, "", started, 1.0, "passed", True, 0, "", *parts, Timeline())


def kept() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.slow
def test_a_run_is_kept_when_it_is_asked_to_be(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["run", write(), "--history", "--quiet"]) == 99
    (name,) = kept()
    assert name.endswith("Z-plan.json.gz")
    assert f"  history: {FOLDER}/{name}\n" in capsys.readouterr().out
    assert outcome(["history"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert (len(rows), rows[1].split()[3:5]) == (2, ["Small", "failed"])


@pytest.mark.slow
def test_each_of_several_plans_is_kept_and_the_oldest_makes_room(write: Write) -> None:
    plans = [write(name=f"{name}.yml") for name in ("a", "b", "c")]
    assert outcome(["run", *plans, "--history", "--history-keep", "2", "--quiet"]) == 99
    assert [name.partition("-")[2] for name in kept()] == ["b.json.gz", "c.json.gz"]


def test_a_place_that_cannot_be_written_to_is_told_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("", ".planrunner")
    assert outcome(["run", write(), "--history"]) == 104
    said = capsys.readouterr()
    assert (said.out, "cannot write .planrunner/runs/run.json.gz: " in said.err) == ("", True)


def test_runs_of_one_second_are_numbered(write: Write) -> None:
    history = History()
    history.prepare()
    for _ in range(3):
        history.add(made(), "shop")
    assert [name.partition("-")[2] for name in kept()] == [
        "shop-2.json.gz",
        "shop-3.json.gz",
        "shop.json.gz",
    ]


def test_only_what_was_kept_makes_room(write: Write) -> None:
    history = History(keep=1)
    history.prepare()
    (FOLDER / "0-notes.txt").write_text("mine")
    for day in (3, 1, 2):
        history.add(made(day), "shop")
    assert kept() == ["0-notes.txt", "20260303T092653Z-shop.json.gz"]


def test_what_somebody_else_removed_is_no_fault(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Path) -> None:
        raise FileNotFoundError

    history = History(keep=1)
    history.prepare()
    monkeypatch.setattr(Path, "unlink", gone)
    for day in (1, 2):
        assert history.add(made(day), "shop").complaints == []
    assert len(kept()) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x", "Not a gzipped file"),
        (BRACES[:-6], "Compressed file ended before the end-of-stream marker was reached"),
        (BRACES[:10] + b"\xff" * 20, "invalid"),
        (BRACES, "Object missing required field `format`"),
    ],
    ids=["text", "cut", "damaged", "other"],
)
def test_a_file_that_cannot_be_read_is_told_and_left_out(
    content: bytes, reason: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    history = History()
    history.prepare()
    history.add(made(), "shop")
    (FOLDER / "20260101T000000Z-bad.json.gz").write_bytes(content)
    assert outcome(["history"]) == 0
    said = capsys.readouterr()
    assert f"planrunner: {FOLDER}/20260101T000000Z-bad.json.gz is left out: " in said.err
    assert reason in said.err
    assert len(said.out.splitlines()) == 2


def test_a_bomb_is_not_unpacked(write: Write) -> None:
    history = History(most=1000)
    history.prepare()
    history.add(made(), "shop")
    (FOLDER / "20260101T000000Z-bomb.json.gz").write_bytes(gzip.compress(b" " * 1_000_000))
    assert next(reason for _, reason in history.results()) == "it is too large"


def test_without_any_run_it_says_how_to_keep_one(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["history"]) == 0
    said = capsys.readouterr()
    assert (said.out, "planrunner run PLAN --history keeps one" in said.err) == ("", True)


def test_the_page_is_written_where_it_is_asked_for(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    history = History()
    history.prepare()
    history.add(replace(made(), plan=PlanInfo("<b>", "", "x.yml", "")), "shop")
    assert outcome(["history", "--html", "out/h.html"]) == 0
    assert capsys.readouterr().out == "  report: out/h.html\n"
    assert "<h2>&lt;b&gt; " in Path("out/h.html").read_text()


def test_the_page_overwrites_no_run(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    history = History()
    history.prepare()
    (path,) = history.add(made(), "shop").paths
    assert outcome(["history", "--html", str(path)]) == 2
    assert "a report would overwrite a run that is kept" in capsys.readouterr().err
