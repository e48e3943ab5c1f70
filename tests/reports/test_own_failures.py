"""What every report says of failures that are this machine's own, and of thresholds that were skipped."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import samples
from pizza_run import FILE

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Error, Result, Skipped

OURS = Error(1090, "too many open files on this machine", "recommend", 0, 40, "raise the limit", ours=True)
SKIPPED = Skipped("http_reqs{scenario:buy}", "count > 0", "--scenario leaves it out", FILE, 12)


def own() -> Result:
    return replace(samples.failed(), errors=(OURS, *samples.ERRORS))


def skipping() -> Result:
    return replace(samples.passed(), skipped=(SKIPPED,))


def plain(result: Result) -> str:
    return summary(result, color=False)


REPORTS: list[Callable[[Result], str]] = [plain, markdown, html, junit]


@pytest.mark.parametrize("report", REPORTS)
def test_what_is_our_own_fault_is_said(report: Callable[[Result], str]) -> None:
    text = report(own()).replace("&#39;", "'")
    assert "this machine's fault, not the target's: too many open files on this machine" in text
    assert text.count("this machine's fault") == text.count("too many open files")


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_lets_such_a_run_be_trusted(report: Callable[[Result], str]) -> None:
    sent = sum(request.count for request in own().requests)
    said = f"do not trust it: 40 of {sent} requests failed because of this machine"
    assert (said in report(own()), "do not trust" in report(samples.failed())) == (True, False)


def test_only_our_own_failures_are_counted() -> None:
    assert (own().own_failures, samples.failed().own_failures) == (40, 0)


@pytest.mark.parametrize("report", REPORTS)
def test_a_skipped_threshold_is_shown_with_its_reason(report: Callable[[Result], str]) -> None:
    text = report(skipping()).replace("&gt;", ">")
    assert all(part in text for part in ("http_reqs{scenario:buy}", "count > 0", "--scenario leaves it out"))


def test_a_skipped_threshold_is_neither_kept_nor_broken() -> None:
    total = len(skipping().thresholds)
    assert wording.verdict(skipping()) == f"passed: {total} of {total} thresholds hold; 1 skipped"
    assert '<testsuite name="Pizza recommendations"' in junit(skipping())
    assert 'skipped="1"' in junit(skipping())


def test_a_run_whose_thresholds_were_all_skipped_judged_nothing() -> None:
    nothing = replace(skipping(), judged=False, thresholds=())
    assert wording.verdict(nothing) == "nothing was judged: its only threshold was skipped"
    twice = replace(nothing, stopped="interrupted", skipped=nothing.skipped * 2)
    assert wording.verdict(twice).endswith("nothing was judged, all its 2 thresholds were skipped")
    assert "The plan has no thresholds" not in html(nothing)
