"""What the plans of the workshop and its breakouts do, by value."""

import re

import pytest

from planrunner.cli.main import outcome
from plans.running_plans import ONCE, PLANS, Bench

pytestmark = pytest.mark.slow  # the first one starts the shop


@pytest.mark.parametrize(
    ("plan", "options", "iterations"),
    [
        ("breakouts/02-load-test.yml", (), 1000),
        ("workshop/02-vus-and-iterations.yml", (), 30),
        ("workshop/05-arrival-rate.yml", ("--duration", "250ms"), 5),
    ],
)
def test_a_plan_makes_the_iterations_it_says(
    plan: str, options: tuple[str, ...], iterations: int, bench: Bench
) -> None:
    code, result = bench.run(plan, *options)
    assert code == 0
    assert result.value("iterations", "count") == iterations
    assert result.value("http_reqs", "count") == iterations


def test_the_name_of_the_pizza_is_logged(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run("workshop/01-first-test.yml")
    assert re.search(r"^[A-Z]\w+ [A-Z]\w+ \([5-9] ingredients\)$", capsys.readouterr().err, re.MULTILINE)


def test_a_failed_check_is_counted_and_does_not_change_the_verdict(bench: Bench) -> None:
    code, result = bench.run("workshop/08-failing-check.yml", *ONCE)
    assert code == 0
    assert [(check.name, check.passes, check.fails) for check in result.checks] == [("is status 200", 0, 1)]
    assert result.checks[0].samples[0].complaint == "status is 200, expected 500"


def test_an_unexpected_status_is_logged(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    copied = bench.copy("breakouts/03-stages-check-threshold.yml")
    copied.write_text(copied.read_text().replace("/api/recommendations", "/api/status/503"))
    assert outcome(["run", str(copied), *ONCE]) == 0
    told = capsys.readouterr().err.splitlines()
    assert 'Unexpected response code: 503. Received: {"status":503}' in told


def test_a_broken_threshold_stops_the_run_where_it_says_so(bench: Bench) -> None:
    code, result = bench.run("workshop/11-abort-on-fail.yml")
    assert code == 99
    assert (result.stopped, result.thresholds[0].aborted) == ("threshold", True)
    assert result.duration < 20


def test_the_environment_sets_a_variable(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run("workshop/13-options-and-environment.yml", *ONCE, "-e", "MY_ENV_VAR=123")
    assert "MY_ENV_VAR is 123" in capsys.readouterr().err.splitlines()


def test_a_service_that_is_down_ends_the_run_before_it_begins(bench: Bench) -> None:
    copied = bench.copy("workshop/14-lifecycle.yml")
    copied.write_text(copied.read_text().replace("- get: /\n", "- get: /api/status/503\n"))
    assert outcome(["run", str(copied), *ONCE]) == 107


def test_teardown_logs(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run("workshop/14-lifecycle.yml", *ONCE)
    assert "done" in capsys.readouterr().err.splitlines()


def test_a_vu_keeps_its_customer(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run("workshop/16-customer-per-vu.yml", "--vus", "3", "--iterations", "9")
    told = re.findall(r"^(\d) (\d{5})$", capsys.readouterr().err, re.MULTILINE)
    assert len(told) == 9
    assert set(told) <= {("1", "12351"), ("2", "12352"), ("3", "12353")}


def test_the_execution_context_is_logged(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.run("workshop/17-execution-context.yml", *ONCE)
    expected = "Scenario: default\nIteration in scenario: 0\nIteration of this VU: 0\nVU ID: 1\nTest ID: "
    assert expected in capsys.readouterr().err


def test_custom_metrics_count_pizzas_and_their_ingredients(bench: Bench) -> None:
    _, result = bench.run("workshop/18-custom-metrics.yml", "--vus", "2", "--iterations", "10")
    assert result.value("quickpizza_number_of_pizzas", "count") == 10
    fewest, most = (result.value("quickpizza_ingredients", which) for which in ("min", "max"))
    assert fewest is not None
    assert most is not None
    assert 5 <= fewest <= most <= 9


def test_the_customers_are_those_of_the_workshop() -> None:
    text = (PLANS / "workshop" / "customers.json").read_text()
    assert re.findall(r"\d+", text) == [str(number) for number in range(12351, 12357)]
