"""A page stays small whatever the run was, and says what it leaves out."""

import random
import re
from dataclasses import replace

import pytest
import samples
from pizza_run import moments, trend
from rich_run import course, rich

from planrunner.reports.html import html
from planrunner.reports.html.size import MOST, SIZES
from planrunner.result import Check, CheckSample, Error, Metric, Result, ScenarioInfo, columns, pulses


def huge() -> Result:
    """Eight hours, 300 endpoints, 10,000 kinds of errors."""
    result = rich()
    course_of_it = [replace(m, at=m.at * 24, seconds=24.0) for m in moments(1200)]
    return replace(
        result,
        duration=28_800.0,
        timeline=columns(course_of_it),
        health=replace(result.health, course=pulses(course(600))),
        requests=tuple(samples.request(f"GET /items/{n}", 9000 - n, n % 7, 0.02) for n in range(300)),
        errors=tuple(
            Error(1500, f"error {n}", f"GET /{n % 300}", 500, 10_000 - n, "See.") for n in range(10_000)
        ),
    )


def hostile(text: str) -> Result:
    """Hundreds of everything, each with a long text of signs that have to be escaped."""
    result = samples.hostile(text)
    sample = CheckSample(1.0, text, text, text)
    check = Check(text, text, text, 1, 1, (sample,) * 10, text, 1)
    return replace(
        result,
        checks=(check,) * 300 + (replace(check, fails=0),) * 300,
        errors=result.errors * 200,
        requests=result.requests * 100,
        thresholds=result.thresholds * 50,
        metrics=(*result.metrics, *[Metric(text, "trend", "time", text, trend(1.0, 4))] * 3000),
        scenarios=(ScenarioInfo(text, text, text, 1),) * 300,
        plan=replace(result.plan, text=f"{text}\n" * 2000, file="p.yml"),
    )


@pytest.mark.slow
def test_a_long_run_with_thousands_of_errors_makes_a_small_page() -> None:
    page = html(huge())
    assert len(page.encode()) < 700_000
    assert "and 9,800 more; the raw result has them all" in page
    assert "and 100 more; the raw result has them all" in page


@pytest.mark.slow
@pytest.mark.parametrize("text", ["<" * 1000, "'" * 1000, "\u202e" * 1000, "\U0001f355" * 1000])
def test_no_page_grows_beyond_a_megabyte(text: str) -> None:
    assert len(html(hostile(text)).encode()) <= MOST


@pytest.mark.slow
def test_what_is_left_out_is_said() -> None:
    page = html(hostile("<" * 1000))
    assert "The raw result is too large for this page" in page
    left = [int(count.replace(",", "")) for count in re.findall(r"and ([\d,]+) more; the raw", page)]
    assert 300 - SIZES[-1].rows in left


def test_a_run_of_ten_seconds_has_a_page_with_its_raw_result() -> None:
    short = replace(samples.passed(), duration=10.0, timeline=columns(moments(10)))
    page = html(short)
    assert len(page.encode()) < 160_000
    assert "data:application/json;base64," in page


@pytest.mark.slow
def test_a_raw_result_that_would_swell_the_page_is_left_out() -> None:
    noise = random.Random(1)
    text = "\n".join("".join(noise.choices("abcdefgh: ", k=200)) for _ in range(2900))
    page = html(replace(samples.passed(), plan=replace(samples.passed().plan, text=text)))
    assert len(page.encode()) <= MOST
    assert "The raw result is too large for this page" in page
