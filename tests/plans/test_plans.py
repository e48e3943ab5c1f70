"""Every plan in plans/ is run against the demo shop: in one iteration each, the quickstart in full."""

import re
from pathlib import Path

import pytest

from planrunner.cli.main import outcome
from planrunner.errors import Problems
from planrunner.plan.load import load
from planrunner.result import from_json
from plans.running_plans import ALL, ONCE, PLANS, Bench, name, stated

ON_PURPOSE = {"08-failing-check.yml": {"is status 200"}, "conditions.yml": {"light enough for lunch"}}
"""Checks that fail because the plan is there to show what happens then."""


def test_the_plans_of_all_folders_are_found() -> None:
    folders = {path.parent.name for path in ALL}
    assert folders >= {"plans", "breakouts", "workshop", "dashboard", "blog", "suite", "features"}


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_plan_is_valid_without_a_warning(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["validate", str(path)]) == 0
    told = capsys.readouterr()
    assert re.match(rf"{path}: valid \(\d scenarios?, ", told.out)
    assert told.err == ""


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_plan_names_the_schema_for_editors(path: Path) -> None:
    first = path.read_text().partition("\n")[0]
    given = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert given
    assert (path.parent / given[1]).resolve() == PLANS.parent / "schemas" / "plan.schema.json"


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_profile_is_valid_without_a_warning(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = load(path.read_bytes(), str(path), Problems())
    assert plan
    for profile in plan.profiles:
        assert outcome(["validate", str(path), "--profile", profile]) == 0
        assert (profile, capsys.readouterr().err) == (profile, "")


@pytest.mark.slow  # the first one starts the shop
@pytest.mark.parametrize("path", ALL, ids=name)
def test_one_iteration_of_every_plan_ends_as_it_says(path: Path, bench: Bench) -> None:
    code, result = bench.run(path, *ONCE)
    assert code == stated(path)
    assert result.value("iterations", "count") == len(result.scenarios)
    assert result.value("http_req_failed", "rate") == 0
    assert result.errors == ()
    assert {check.name for check in result.checks if check.fails} == ON_PURPOSE.get(path.name, set())


@pytest.mark.slow
def test_the_quickstart_passes_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = outcome(["run", str(PLANS / "quickstart.yml"), "--report-dir", str(tmp_path)])
    result = from_json((tmp_path / "result.json").read_bytes())
    assert code == 0
    assert capsys.readouterr().out.count("✓ passed: 4 of 4 thresholds hold") == 1
    logins = next(row for row in result.requests if row.name == "login")
    assert (logins.count, logins.failed) == (10, 0)
    assert result.value("checks", "rate") == 1
    assert "12345678" not in (tmp_path / "result.json").read_text()
