"""The command line in process: what it prints, where, and what it exits with."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import cast

import click
import pytest

from planrunner import __version__
from planrunner.cli import main as boundary
from planrunner.cli.files import OPTIONS
from planrunner.cli.main import COMMANDS, outcome
from planrunner.errors import SetupError
from planrunner.result import Result

PLAN = """name: Small
target: {target}
variables:
  word: {{env: WORD, default: quotes}}
steps:
  - get: /api/${{word}}
    checks: [{{status: 200}}]
thresholds:
  http_req_duration: p(95) < 10s
"""

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a plan into a folder of its own, and go there."""
    monkeypatch.chdir(tmp_path)

    def write(text: str = PLAN.format(target="http://127.0.0.1:1"), name: str = "plan.yml") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


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
        (["run"], "Missing argument 'PLAN'"),
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


def test_quiet_leaves_the_summary_alone(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write()
    assert outcome(["run", "plan.yml", "--quiet"]) == 99
    said = capsys.readouterr()
    assert (said.err, "█ THRESHOLDS" in said.out) == ("", True)


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


def test_reports_are_written_where_asked_and_nowhere_else(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    asked = ["--report-dir", "out/all", "--html", "h/r.html", "--markdown", "r.md", "--junit", "r.xml"]
    assert outcome(["run", "plan.yml", *asked, "--summary-export", "s.json"]) == 99
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    files = {"report.html", "report.md", "junit.xml", "result.json"}
    assert found == {"plan.yml", "h/r.html", "r.md", "r.xml", "s.json"} | {
        f"out/all/{name}" for name in files
    }
    assert json.loads((tmp_path / "out/all/result.json").read_text())["exit_code"] == 99
    assert json.loads((tmp_path / "s.json").read_text())["metrics"]["http_reqs"]["count"] == 1
    assert capsys.readouterr().out.count("  report: ") == 8


def test_without_being_asked_nothing_is_written(write: Write, tmp_path: Path) -> None:
    write()
    outcome(["run", "plan.yml", "--quiet"])
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yml"]


@pytest.mark.parametrize(
    ("options", "what"),
    [(["--html", "plan.yml"], "the plan"), (["--html", "x", "--junit", "./x"], "another report")],
)
def test_a_report_overwrites_neither_the_plan_nor_another(
    options: list[str], what: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write()
    before = Path(name).read_text()
    assert outcome(["run", name, *options]) == 2
    assert f"planrunner: a report would overwrite {what}: " in capsys.readouterr().err
    assert Path(name).read_text() == before


USING = """name: Using
target: http://127.0.0.1:1
use: [fragment.yml]
variables: {folder: {default: files}}
data:
  rows: {file: rows.csv}
flows:
  upload:
    - post: /up
      multipart: {photo: {file: "${folder}/photo.png"}}
      checks: [{json_schema: schema.json}]
steps:
  - group: all
    steps:
      - {flow: upload}
      - {post: /body, body_file: body.bin, headers: {X: "${rows.a}"}}
"""


@pytest.mark.parametrize(
    "file",
    ["fragment.yml", "rows.csv", "files/photo.png", "schema.json", "body.bin", ".env", "files/../body.bin"],
)
def test_a_report_overwrites_no_file_that_the_plan_uses(
    file: str, write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    for name in ("files/photo.png", "body.bin", ".env"):
        write("", name)
    write("endpoints: {unused: {get: /}}\n", "fragment.yml")
    write("a\n1\n", "rows.csv")
    write("{}", "schema.json")
    before = Path(file).read_text()
    assert outcome(["run", write(USING), "--html", file]) == 2
    assert (
        f"planrunner: a report would overwrite a file that the plan uses: {file}" in capsys.readouterr().err
    )
    assert Path(file).read_text() == before


def test_a_report_may_overwrite_an_older_one(write: Write, tmp_path: Path) -> None:
    write("old", "r.html")
    assert outcome(["run", write(), "--html", "r.html", "--quiet"]) == 99
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_a_report_does_not_overwrite_the_environment_file_that_is_named(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("", "my.env")
    assert outcome(["run", write(), "--env-file", "my.env", "--junit", "my.env"]) == 2
    assert "a report would overwrite a file that the plan uses: my.env" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_said_before_the_run(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert outcome(["run", "plan.yml", "--html", "plan.yml/x.html"]) == 104
    said = capsys.readouterr()
    assert "planrunner: cannot write plan.yml/x.html" in said.err
    assert said.out == ""


def test_quiet_keeps_the_logs(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("name: x\nsteps:\n  - log: hello\n")
    assert outcome(["run", "plan.yml", "--quiet"]) == 0
    assert capsys.readouterr().err == "hello\n"


def test_a_report_that_cannot_be_written_in_the_end_is_said(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    (tmp_path / ".r.html.part").mkdir()
    assert outcome(["run", "plan.yml", "--html", "r.html", "--junit", "r.xml", "--quiet"]) == 104
    said = capsys.readouterr()
    assert "planrunner: cannot write r.html: Is a directory" in said.err
    assert "  report: r.xml\n" in said.out


@pytest.fixture
def broken_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reports `--html` and `--markdown` have a fault."""

    def fail(_: Result) -> bytes:
        raise OverflowError("too large")

    for name in ("html", "markdown"):
        monkeypatch.setitem(cast(dict[str, Callable[[Result], bytes]], OPTIONS), name, fail)


@pytest.mark.usefixtures("broken_reports")
def test_a_report_that_cannot_be_made_takes_nothing_with_it(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write()
    asked = ["--html", "r.html", "--markdown", "r.md", "--junit", "r.xml", "--quiet"]
    assert outcome(["run", "plan.yml", *asked]) == 70
    said = capsys.readouterr()
    assert ("█ THRESHOLDS" in said.out, "  report: r.xml\n" in said.out, "r.html" in said.out) == (
        True,
        True,
        False,
    )
    assert said.err.startswith(
        "planrunner: internal error: ReportError: cannot make r.html: OverflowError: too large\n"
        "cannot make r.md: OverflowError: too large\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.yml", "r.xml"]


@pytest.mark.usefixtures("broken_reports")
def test_a_report_that_cannot_be_made_hides_none_that_cannot_be_written(
    write: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setenv("PLANRUNNER_TRACEBACK", "1")
    (tmp_path / ".r.xml.part").mkdir()
    assert outcome(["run", "plan.yml", "--html", "r.html", "--junit", "r.xml", "--quiet"]) == 70
    said = capsys.readouterr().err
    assert "\ncannot write r.xml: Is a directory\n" in said
    assert ", in fail\n" in said  # the traceback of the report itself


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


def test_the_demo_may_be_the_default_of_a_variable(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        PLAN.format(target="${shop}").replace("variables:", "variables:\n  shop: {env: SHOP, default: demo}")
    )
    assert outcome(["run", "plan.yml"]) == 0
    assert "target: http://127.0.0.1:" in capsys.readouterr().err


def test_the_demo_target_starts_by_itself_and_ends(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(PLAN.format(target="demo"))
    assert outcome(["run", "plan.yml", "-i", "3"]) == 0
    said = capsys.readouterr()
    assert "✓ passed: 1 of 1 thresholds hold" in said.out
    assert "target: http://127.0.0.1:" in said.err


class SurpriseError(Exception):
    """What nobody expects."""


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Give the command line a command `broken` that raises."""

    def add(error: BaseException) -> None:
        @click.command("broken")
        def command() -> None:
            raise error

        module = ModuleType("broken_command")
        module.command = command  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "broken_command", module)
        monkeypatch.setitem(cast(dict[str, str], COMMANDS), "broken", "broken_command")

    return add


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 105, "planrunner: interrupted\n"),
        (SetupError("no port"), 104, "planrunner: no port\n"),
        (SurpriseError("oh"), 70, "planrunner: internal error: SurpriseError: oh\n"),
        (
            ExceptionGroup("tasks", [SurpriseError("in a task")]),
            70,
            "internal error: SurpriseError: in a task\n",
        ),
    ],
)
def test_every_error_has_its_exit_code(
    error: BaseException,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    raising: Callable[[BaseException], None],
) -> None:
    raising(error)
    assert outcome(["broken"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_a_traceback_can_be_asked_for(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raising: Callable[[BaseException], None],
) -> None:
    monkeypatch.setenv("PLANRUNNER_TRACEBACK", "1")
    raising(SurpriseError("oh"))
    assert outcome(["broken"]) == 70
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.fixture
def stderr_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what `main` does to stderr for good."""
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(sys, "__stderr__", sys.__stderr__)


@pytest.mark.usefixtures("stderr_kept")
def test_a_code_page_without_a_check_mark_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    bytes_written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(bytes_written, encoding="cp1252"))
    with pytest.raises(SystemExit):
        boundary.main(["--version"])
    sys.stdout.write("✓ passed")
    sys.stdout.flush()
    assert bytes_written.getvalue().endswith(b"? passed")


@pytest.mark.usefixtures("stderr_kept")
def test_main_exits_with_the_outcome() -> None:
    with pytest.raises(SystemExit) as ended:
        boundary.main(["run"])
    assert ended.value.code == 2
