"""Every plan in plans/ is run against the demo shop: in one iteration each, the quickstart in full."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planrunner.cli.main import outcome
from planrunner.demo.start import start
from planrunner.result import Result, from_json

PLANS = Path(__file__).parents[2] / "plans"
ALL = sorted(PLANS.rglob("*.yml"))

BROKEN = {"13-broken-threshold.yml", "14-abort-on-fail.yml"}
"""These ask /api/slow for less time than it takes, so they break on any machine."""


def name(path: Path) -> str:
    return path.name


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    with start() as url:
        yield url


def run(path: Path, shop: str, folder: Path, *options: str) -> tuple[int, Result]:
    """Run a plan's copy, its target the shop that is there already and its think times next to nothing."""
    text = path.read_text().replace("target: demo", f"target: {shop}")
    copy = folder / path.name
    copy.write_text(re.sub(r"(- think:) \S+", r"\1 1ms", text))
    given = ("-e", f"BASE_URL={shop}") if "BASE_URL" in text else ()
    code = outcome(["run", str(copy), *given, *options, "--report-dir", str(folder)])
    return code, from_json((folder / "result.json").read_bytes())


@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_plan_is_valid_without_a_warning(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["validate", str(path)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{path}: valid (1 scenario, ")
    assert told.err == ""


@pytest.mark.slow  # the first one starts the shop
@pytest.mark.parametrize("path", ALL, ids=name)
def test_one_iteration_of_every_plan_ends_as_it_should(path: Path, shop: str, tmp_path: Path) -> None:
    code, result = run(path, shop, tmp_path, "--vus", "1", "--iterations", "1")
    assert code == (99 if path.name in BROKEN else 0)
    assert result.value("iterations", "count") == 1
    assert result.value("http_reqs", "count") == (2 if path.name == "quickstart.yml" else 1)
    assert result.value("http_req_failed", "rate") == 0
    assert result.errors == ()


@pytest.mark.parametrize(
    ("plan", "options", "iterations"),
    [
        ("02-load-test.yml", (), 1000),
        ("05-vus-and-iterations.yml", (), 30),
        ("08-arrival-rate.yml", ("--duration", "250ms"), 5),
    ],
)
@pytest.mark.slow
def test_a_plan_makes_the_iterations_it_says(
    plan: str, options: tuple[str, ...], iterations: int, shop: str, tmp_path: Path
) -> None:
    code, result = run(PLANS / "workshop" / plan, shop, tmp_path, *options)
    assert code == 0
    assert result.value("iterations", "count") == iterations
    assert result.value("http_reqs", "count") == iterations


def test_the_name_of_the_pizza_is_logged(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(PLANS / "workshop" / "04-first-test.yml", shop, tmp_path)
    assert re.search(r"^[A-Z]\w+ [A-Z]\w+ \([5-9] ingredients\)$", capsys.readouterr().err, re.MULTILINE)


def test_a_failed_check_is_counted_and_does_not_change_the_verdict(shop: str, tmp_path: Path) -> None:
    code, result = run(PLANS / "workshop" / "11-failing-check.yml", shop, tmp_path, "--iterations", "1")
    assert code == 0
    assert [(check.name, check.passes, check.fails) for check in result.checks] == [("is status 200", 0, 1)]
    assert result.checks[0].samples[0].complaint == "status is 200, expected 500"


def test_an_unexpected_status_is_logged(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = (PLANS / "workshop" / "03-stages-check-threshold.yml").read_text()
    path = tmp_path / "plan.yml"
    path.write_text(plan.replace("/api/recommendations", "/api/status/503"))
    code, _ = run(path, shop, tmp_path, "--iterations", "1")
    assert code == 0
    told = capsys.readouterr().err.splitlines()
    assert 'Unexpected response code: 503. Received: {"status":503}' in told


@pytest.mark.slow
def test_a_broken_threshold_stops_the_run_where_it_says_so(shop: str, tmp_path: Path) -> None:
    code, result = run(PLANS / "workshop" / "14-abort-on-fail.yml", shop, tmp_path)
    assert code == 99
    assert (result.stopped, result.thresholds[0].aborted) == ("threshold", True)
    assert result.duration < 20


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
