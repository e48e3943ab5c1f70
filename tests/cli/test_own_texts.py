"""`reports: {text: ...}` and `--text`: where a summary of the user's own goes, how its faults are told."""

from pathlib import Path

import pytest
from commanding import PLAN, Write, writing

from planrunner.cli.main import outcome
from planrunner.result import PlanInfo, Result, Timeline, to_json


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    return writing(tmp_path, monkeypatch)


@pytest.fixture
def result(tmp_path: Path) -> str:
    plan = PlanInfo("Pizza", "", "plans/pizza.yml", "")
    parts = (), (), (), (), (), ()
    made = Result(2, "0.1.0", plan, "", "", 1.0, "passed", False, 0, "", *parts, Timeline())
    (tmp_path / "result.json").write_bytes(to_json(made))
    return "result.json"


def plan(reports: str) -> str:
    return PLAN.format(target="http://127.0.0.1:1") + f"reports: {reports}\n"


@pytest.mark.slow
def test_a_plan_has_its_text_written_beside_it(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "load").mkdir()
    write("{{ plan.name }} {{ outcome }}\n", "load/chat.j2")
    said = "{text: {template: chat.j2, file: 'out/${word}.txt'}}"
    assert outcome(["run", write(plan(said), "load/plan.yml")]) == 99
    assert (tmp_path / "load/out/quotes.txt").read_text() == "Small failed\n"
    assert "  report: load/out/quotes.txt\n" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("said", ["{text: {template: chat.j2}}", "{text: {template: chat.j2, file: '-'}}"])
def test_without_a_file_it_is_printed_last(
    said: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("{{ plan.name }} {{ outcome }}\n", "chat.j2")
    assert outcome(["run", write(plan(said))]) == 99
    assert capsys.readouterr().out.endswith("\nSmall failed\n")


@pytest.mark.slow
def test_the_command_line_and_profiles_change_it(write: Write, tmp_path: Path) -> None:
    write("{{ outcome }}", "chat.j2")
    said = "{text: {template: chat.j2, file: a.txt}}\nprofiles: {ci: {reports: {text: {file: b.txt}}}}"
    name = write(plan(said))
    assert outcome(["run", name, "--profile", "ci"]) == 99
    assert outcome(["run", name, "--text", "chat.j2=c.txt", "--text", "chat.j2=d.txt"]) == 99
    assert sorted(path.name for path in tmp_path.glob("*.txt")) == ["b.txt", "c.txt", "d.txt"]


@pytest.mark.parametrize("command", ["run", "validate"])
@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("{text: {template: bad.j2}}", "bad.j2:2:3: unknown name 'verdit'\n   2 |   {{ verdit }}\n"),
        ("{text: {template: end.j2}}", "end.j2:1:1: Unexpected end of template"),
        ("{text: {template: no.j2}}", "plan.yml:10:28: wrong value 'no.j2'"),
        ("{text: {template: ../x.j2}}", "it must be below the plan's folder"),
        ("{text: {template: bad.j2, file: ../x}}", "it must be below the plan's folder; options"),
        ("{text: {template: latin.j2}}", "latin.j2 cannot be read: 'utf-8' codec"),
        ("{text: {file: x.txt}}", "'template' is missing"),
        ("{text: chat.j2}", "write it like this: `text: {template: chat.j2, file: chat.txt}`"),
        ("{junit_flavor: maven}", "'maven' is not a valid flavour of JUnit"),
    ],
)
def test_what_is_wrong_with_it_is_told_before_the_run(
    said: str, complaint: str, command: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("a\n  {{ verdit }}\n", "bad.j2")
    write("{% if true %}", "end.j2")
    Path("latin.j2").write_bytes("ä".encode("latin-1"))
    assert outcome([command, write(plan(said))]) == 104
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("bad.j2", "planrunner: bad.j2:1: unknown name 'verdit' (did you mean 'verdict'?)\n"),
        ("inc.j2=x", "planrunner: inc.j2:1: a template reads no other files: include is not there\n"),
        ("no.j2", "planrunner: --text: cannot read no.j2: No such file or directory\n"),
    ],
)
def test_an_option_that_is_wrong_is_told_first(
    given: str, complaint: str, write: Write, result: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("{{ verdit }}", "bad.j2")
    write("{% include 'x' %}", "inc.j2")
    assert outcome(["report", result, "--text", given]) == 104
    assert capsys.readouterr().err == complaint


def test_a_text_is_made_again_from_a_result(
    write: Write, result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("{{ plan.name }}", "a.j2")
    assert outcome(["report", result, "--text", "a.j2=a.txt", "--text", "a.j2"]) == 0
    assert (tmp_path / "a.txt").read_text() == "Pizza"
    assert capsys.readouterr().out == "  report: a.txt\nPizza\n"


@pytest.mark.parametrize("given", ["late.j2=late.txt", "late.j2"])
def test_a_template_that_fails_in_the_end_costs_no_other_report(
    given: str, write: Write, result: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("\n{{ plan.nme }}", "late.j2")
    assert outcome(["report", result, "--text", given, "--junit", "r.xml"]) == 104
    said = capsys.readouterr()
    assert "late.j2:2: 'planrunner.result.plan.PlanInfo object' has no attribute 'nme'\n" in said.err
    assert (said.out, (tmp_path / "late.txt").exists()) == ("  report: r.xml\n", False)


def test_a_text_overwrites_no_template(write: Write, result: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("x", "a.j2")
    assert outcome(["report", result, "--text", "a.j2=a.j2"]) == 2
    assert outcome(["run", write(), "--text", "a.j2", "--html", "a.j2"]) == 2
    assert capsys.readouterr().err.count("a report would overwrite a template: a.j2") == 2


def test_one_text_for_several_plans_has_no_file(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("x", "a.j2")
    assert outcome(["run", write(), write(name="b.yml"), "--text", "a.j2=x"]) == 2
    assert "--text a.j2=x names one file, and there are 2 plans" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--junit", "--report-dir"])
def test_junit_has_the_flavour_that_is_asked_for(
    option: str, result: str, write: Write, tmp_path: Path
) -> None:
    assert outcome(["report", result, option, "out", "--junit-flavor", "gitlab"]) == 0
    file = tmp_path / "out" / "junit.xml" if option == "--report-dir" else tmp_path / "out"
    assert ' file="plans/pizza.yml"' in file.read_text()
