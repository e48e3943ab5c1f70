"""A page stays small whatever the run was, and says what it leaves out."""

import random
import re
from dataclasses import replace
from functools import cache

import pytest
import samples
from pizza_run import moments, trend
from rich_run import course, rich

from planrunner.reports.html import html
from planrunner.reports.html.size import MOST, SIZES
from planrunner.result import Check, CheckSample, Error, Metric, Result, ScenarioInfo, columns, pulses

MANY = SIZES[-2].rows + 10


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
    """More of everything than any size but the largest shows, each with a long text."""
    result = samples.hostile(text)
    sample = CheckSample(1.0, text, text, text)
    check = Check(text, text, text, 1, 1, (sample,) * 10, text, 1)
    return replace(
        result,
        checks=(check,) * MANY + (replace(check, fails=0),) * MANY,
        errors=result.errors * MANY,
        requests=result.requests * MANY,
        thresholds=result.thresholds * MANY,
        metrics=(*result.metrics, *[Metric(text, "trend", "time", text, trend(1.0, 4))] * MANY),
        scenarios=(ScenarioInfo(text, text, text, 1),) * MANY,
        plan=replace(result.plan, text=f"{text}\n" * (SIZES[-2].lines + 50), file="p.yml"),
    )


@pytest.mark.slow
def test_a_long_run_with_thousands_of_errors_makes_a_small_page() -> None:
    page = html(huge())
    assert len(page.encode()) < 700_000
    assert "and 9,800 more; the raw result has them all" in page
    assert "and 100 more; the raw result has them all" in page


@cache
def swollen(sign: str) -> str:
    return html(hostile(sign * 1000))


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["\u202e", "\U0001f355", "'"], ids=["replaced", "pizza", "escaped"])
def test_no_page_grows_beyond_a_megabyte(sign: str) -> None:
    assert len(swollen(sign).encode()) <= MOST


@pytest.mark.slow
def test_what_is_left_out_is_said() -> None:
    page = swollen("'")
    assert "The raw result is too large for this page" in page
    left = [int(count.replace(",", "")) for count in re.findall(r"and ([\d,]+) more; the raw", page)]
    assert MANY - SIZES[-1].rows in left


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
