"""Times that are only known to be at least so much: no report shows one as if it were known."""

from dataclasses import replace

import pytest
import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.timeline import timeline
from planrunner.result import Result, Threshold

WHY = "14 % of the iterations were dropped or interrupted"


def bound(measured: float, verdict: str) -> Threshold:
    first = replace(samples.overloaded().thresholds[0], limit=0.5, measured=measured)
    return replace(first, verdict=verdict)  # type: ignore[arg-type]


def green() -> Result:
    result = samples.overloaded()
    return replace(result, thresholds=result.thresholds[1:], verdict="passed", exit_code=0)


@pytest.mark.parametrize(
    ("measured", "verdict", "told"),
    [
        (0.6, "failed", f"at least 20 % over the limit; {WHY}"),
        (6.0, "failed", f"at least 12 times the limit; {WHY}"),
        (0.5, "passed", f"at least; {WHY}"),
        (0.2, "passed", f"at least; {WHY}"),
    ],
)
def test_the_distance_to_a_limit_is_one_at_least(measured: float, verdict: str, told: str) -> None:
    assert wording.difference(bound(measured, verdict)) == told


def test_a_green_verdict_says_how_many_limits_hold_only_as_far_as_is_known() -> None:
    doubt = "but 1 of them without the slowest times: iterations were dropped or interrupted"
    assert wording.verdict(green()) == f"passed: 1 of 1 thresholds hold, {doubt}"


def test_the_marks_are_explained_where_there_are_some() -> None:
    assert wording.lower_bounds(samples.passed()) == ""
    assert wording.lower_bounds(samples.overloaded()).startswith("A time with >= was at least that long: ")


def test_the_html_report_marks_numbers_tables_and_curves() -> None:
    page = html(green())
    assert '<p class="value">&gt;= 518.97ms</p>' in page
    assert '<p class="value">212ms</p>' in page
    assert '<td class="n strong">&gt;= 310.89ms</td>' in page
    assert "95 % of them were answered within 518.97ms, as far as is known." in page
    assert wording.lower_bounds(green()).replace(">", "&gt;") in page
    assert "&gt;=" not in html(samples.passed())


def test_a_moment_tells_its_lower_bounds() -> None:
    told = timeline(samples.overloaded())
    assert ", p95 &gt;= " in told or ", p95 >= " in told
    assert "p50 >=" not in told


def test_junit_tells_a_case_that_passed_as_far_as_is_known() -> None:
    assert f"<system-out>measured &gt;= 1.44s, at least; {WHY}</system-out>" in junit(green())
