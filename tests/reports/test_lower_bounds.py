"""Times that are only known to be at least so much: no report shows one as if it were known."""

from dataclasses import replace

import pytest
import samples

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.html.charts.timeline import timeline
from planrunner.reports.junit import junit
from planrunner.result import Metric, Result, Threshold

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
    assert wording.lower_bounds(samples.overloaded()) == (
        "960 of 6,874 iterations were dropped because no VU was free (raise `max_vus`), "
        "2 were interrupted: values with >= are at least that."
    )


def hiding(executors: tuple[str, ...], **counts: int) -> str:
    """Explain the bounds of a run with these scenarios and losses, and 10 iterations."""
    result = samples.overloaded()
    counts = {"iterations": 10, **counts}
    kept = tuple(m for m in result.metrics if m.name not in {*counts, *samples.LOST})
    made = tuple(Metric(name, "counter", "default", "", {"count": n}) for name, n in counts.items())
    scenarios = tuple(replace(result.scenarios[0], name=one, executor=one) for one in executors)
    return wording.lower_bounds(replace(result, metrics=(*kept, *made), scenarios=scenarios))


OPEN, LOOP = "ramping-arrival-rate", "shared-iterations"


@pytest.mark.parametrize(
    ("executors", "counts", "told"),
    [
        ((OPEN,), {"dropped_iterations": 1}, "1 of 11 iterations was dropped because no VU was free"),
        ((LOOP,), {"dropped_iterations": 7, "interrupted_iterations": 4}, "4 of 14 iterations were interr"),
        ((LOOP,), {"interrupted_iterations": 1}, "1 of 11 iterations was interrupted at the end (raise `gr"),
        ((OPEN, LOOP), {"dropped_iterations": 7}, "Iterations were dropped or interrupted: values with >="),
    ],
)
def test_only_what_was_due_counts_as_dropped(
    executors: tuple[str, ...], counts: dict[str, int], told: str
) -> None:
    assert hiding(executors, **counts).startswith(told)


def test_where_the_run_was_stopped_a_longer_end_is_no_advice() -> None:
    stopped = replace(samples.overloaded(), stopped="interrupted", scenarios=())
    kept = tuple(m for m in stopped.metrics if m.name != "dropped_iterations")
    told = "2 of 5,914 iterations were interrupted: values with >= are at least that."
    assert wording.lower_bounds(replace(stopped, metrics=kept)) == told


def test_the_request_table_breaks_lower_bounds_rather_than_lose_its_last_column() -> None:
    page = html(green())
    assert '<table class="dense sortable">' in page
    assert ".dense .t { white-space: normal;" in page


def test_the_html_report_marks_numbers_tables_and_curves() -> None:
    page = html(green())
    assert '<p class="value">&gt;= 518.97ms</p>' in page
    assert '<p class="value">212ms</p>' in page
    assert '<td class="n t strong">&gt;= 310.89ms</td>' in page
    assert "95 % of them were answered within 518.97ms, as far as is known." in page
    said = "(raise <code>max_vus</code>), 2 were interrupted: values with &gt;= are at least that."
    assert page.count(said) == 3  # where the numbers, the requests and the metrics are
    assert "&gt;=" not in html(samples.passed())


def test_a_moment_tells_its_lower_bounds() -> None:
    told = timeline(samples.overloaded())
    assert ", p95 &gt;= " in told or ", p95 >= " in told
    assert "p50 >=" not in told


def test_junit_tells_a_case_that_passed_as_far_as_is_known() -> None:
    assert f"<system-out>measured &gt;= 1.44s, at least; {WHY}</system-out>" in junit(green())
