"""k6's `--summary-export`."""

import json
from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
import samples

from planrunner.reports.flat import flat
from planrunner.result import Metric, Result


def metrics(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(flat(result))["metrics"]
    return found


def test_times_are_milliseconds() -> None:
    assert metrics(samples.failed())["http_req_duration"]["med"] == 212.0


def test_a_threshold_is_false_when_it_did_not_fail() -> None:
    found = metrics(samples.failed())
    judged = (found["http_req_duration"]["thresholds"], found["slices"]["thresholds"])
    assert judged == ({"p(95)<500": True}, {"avg<12": False})


def test_no_data_is_a_failed_threshold_of_a_metric_without_values() -> None:
    assert metrics(samples.failed())["orders"] == {"thresholds": {"count>10": True}}


def test_of_two_equal_thresholds_the_broken_one_counts() -> None:
    result = samples.failed()
    broken = result.thresholds[0]
    twins = (broken, replace(broken, verdict="passed"))
    assert metrics(replace(result, thresholds=twins))["http_req_duration"]["thresholds"] == {
        "p(95)<500": True
    }


def test_a_part_of_a_metric_is_named_with_its_selector() -> None:
    assert "http_req_duration{expected_response:true}" in metrics(samples.failed())


def test_rates_have_a_value() -> None:
    assert metrics(samples.passed())["checks"] == {"passes": 6512, "fails": 0, "value": 1.0}


def test_checks_of_one_name_are_one() -> None:
    checks = json.loads(flat(samples.failed()))["root_group"]["checks"]
    assert (checks["status is 200"]["passes"], checks["status is 200"]["fails"]) == (4031, 87)


def test_hostile_text_stays_inside_its_strings() -> None:
    written = flat(samples.hostile())
    (name,) = json.loads(written)["root_group"]["checks"]
    assert (name, written.replace("\n", "").isprintable(), written.isascii()) == (samples.NASTY, True, True)


@pytest.mark.parametrize("value", [inf, -inf, nan])
def test_what_is_not_finite_is_null(value: float) -> None:
    made = (
        Metric("c", "counter", "default", "", {"count": value, "rate": 2.0}),
        Metric("t", "trend", "time", "", {"avg": value, "min": 1e308, "max": 2.0}),
        Metric("r", "rate", "default", "", {"passes": value, "fails": 1.0, "rate": value}),
    )
    assert metrics(replace(samples.passed(), metrics=made, thresholds=())) == {
        "c": {"count": None, "rate": 2},
        "t": {"avg": None, "min": None, "max": 2000.0},
        "r": {"passes": None, "fails": 1, "value": None},
    }


def test_large_numbers_are_written_as_javascript_does() -> None:
    made = (Metric("g", "gauge", "default", "", {"value": 1e308, "min": 1e20, "max": 1e21}),)
    written = flat(replace(samples.passed(), metrics=made, thresholds=()))
    assert ('"value": 1e+308' in written, '"min": 100000000000000000000,' in written) == (True, True)
    assert '"max": 1e+21' in written
