"""k6's `--summary-export`."""

import json
from dataclasses import replace
from typing import Any

import samples

from planrunner.reports.flat import flat
from planrunner.result import Result


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
