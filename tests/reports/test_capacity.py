"""What reports say of a search, and how its curve is drawn."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from search_samples import LEVELS, exhausted, level, search, searched, starved, unbearable, with_search

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.html.charts.capacity import LOWER, UPPER, chart
from planrunner.reports.html.charts.drawing import LEFT, RIGHT
from planrunner.reports.junit import junit
from planrunner.reports.markdown import markdown
from planrunner.reports.summary import summary
from planrunner.result import Capacity, Result, from_json, to_json


def drawn(result: Result, path: str) -> list[ET.Element]:
    return ET.fromstring(chart(result)).findall(path, {"": "http://www.w3.org/2000/svg"})


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            search(*LEVELS),
            "holds 850/s (p(95) 212ms); breaks at 900/s: http_req_duration p(95) < 500ms measured 731ms",
        ),
        (search(*LEVELS[:2], ended="top"), "holds 800/s (p(95) 120ms), the highest level it was to try"),
        (
            search(LEVELS[2], ended="bottom"),
            "breaks at 1600/s already: http_req_duration p(95) < 500ms measured 731ms and 1 more",
        ),
        (search(ended="interrupted"), "the search is not complete"),
        (search(ended="interrupted", reason="an agent"), "the search is not complete: an agent"),
        (
            search(replace(LEVELS[0], p95=None), LEVELS[3]),
            "holds 400/s; breaks at 1130/s: no request was answered",
        ),
        (replace(search(replace(LEVELS[0], level=1)), find="vus", last_good=1), "holds 1 VU (p(95) 90ms)"),
        (search(ended="no data"), ""),
    ],
)
def test_what_was_found_is_said_in_a_sentence(found: Capacity, said: str) -> None:
    assert wording.capacity(found) == said


def test_the_file_of_a_result_keeps_what_was_found() -> None:
    assert from_json(to_json(searched())) == searched()


def test_levels_are_told_from_the_lowest_to_the_highest() -> None:
    rows = [
        line for line in summary(searched(), color=False).splitlines() if re.match(r"    [✓✗] +\d+/s", line)
    ]
    assert [row.split()[1] for row in rows] == ["400/s", "800/s", "850/s", "900/s", "1130/s", "1600/s"]
    assert len({row.index("%") for row in rows}) == 1


def test_a_search_that_tried_nothing_has_no_table() -> None:
    nothing = with_search(search(ended="interrupted"))
    assert "CAPACITY" not in summary(nothing, color=False)
    assert "| Level |" not in markdown(nothing)
    assert 'id="capacity"' not in html(nothing)
    assert chart(nothing) == ""
    assert wording.judged_at(search()) == ""


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (searched(), "system-out"),
        (exhausted(), "system-out"),
        (unbearable(), "failure"),
        (starved(), "failure"),
    ],
)
def test_junit_has_a_case_for_what_was_found(result: Result, kind: str) -> None:
    cases = ET.fromstring(junit(result).encode()).iter("testcase")
    (case,) = [case for case in cases if case.get("name") == "browse / capacity"]
    assert [child.tag for child in case] == [kind]
    assert wording.capacity(result.capacity or search()) in "".join(case.itertext())


def test_a_search_that_was_interrupted_before_anything_held_is_a_skipped_case() -> None:
    result = replace(with_search(search(ended="interrupted")), stopped="interrupted", exit_code=105)
    cases = ET.fromstring(junit(result).encode()).iter("testcase")
    (case,) = [case for case in cases if case.get("name") == "browse / capacity"]
    assert [(one.tag, one.get("message")) for one in case] == [("skipped", "the search is not complete")]


def test_the_story_of_the_page_says_which_level_it_is_about() -> None:
    told = "6 levels were tried in 3m30s. The thresholds are judged at 850/s; the totals are those of all"
    assert told in html(searched())
    assert "1 level was tried in 3m30s. The thresholds are judged at 400/s" in html(unbearable())


def test_good_and_bad_levels_differ_in_shape_as_well() -> None:
    marks = {one.get("class"): one.findall("{*}path")[0].get("d") for one in drawn(searched(), "g")}
    assert marks.keys() == {"mark good", "mark bad"}
    assert "a5.5" in str(marks["mark good"])
    assert "l11 11" in str(marks["mark bad"])


def test_each_level_tells_its_numbers_under_the_mouse() -> None:
    titles = [one.findtext("{*}title") for one in drawn(searched(), "g")]
    assert titles[2:4] == [
        "level 850/s held: p(95) 212ms, 0.00% failed",
        "level 900/s broke: http_req_duration p(95) < 500ms measured 731ms",
    ]


def test_the_capacity_lies_in_the_shaded_part() -> None:
    (shade,) = [one for one in drawn(searched(), "rect") if one.get("class") == "f-between"]
    left, width = float(shade.get("x", "")), float(shade.get("width", ""))
    scale = (RIGHT - LEFT) / 1600
    assert (left, width) == pytest.approx((LEFT + 850 * scale, 50 * scale), abs=0.1)
    assert [one for one in drawn(unbearable(), "rect") if one.get("class") == "f-between"] == []


def test_a_level_that_broke_down_is_drawn_at_the_edge() -> None:
    (p99,) = [one for one in drawn(searched(), "path") if one.get("class") == "s-p99"]
    heights = [float(y) for y in re.findall(r" (\d+\.\d)", p99.get("d", ""))]
    assert min(heights) == UPPER[0]  # 5 s, where the limit is 500 ms
    assert max(heights) < UPPER[1] - 10  # and the quick ones can be told from nothing


def test_without_a_limit_on_times_all_of_them_are_in_their_place() -> None:
    free = replace(searched(), thresholds=())
    (p99,) = [one for one in drawn(free, "path") if one.get("class") == "s-p99"]
    assert min(float(y) for y in re.findall(r" (\d+\.\d)", p99.get("d", ""))) > UPPER[0]
    assert [one for one in drawn(free, "line") if one.get("class") == "s-limit"] == []


def test_failures_are_bars_below() -> None:
    (bar,) = [one for one in drawn(searched(), "rect") if one.get("class") == "f-failed"]
    assert float(bar.get("height", "")) == pytest.approx(0.31 * (LOWER[1] - LOWER[0]), abs=0.1)


def test_a_search_for_vus_counts_them() -> None:
    found = replace(search(*LEVELS), find="vus")
    texts = [one.text for one in drawn(with_search(found), "text")]
    assert "VUs" in texts
    assert "iterations begun per second" not in texts


def test_levels_without_times_have_marks_and_no_curve() -> None:
    result = with_search(search(level(400, 0, None), ended="bottom"))
    assert [one.get("class") for one in drawn(result, "g")] == ["mark bad"]
    assert [one for one in drawn(result, "path") if one.get("class") == "s-p95"] == []
