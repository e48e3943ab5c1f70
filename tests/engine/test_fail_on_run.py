"""What fails a run: thresholds, checks, errors, or what of these the plan names."""

import pytest
from running import Lab

from planrunner.reports.wording import verdict
from planrunner.result import Result

PLAN = """name: lab
target: http://h
load: {{vus: 1, duration: 1s}}
steps:
  - get: /shop
    checks: [{{status: 200}}]
  {step}
fail_on: {fail_on}
{thresholds}
"""
BROKEN = "thresholds: {http_reqs: count > 1000}"
FAILED = "failed: 1 of 1 thresholds broken"
SPARED = "1 of 1 thresholds broken, which does not fail it (not in fail_on)"


def run(fail_on: str, status: int = 200, thresholds: str = "", step: str = "") -> Result:
    plan = PLAN.format(fail_on=fail_on, thresholds=thresholds, step=step)
    return Lab(plan, answer=lambda _: (status, 0.125)).run()


@pytest.mark.parametrize(
    ("fail_on", "status", "code", "sentence"),
    [
        ("[checks]", 201, 99, "failed: 8 checks failed (fail_on: checks)"),
        ("[checks]", 200, 0, "passed: no check failed"),
        ("[errors]", 500, 99, "failed: 8 requests failed (fail_on: errors)"),
        ("[errors]", 201, 0, "passed: no request failed"),
        (
            "[errors, checks]",
            500,
            99,
            "8 requests failed (fail_on: errors); 8 checks failed (fail_on: checks)",
        ),
        ("[thresholds]", 500, 0, "nothing was judged: the plan has no thresholds"),
    ],
)
def test_checks_and_errors_fail_a_run_that_asks_for_it(
    fail_on: str, status: int, code: int, sentence: str
) -> None:
    result = run(fail_on, status)
    assert (result.exit_code, result.verdict) == (code, "failed" if code else "passed")
    assert verdict(result).removesuffix(", but every request failed").endswith(sentence)


def test_a_step_that_could_not_be_carried_out_is_an_error() -> None:
    result = run("[errors]", step='- get: "/${json.missing}"')
    assert result.exit_code == 99
    assert verdict(result) == "failed: 1 step had an error (fail_on: errors)"


@pytest.mark.parametrize(
    ("fail_on", "status", "code", "sentence"),
    [
        (
            "[thresholds, checks]",
            201,
            99,
            f"{FAILED}; 8 checks failed (fail_on: checks)",
        ),
        ("[thresholds, checks]", 200, 99, FAILED),
        ("[checks]", 200, 0, f"passed: {SPARED}, no check failed"),
        ("[checks]", 201, 99, f"failed: 8 checks failed (fail_on: checks); {SPARED}"),
        ("[]", 500, 0, f"passed: {SPARED}, but every request failed"),
    ],
)
def test_the_list_replaces_thresholds(fail_on: str, status: int, code: int, sentence: str) -> None:
    result = run(fail_on, status, BROKEN)
    assert (result.exit_code, verdict(result)) == (code, sentence)
    assert result.thresholds[0].verdict == "failed"


def test_thresholds_that_hold_are_told_whatever_else_could_have_failed() -> None:
    result = run("[thresholds, checks, errors, checks]", thresholds="thresholds: {http_reqs: count > 1}")
    assert result.fail_on == ("thresholds", "checks", "errors")
    assert verdict(result) == "passed: 1 of 1 thresholds hold, no check failed, no request failed"


def test_a_threshold_that_fails_nothing_may_still_stop_the_run() -> None:
    limits = "thresholds: {http_reqs: {threshold: count < 1, abort_on_fail: true}}"
    plan = PLAN.format(fail_on="[checks]", thresholds=limits, step="").replace("1s", "30s")
    result = Lab(plan).run()
    assert (result.stopped, result.exit_code) == ("threshold", 0)
    assert verdict(result).startswith(f"passed: {SPARED}, no check failed; a threshold stopped it after 1")
