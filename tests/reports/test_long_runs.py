"""Reports of a run of eight hours are small and can be read, like those of one of ten seconds."""

from functools import cache

import pytest

from benchmarks.long_runs import eight_hours, ten_seconds
from planrunner.reports.html import html
from planrunner.reports.html.size import MOST
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.parts import MOST as MOST_MARKDOWN
from planrunner.reports.summary import summary
from planrunner.result import Result, fit, to_json
from planrunner.result.fitting import MOST as MOST_JSON

pytestmark = pytest.mark.slow


@cache
def whole() -> Result:
    return eight_hours()


@cache
def long() -> Result:
    """The result as it is kept and reported."""
    return fit(whole())


def test_the_run_is_as_long_as_it_says() -> None:
    result = whole()
    assert (result.duration, len(result.requests), len(result.errors)) == (28_800.0, 300, 10_000)
    assert result.value("http_reqs", "count") == sum(one.count for one in result.requests)
    assert result.value("http_req_failed", "passes") == sum(one.count for one in result.errors)


def test_the_html_of_eight_hours_is_small_and_says_what_it_leaves_out() -> None:
    page = html(long())
    assert 300_000 < len(page.encode()) < MOST
    assert "and 100 more; the raw result has them all" in page  # requests
    assert "9,500 kinds of errors: counted as one" in page
    assert page.count("<svg") < 250


def test_the_html_of_ten_seconds_is_an_ordinary_one() -> None:
    page = html(fit(ten_seconds()))
    assert len(page.encode()) < 200_000
    assert "data:application/json;base64," in page
    assert "more; the raw result" not in page


def test_the_other_reports_of_eight_hours_are_small() -> None:
    assert len(to_json(long())) < MOST_JSON
    assert len(markdown(long())) < MOST_MARKDOWN
    assert len(junit(long())) < 200_000
    assert len(summary(long(), color=False).splitlines()) < 100


def test_the_timeline_has_hours_on_its_axis_and_its_phases() -> None:
    page = html(long())
    assert all(f">{hour}h<" in page for hour in range(1, 9))
    assert ">ramp-up to 40 VUs<" in page
