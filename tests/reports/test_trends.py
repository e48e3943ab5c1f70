"""Runs beside each other: as a list, and as a page."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
import samples

from planrunner.reports.history import MOST_PLANS, MOST_RUNS, history_html, history_lines, run
from planrunner.reports.trends import Point, trend
from planrunner.units import show_duration

FAILED, PASSED = run(samples.failed()), run(samples.passed())


def test_the_list_has_a_row_for_each_run() -> None:
    nothing = run(samples.empty())
    assert history_lines([FAILED, PASSED, nothing]) == [
        "    when (UTC)        plan                   verdict  p95       failed  requests/s  commit",
        "  ✗ 2026-03-14 09:26  Pizza recommendations  failed   518.97ms  1.33%   31/s        0123456789ab",
        "  ✓ 2026-03-14 09:26  Pizza recommendations  passed   518.97ms  0.00%   31/s        0123456789ab",
        "  ✗ 2026-03-14 09:26                         failed   –         –       –",  # noqa: RUF001
    ]


def test_each_plan_has_a_part_of_the_page_with_its_trends() -> None:
    other = replace(PASSED, plan="Other", file="o.yml")
    page = history_html([FAILED, other, PASSED])
    assert re.findall(r"<h2>(.*?) <", page) == ["Pizza recommendations", "Other"]
    assert re.findall(r"<figcaption>(.*?)</", page) == [
        *["Slow 5 % (p95)", "Failed requests", "Requests per second"] * 2
    ]
    assert (page.count("<circle"), page.count("2 runs in numbers"), page.count("1 run in numbers")) == (
        9,
        1,
        1,
    )


def test_what_was_never_measured_is_not_drawn() -> None:
    page = history_html([run(samples.empty())])
    assert ("<svg" in page, "1 run</h1>" in page) == (False, True)


def test_the_page_is_bounded() -> None:
    many = [replace(PASSED, plan=str(number)) for number in range(MOST_PLANS + 2)]
    assert "And 2 more plans." in history_html(many)
    assert history_html([PASSED] * 2 * MOST_RUNS).count("<circle") == 3 * MOST_RUNS


@pytest.mark.parametrize("count", [0, 1])
def test_one_of_them_is_not_called_many(count: int) -> None:
    page = history_html([replace(PASSED, plan=str(number)) for number in range(MOST_PLANS + count)])
    assert ("And 1 more plan." in page) == bool(count)


def test_hostile_text_stays_text() -> None:
    hostile = replace(samples.hostile(), reason=samples.NASTY, stopped="setup", exit_code=107)
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    page = history_html([run(hostile)] * 2)
    parser.feed(page)
    assert {"script", "img"} & set(tags) == set()
    assert page.replace("\n", "").isprintable()
    assert all(line.isprintable() for line in history_lines([run(hostile)]))


def drawn(*points: Point) -> ET.Element:
    return ET.fromstring(trend("Slow", points, show_duration))


def test_a_trend_has_a_dot_for_each_run_in_the_colour_of_its_verdict() -> None:
    image = drawn(
        Point(0.1, "mon", "passed"),
        Point(0.4, "tue", "failed"),
        Point(None, "wed", "failed"),
        Point(0.2, "thu", "unjudged"),
    )
    dots = list(image.iter("{http://www.w3.org/2000/svg}circle"))
    assert [(dot.get("cx"), dot.get("cy"), dot.get("fill")) for dot in dots] == [
        ("90.0", "101.5", "#1a7f37"),
        ("386.7", "16.0", "#cf222e"),
        ("980.0", "73.0", "#9a6700"),
    ]
    title = image.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "Slow: 200ms in the newest run, at most 400ms"


def test_one_run_stands_in_the_middle_and_nothing_at_the_bottom() -> None:
    (dot,) = drawn(Point(0.0, "mon", "passed")).iter("{http://www.w3.org/2000/svg}circle")
    assert (dot.get("cx"), dot.get("cy")) == ("535.0", "130.0")


def test_without_a_number_there_is_no_trend() -> None:
    assert trend("Slow", [Point(None, "mon", "passed")], show_duration) == ""
