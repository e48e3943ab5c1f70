"""`planrunner init`, in process: what it asks, what it writes, and what it never overwrites."""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from planrunner.cli.main import outcome
from planrunner.errors import SetupError
from planrunner.init.answers import KINDS, Answers, Kind
from planrunner.init.files import create
from planrunner.init.render import workflow

WORKFLOW = Path(".github/workflows/load-test.yml")
REPORTS = "--junit reports/junit.xml --markdown reports/report.md --html reports/report.html"


@pytest.fixture(autouse=True)
def in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PLANRUNNER_") or name == "BASE_URL"]:
        monkeypatch.delenv(name)


def written() -> list[str]:
    """List all files below the current folder."""
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def read(path: str | Path) -> Mapping[Any, Any]:
    found = yaml.safe_load(Path(path).read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_plan_of_every_kind_is_valid(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["init", "--yes", "--kind", kind]) == 0
    assert outcome(["validate", "plans/first-load-test.yml"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_a_first_plan_passes_against_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["init", "--yes", "--target", "demo", "--path", "/api/quotes"]) == 0
    assert outcome(["run", "plans/first-load-test.yml", "--duration", "1s", "--quiet"]) == 0
    assert "passed: 3 of 3 thresholds hold" in capsys.readouterr().out


def test_it_says_what_it_wrote_and_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["init", "--yes", "--name", "Pizza shop", "--kind", "load"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote plans/pizza-shop.yml",
        "wrote .github/workflows/load-test.yml",
        "",
        "next:",
        "  planrunner explain plans/pizza-shop.yml",
        "  planrunner run plans/pizza-shop.yml --profile smoke",
    ]
    assert written() == [WORKFLOW.as_posix(), "plans/pizza-shop.yml"]


def test_a_smoke_test_needs_no_profile_of_that_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["init", "--yes", "--no-workflow", "--output", "my plan.yml"]) == 0
    assert capsys.readouterr().out.endswith("\n  planrunner run 'my plan.yml'\n")
    assert "profiles" not in read("my plan.yml")


def test_answers_stand_in_the_plan() -> None:
    flags = [
        "--name",
        "Pizza: shop",
        "--target",
        "http://localhost:3333",
        "--path",
        "/api/x?a=1",
        "--goal",
        "2s",
    ]
    assert outcome(["init", "--yes", "--output", "p.yml", *flags]) == 0
    found = read("p.yml")
    assert found["name"] == "Pizza: shop"
    assert found["variables"]["base_url"] == {"env": "BASE_URL", "default": "http://localhost:3333"}
    assert found["endpoints"]["first"]["get"] == "/api/x?a=1"
    assert found["thresholds"]["http_req_duration"] == "max < 2s"


def test_without_flags_there_are_five_questions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "Shop\nhttp://localhost:1\n/api/x\nspike\np(99)<1s\n")
    assert outcome(["init"]) == 0
    found = read("plans/shop.yml")
    assert (found["name"], found["load"]["stages"][0]) == ("Shop", {"duration": "10s", "target": 100})
    assert found["thresholds"]["http_req_duration"] == "p(99) < 1s"
    assert capsys.readouterr().out.count("?") == 5


def test_nothing_typed_is_the_usual_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "\n" * 5)
    assert outcome(["init", "--no-workflow"]) == 0
    answered = Path("plans/first-load-test.yml").read_text("utf-8")
    Path("plans/first-load-test.yml").unlink()
    assert outcome(["init", "--no-workflow", "--yes"]) == 0
    assert Path("plans/first-load-test.yml").read_text("utf-8") == answered


def test_only_what_no_flag_answers_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "/x\n")
    flags = ["--name", "A", "--target", "demo", "--kind", "smoke", "--goal", "1s", "--no-workflow"]
    assert outcome(["init", *flags]) == 0
    assert capsys.readouterr().out.startswith("Which path is requested first? [/]: wrote plans/a.yml")


def test_a_wrong_answer_is_asked_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "A\nlocalhost\ndemo\n\n\n\n")
    assert outcome(["init", "--no-workflow"]) == 0
    assert "Error: 'localhost' is no target: write a URL like https://shop.example" in capsys.readouterr().out


def test_where_nobody_answers_it_says_which_flag_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "A\n")
    assert outcome(["init"]) == 2
    assert "give --target, or --yes for the usual one" in capsys.readouterr().err
    assert written() == []


class Interrupted:
    """A terminal at which somebody presses Ctrl-C at the second question."""

    lines = 0

    def readline(self, *_: int) -> str:
        self.lines += 1
        if self.lines > 1:
            raise KeyboardInterrupt
        return "A\n"


def test_after_ctrl_c_nothing_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Interrupted())
    assert outcome(["init"]) == 105
    assert (capsys.readouterr().err.strip(), written()) == ("planrunner: interrupted", [])


