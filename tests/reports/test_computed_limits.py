"""Limits that are computed, windows, and percentiles of too few samples: what reports say of them."""

from dataclasses import replace

import pytest
import samples

from planrunner.reports import wording
from planrunner.reports.flat import flat
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Result, Term, Threshold

BASELINE = Term("baseline", 0.1909, "time")
REQUESTS = Term("count of http_reqs", 1000.0, "default")


def limit(**changes: object) -> Threshold:
    first = samples.failed().thresholds[0]  # http_req_duration p(95) < 500ms, measured 518.976 ms
    return replace(first, **changes)  # type: ignore[arg-type]


def with_limit(threshold: Threshold) -> Result:
    return replace(samples.failed(), thresholds=(threshold,))


COMPUTED = limit(
    limit=0.21, limit_text="baseline * 1.1", terms=(BASELINE,), expression="p(95) < baseline * 1.1"
)
WINDOW = limit(over=30.0, at=41.0, expression="p(95) < 500ms over 30s")


@pytest.mark.parametrize(
    ("threshold", "told"),
    [
        (COMPUTED, "147 % over the limit; limit 210ms (baseline 190.9ms)"),
        (replace(COMPUTED, terms=(), limit_text="2 * 105ms"), "147 % over the limit; limit 210ms"),
        (
            replace(COMPUTED, terms=(BASELINE, REQUESTS)),
            "147 % over the limit; limit 210ms (baseline 190.9ms, count of http_reqs 1000)",
        ),
        (WINDOW, "3.7 % over the limit; in the 30s up to 41s"),
        (replace(WINDOW, at=None), "3.7 % over the limit; in all of the run, which was shorter than 30s"),
        (
            replace(COMPUTED, over=5.0, at=9.0),
            "147 % over the limit; limit 210ms (baseline 190.9ms); in the 5s up to 9s",
        ),
        (replace(COMPUTED, limit=None, verdict="no data", reason="the baseline has none"), ""),
    ],
)
def test_the_distance_says_what_the_limit_came_to_and_in_which_window(
    threshold: Threshold, told: str
) -> None:
    assert wording.difference(threshold) == told


@pytest.mark.parametrize(
    ("threshold", "told"),
    [
        (COMPUTED, "95 % of the requests must take less than 210ms (baseline * 1.1)"),
        (replace(COMPUTED, limit=None), "95 % of the requests must take less than baseline * 1.1"),
        (WINDOW, "95 % of the requests must take less than 500ms, in any 30s"),
    ],
)
def test_a_computed_limit_has_a_meaning(threshold: Threshold, told: str) -> None:
    assert wording.meaning(threshold) == told


def test_every_report_says_what_a_limit_came_to() -> None:
    result = with_limit(COMPUTED)
    for text in (summary(result, color=False), markdown(result), junit(result), html(result)):
        assert "limit 210ms (baseline 190.9ms)" in text


def test_a_limit_that_holds_says_in_the_summary_and_junit_what_it_came_to() -> None:
    result = with_limit(replace(COMPUTED, limit=0.6, verdict="passed"))
    assert "p(95)=518.97ms (limit 600ms (baseline 190.9ms))" in summary(result, color=False)
    assert "limit 600ms (baseline 190.9ms)</system-out>" in junit(result)


def test_a_limit_that_is_not_known_is_drawn_nowhere() -> None:
    result = with_limit(replace(COMPUTED, limit=None, verdict="no data", reason="the baseline has none"))
    page = html(result)
    assert "no data" in page
    assert "limit p(95)" not in page


@pytest.mark.parametrize("threshold", [COMPUTED, WINDOW, replace(COMPUTED, limit=None)])
def test_the_summary_export_writes_what_k6_cannot_as_it_stands_in_the_plan(threshold: Threshold) -> None:
    assert f'"{threshold.expression}": true' in flat(with_limit(threshold))


FEW = replace(
    samples.passed(),
    thresholds=(limit(few=True, verdict="passed", samples=12, limit=0.6),),
    metrics=tuple(
        replace(metric, few=("p(90)", "p(95)", "p(99)")) if metric.type == "trend" else metric
        for metric in samples.passed().metrics
    ),
    requests=tuple(replace(one, few=("p95", "p99")) for one in samples.passed().requests),
)


def test_percentiles_of_too_few_samples_are_marked_in_every_report() -> None:
    assert "p(95)=~518.97ms" in summary(FEW, color=False)
    assert "| ~" in markdown(FEW)
    assert "measured ~518.97ms, 13 % under the limit</system-out>" in junit(FEW)
    assert "95 % of them were answered within ~518.97ms." in html(FEW)
    assert '<td class="n t strong">~' in html(FEW)


def test_the_mark_is_explained_once_with_the_percentile_that_takes_most() -> None:
    told = "~: too few samples to carry this percentile; p(95) takes 72."
    assert summary(FEW, color=False).count(told) == markdown(FEW).count(told) == 1
    assert "p(99) takes 368." in html(FEW)
    assert "~:" not in summary(samples.passed(), color=False) + markdown(samples.passed())


def test_both_marks_may_stand_at_one_value() -> None:
    assert wording.marked("3ms", censored=True, few=True) == ">= ~3ms"
    assert wording.equation("p(99)", wording.marked("3ms", censored=True, few=True)) == "p(99)>=~3ms"


def test_a_broken_threshold_that_does_not_fail_the_run_fails_no_case() -> None:
    result = replace(with_limit(WINDOW), fail_on=(), verdict="passed", exit_code=0, stopped="threshold")
    assert "<failure" not in junit(result)
    assert "it does not fail the run (not in fail_on)</system-out>" in junit(result)
    empty = replace(result, thresholds=(replace(WINDOW, verdict="no data", reason="no samples"),))
    assert "no data: no samples; it does not fail the run" in junit(empty)
