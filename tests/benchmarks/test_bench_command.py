"""`python -m benchmarks`: what may be asked, and one short real run."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import locust
from benchmarks.__main__ import TOOLS, main, parsed, present
from benchmarks.case import Stage
from benchmarks.cases import CASES
from benchmarks.cores import Cores
from benchmarks.machine import machine, version
from benchmarks.page import BEGIN, END
from benchmarks.server import Served, address, free_port

ROOT = Path(__file__).parents[2]
PEERS = tuple(name for name in TOOLS if name != "planrunner")


def test_the_forms_differ_in_rounds_and_seconds() -> None:
    short, long = parsed([]), parsed(["--long"])
    assert (short.rounds, short.seconds) == (3, 3)
    assert (long.rounds, long.seconds) == (5, 10)


def test_what_is_said_counts_in_either_form() -> None:
    options = parsed(["--long", "--rounds", "2", "--seconds", "4", "--only", "start", "--only", "stall"])
    assert (options.rounds, options.seconds, options.only) == (2, 4, ["start", "stall"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--rounds", "0"], "argument --rounds: invalid positive value: '0'"),
        (["--only", "no-such-case"], "argument --only: invalid choice: 'no-such-case'"),
        (["--write", "--only", "start"], "--write is for a page of all cases: leave --only out"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert complaint in capsys.readouterr().err


def test_the_cases_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CASES)


def test_a_tool_is_left_out_on_demand_and_said_to_be() -> None:
    left_out: dict[str, str] = {}
    assert list(present(PEERS, left_out)) == ["planrunner"]
    assert left_out == dict.fromkeys(PEERS, "left out on demand")


def test_a_tool_that_is_not_installed_is_said_not_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    left_out: dict[str, str] = {}
    present(["locust", "wrk", "hey", "vegeta"], left_out)
    assert (left_out["oha"], left_out["k6"]) == ("not on PATH", "not on PATH")


def test_locust_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locust, "LOCUST_PROGRAM", tmp_path)  # which exists
    assert locust.install() == ""


def test_the_machine_is_described_with_all_that_took_part() -> None:
    told = machine(Cores(), ["planrunner", "hey"])
    assert "nothing pinned" in told
    assert f"Python {sys.version.split()[0]}" in told
    assert told.endswith(", hey")
    assert "pinned to a core of its own" in machine(Cores(0, 1), [])


def test_a_program_that_is_missing_or_does_not_tell_has_no_version() -> None:
    assert (version("hey"), version("no-such-tool")) == ("hey", "no-such-tool")


@pytest.mark.server("nginx")
def test_a_program_tells_its_version() -> None:
    assert version("nginx").split()[1].count(".") == 2


def test_a_port_is_free_and_listened_on() -> None:
    with free_port() as listener:
        assert address(listener) == f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_page_is_written_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    monkeypatch.setattr(command, "PAGE", page)
    command.report([], parsed(["--long"]), "2 CPUs", {"k6": "not on PATH"})
    assert page.read_text() == f"{BEGIN}\n{END}\n"
    command.report([], parsed(["--long", "--write"]), "2 CPUs", {"k6": "not on PATH"})
    assert "with the long form: 5 rounds, runs of 10 s where a case does not say. 2 CPUs." in page.read_text()
    assert capsys.readouterr().out.count("left out: k6: not on PATH") == 2


def test_what_takes_minutes_is_for_the_long_form(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "CASES", {"growth": CASES["growth"]})
    left_out: dict[str, str] = {}
    assert command.all_of([], stage, 1, left_out) == []
    assert left_out == {"growth": "it takes minutes: for the long form"}
    assert capsys.readouterr().out == ""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    served = Served("http://h/json", "https://h/json", "https://h/json", Path("ca.pem"))
    return Stage(served, tmp_path, Cores(), {"planrunner": TOOLS["planrunner"]})


@pytest.mark.slow
@pytest.mark.server("nginx")
def test_a_short_real_run_ends_with_a_table() -> None:
    words = ["--only", "get-1", "--only", "start", "--rounds", "1", "--seconds", "1"]
    without = [word for peer in PEERS for word in ("--without", peer)]
    line = [sys.executable, "-m", "benchmarks", *words, *without]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = [line.partition("  ")[0] for line in done.stdout.splitlines()]
    assert {"get-1: GET, 1 VU, no checks", "planrunner", f"left out: {PEERS[0]}: left out on demand"} <= {
        *told
    }
    assert ("first request" in told) == (sys.platform == "linux")