@pytest.mark.parametrize(
    ("flag", "text", "said"),
    [
        ("--name", " ", "give the plan a name, for example 'Pizza shop'"),
        ("--name", "a\x1bb", "this has characters that cannot be seen"),
        ("--name", "${x}", "can be written into the plan afterwards"),
        (
            "--target",
            "shop.example",
            "'shop.example' is no target: write a URL like https://shop.example, or demo",
        ),
        ("--target", "https://u:p@shop.example", "is no target"),
        ("--target", "https://shop.example/?a=b", "is no target"),
        ("--target", "http://x:99999", "is no URL: its port is not between 1 and 65535"),
        ("--path", "api", "'api' is no path: write one like /api/quotes"),
        ("--path", "/a b", "is no path"),
        ("--kind", "soak", "'soak' is none of: smoke, load, stress, spike"),
        ("--goal", "500", "a duration needs a unit: did you mean '500s' or '500ms'?"),
        ("--goal", "fast", "write it as `p(95) < 500ms`"),
        ("--goal", "rate < 1%", "'rate' cannot be asked of a trend"),
        ("--output", "a\nb.yml", "has characters that cannot be seen"),
        ("--output", "../p.yml", "is not below this folder, as the workflow needs; or --no-workflow"),
    ],
)
def test_a_wrong_flag_is_exit_2_and_writes_nothing(
    flag: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["init", "--yes", flag, text]) == 2
    assert (f"planrunner: {flag}: " in (err := capsys.readouterr().err), said in err) == (True, True)
    assert written() == []


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (["plans/a.yml"], "plans/a.yml exists already"),
        ([WORKFLOW.as_posix()], ".github/workflows/load-test.yml exists already"),
        (
            ["plans/a.yml", WORKFLOW.as_posix()],
            "plans/a.yml and .github/workflows/load-test.yml exist already",
        ),
    ],
)
def test_nothing_is_overwritten(there: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name in there:
        Path(name).parent.mkdir(parents=True)
        Path(name).write_text("mine")
    assert outcome(["init", "--yes", "--name", "a"]) == 2
    assert capsys.readouterr().err == f"planrunner: {said}\n"
    assert (written(), {Path(name).read_text() for name in there}) == (sorted(there), {"mine"})


def test_a_link_to_nowhere_is_not_written_through(capsys: pytest.CaptureFixture[str]) -> None:
    Path("p.yml").symlink_to("elsewhere.yml")
    assert outcome(["init", "--yes", "--output", "p.yml", "--no-workflow"]) == 2
    assert ("exists already" in capsys.readouterr().err, Path("elsewhere.yml").exists()) == (True, False)


def test_where_one_file_cannot_be_written_the_other_is_not_left_behind() -> None:
    Path("taken").write_text("a file, and no folder")
    with pytest.raises(SetupError, match=r"cannot write taken: "):
        create([(Path("a.yml"), "a"), (Path("taken/b.yml"), "b")])
    assert written() == ["taken"]


def test_an_absolute_path_is_written_as_seen_from_here(tmp_path: Path) -> None:
    assert outcome(["init", "--yes", "--output", str(tmp_path / "p.yml")]) == 0
    assert "planrunner run p.yml\n" in WORKFLOW.read_text("utf-8")


def test_a_plan_alone_may_go_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path.parent)
    file = tmp_path / "sub" / "p.yml"
    monkeypatch.chdir(Path("/"))
    assert outcome(["init", "--yes", "--output", str(file), "--no-workflow"]) == 0
    assert file.exists()


def test_the_workflow_runs_the_plan_and_shows_its_report() -> None:
    assert outcome(["init", "--yes", "--kind", "stress", "--target", "https://x.example"]) == 0
    job = read(WORKFLOW)["jobs"]["load"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands == [
        "pip install planrunner",
        "planrunner validate plans/first-load-test.yml --format github",
        f"planrunner run plans/first-load-test.yml {REPORTS}",
        'cat reports/report.md >> "$GITHUB_STEP_SUMMARY"',
    ]
    assert job["env"] == {"BASE_URL": "${{ vars.BASE_URL || 'https://x.example' }}"}
    assert "actions/upload-artifact" in job["steps"][-1]["uses"]


@pytest.mark.parametrize("kind", KINDS)
def test_pull_requests_get_little_load(kind: Kind) -> None:
    text = workflow(Answers("A", "demo", "/", kind, "max < 1s"), Path("p.yml"))
    steps = yaml.safe_load(text)["jobs"]["load"]["steps"]
    profiles = [step["env"]["PLANRUNNER_PROFILE"] for step in steps if "env" in step]
    chosen = "${{ github.event_name == 'pull_request' && 'smoke' || '' }}"
    assert profiles == ([] if kind == "smoke" else [chosen])


def test_an_empty_profile_from_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcome(["init", "--yes", "--kind", "load", "--output", "p.yml"]) == 0
    monkeypatch.setenv("PLANRUNNER_PROFILE", "")
    assert outcome(["validate", "p.yml"]) == 0
