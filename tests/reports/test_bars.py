"""The small drawings in tables."""

import re
from dataclasses import replace

import samples

from planrunner.reports.html.charts.bars import headroom, spread


def test_the_bar_ends_at_the_measured_value_and_the_mark_stands_at_the_limit() -> None:
    svg = headroom(samples.limit("m", "avg < 100", 100.0, 50.0, 1))
    assert (re.findall(r'width="([\d.]+)" height="6"', svg)[1], re.findall(r'x1="([\d.]+)"', svg)) == (
        "67.0",
        ["133.9"],
    )


def test_what_was_not_measured_has_no_bar() -> None:
    assert headroom(samples.failed().thresholds[-1]) == ""


def test_negative_values_have_no_bar() -> None:
    assert headroom(samples.limit("m", "avg < 1", 1.0, -1.0, 1)) == ""


def test_nothing_against_nothing_can_be_drawn() -> None:
    assert 'x1="0.0"' in headroom(samples.limit("m", "rate < 0%", 0.0, 0.0, 1))


def test_a_spread_runs_from_min_to_max_on_a_logarithmic_axis() -> None:
    request = replace(samples.request("a", 1, 0, 1.0), min=0.01, med=0.1, p95=1.0, p99=1.0, max=1.0)
    svg = spread(request, 0.01, 1.0)
    assert re.search(r'x1="2.0" x2="148.0"', svg)
    assert re.search(r'x="75.0" y="3" width="73.0"', svg)


def test_a_request_without_replies_has_no_spread() -> None:
    assert spread(samples.request("a", 1, 0, None), 0.01, 1.0) == ""


def test_equal_times_have_no_spread() -> None:
    assert spread(samples.request("a", 1, 0, 1.0), 1.0, 1.0) == ""
