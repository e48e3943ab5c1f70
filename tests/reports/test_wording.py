"""The words that all reports share."""

from dataclasses import replace

import pytest
import samples

from planrunner.reports import wording
from planrunner.result import Metric


@pytest.mark.parametrize(
    ("failed", "iterations", "doubts"),
    [
        (0, 5, ""),
        (9, 5, ", but every request failed"),
        (0, 0, ", but no iteration was completed"),
        (9, 0, ", but every request failed and no iteration was completed"),
    ],
)
def test_a_green_verdict_that_is_worth_little_says_so(failed: int, iterations: int, doubts: str) -> None:
    green = samples.passed()
    metric = Metric("iterations", "counter", "default", "", {"count": iterations, "rate": 1.0})
    requests = (replace(green.requests[0], count=9, failed=failed),)
    result = replace(green, metrics=(metric,), requests=requests)
    held = f"{len(green.thresholds)} of {len(green.thresholds)} thresholds hold"
    assert wording.verdict(result) == f"passed: {held}{doubts}"
    unjudged = replace(result, thresholds=(), judged=False)
    assert wording.verdict(unjudged) == f"nothing was judged: the plan has no thresholds{doubts}"


@pytest.mark.parametrize(
    ("contains", "limit", "measured", "words"),
    [
        ("time", 0.01, 0.0123, "23 % over the limit"),
        ("time", 0.5, 0.4, "20 % under the limit"),
        ("time", 0.5, 0.50001, "less than 0.1 % over the limit"),
        ("time", 0.5, 0.5, "exactly at the limit"),
        ("time", 0.1, 1.25, "12 times the limit"),
        ("time", 0.0, 0.25, "250ms over the limit"),
        ("data", 1000.0, 1100.0, "10 % over the limit"),
        ("share", 0.01, 0.25, "24 percentage points over the limit"),
        ("share", 0.99, 0.98999, "less than 0.01 percentage points under the limit"),
        ("share", 0.5, 0.51, "1 percentage point over the limit"),
        ("share", 0.0, 0.002, "0.2 percentage points over the limit"),
        ("default", -10.0, -5.0, "50 % over the limit"),
        ("rate", 90.0, 45.0, "50 % under the limit"),
    ],
)
def test_the_distance_to_a_limit_is_told(contains: str, limit: float, measured: float, words: str) -> None:
    threshold = samples.limit("m", "avg < 1", limit, measured, 1)
    assert wording.difference(replace(threshold, contains=contains)) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metric", "expression", "value", "meaning"),
    [
        ("http_req_duration", "p(95) < 500ms", 0.5, "95 % of the requests must take less than 500ms"),
        ("http_req_duration", "avg <= 500ms", 0.5, "requests must take at most 500ms on average"),
        ("http_req_failed", "rate < 1%", 0.01, "the share of failed requests must be less than 1%"),
        ("checks", "rate >= 99.9%", 0.999, "the share of checks that hold must be at least 99.9%"),
        ("http_reqs", "count > 10", 10.0, "the number of requests must be more than 10"),
        (
            "http_req_duration{a:b}",
            "max < 1ms",
            0.001,
            "the slowest request must take less than 1ms (only a:b)",
        ),
        ("slices", "avg < 12", 12.0, ""),
        ("http_reqs", "count ~ 10", 10.0, ""),
    ],
)
def test_a_limit_is_put_into_a_testers_words(
    metric: str, expression: str, value: float, meaning: str
) -> None:
    assert wording.meaning(samples.limit(metric, expression, value, None, 1)) == meaning


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00%"), (0.014, "1.40%"), (0.00002, "0.002%"), (0.99999, "99.99%")]
)
def test_a_share_above_nothing_never_reads_as_nothing(value: float, text: str) -> None:
    assert wording.show_share(value) == text


def test_too_few_samples_are_no_data_even_with_a_measured_value() -> None:
    limit = replace(samples.failed().thresholds[0], verdict="no data", reason="3 samples of at least 1000")
    assert wording.measured(limit) == "no data: 3 samples of at least 1000"


def test_no_data_without_a_reason_is_just_that() -> None:
    assert wording.measured(replace(samples.failed().thresholds[-1], reason="")) == "no data"


def test_a_judged_limit_without_a_value_reads_as_no_data() -> None:
    assert wording.measured(replace(samples.failed().thresholds[0], measured=None)) == "no data"


def test_a_place_without_a_line_is_the_file() -> None:
    assert wording.place("command line", 0) == "command line"


def test_what_was_not_measured_has_no_distance() -> None:
    assert wording.difference(samples.failed().thresholds[-1]) == ""


def test_clipped_text_says_that_it_was_cut() -> None:
    assert wording.clip("a\x1bb" * 100, 5) == "a\ufffdba…"
