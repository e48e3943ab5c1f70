"""Sections of the HTML report that say only what holds for them."""

import re
from dataclasses import replace

import pytest
import samples

from planrunner.reports.html import html
from planrunner.result import Finding, Health, Result


def section(result: Result, name: str) -> str:
    """Return what stands there up to the next section."""
    found = re.search(
        rf'<section[^>]*(?:id|class)="[^"]*{name}".*?(?=<section|</main>)', html(result), re.DOTALL
    )
    assert found
    return found[0]


@pytest.mark.parametrize(("of", "told"), [("requests", True), ("numbers", False), ("metrics", False)])
def test_a_mark_is_explained_where_it_stands_and_nowhere_else(of: str, told: bool) -> None:
    first, *others = samples.passed().requests
    result = replace(samples.passed(), requests=(replace(first, few=("p99",)), *others))
    assert ("~: too few samples" in section(result, of)) == told


def test_a_number_at_the_top_that_is_marked_is_explained_below() -> None:
    passed = samples.passed()
    metrics = [replace(one, few=("p(95)",)) for one in passed.metrics if one.name == "http_req_duration"]
    assert "~: too few samples" in section(replace(passed, metrics=tuple(metrics)), "numbers")


@pytest.mark.parametrize(
    ("trust", "tone"), [("trusted", "passed"), ("degraded", "passed"), ("untrusted", "doubtful")]
)
def test_who_passed_but_cannot_be_trusted_is_not_green(trust: str, tone: str) -> None:
    reason = Finding("clock", "untrusted", "the clock jumped", "keep it")
    result = replace(samples.passed(), health=Health(trust, (reason,)))  # type: ignore[arg-type]
    assert f'<header class="banner {tone}">' in html(result)


def test_a_plan_without_limits_that_failed_is_not_said_to_be_unable_to() -> None:
    assert "so nothing could fail" in html(samples.unjudged())
    assert "so nothing could fail" not in html(replace(samples.unjudged(), verdict="failed", reason="quit"))


def test_what_stands_in_backticks_in_the_verdict_is_set_as_code() -> None:
    result = replace(samples.failed(), reason="the plan stopped the test: `stop: <test>`", stopped="plan")
    assert "<code>stop: &lt;test&gt;</code></h1>" in html(result)


def test_one_request_is_told_as_one() -> None:
    passed = samples.passed()
    metrics = [
        replace(one, values={**one.values, "count": 1.0}) if one.name == "http_reqs" else one
        for one in passed.metrics
    ]
    assert "1 request in 3m30s" in html(replace(passed, metrics=tuple(metrics)))
