"""The drawing of the timeline."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import samples

from planrunner.reports.html.charts.scales import nice, time_scale, value_scale
from planrunner.reports.html.charts.timeline import finding, sparse, timeline
from planrunner.reports.html.limits import tightest
from planrunner.result import Moment, Result, columns

SVG = "{http://www.w3.org/2000/svg}"


def moment(at: float, p95: float | None = 0.1, failed: int = 0) -> Moment:
    return Moment(at, 1.0, 5.0, 10, 10, failed, p95, p95, p95)


def drawn(*moments: Moment) -> Result:
    return replace(samples.passed(), timeline=columns(moments), duration=float(len(moments)), thresholds=())


def path(result: Result, name: str) -> str:
    (found,) = [
        e.get("d", "")
        for e in ET.fromstring(timeline(result)).iter()
        if e.get("class") == f"s-{name}" and e.tag == f"{SVG}path"
    ]
    return found


@pytest.mark.parametrize("sample", [samples.failed, samples.long, samples.hostile, samples.interrupted])
def test_the_drawing_is_well_formed_and_inside_its_frame(sample: object) -> None:
    root = ET.fromstring(timeline(sample()))  # type: ignore[operator]
    xs = [float(e.get(key, "0")) for e in root.iter() for key in ("x", "x1", "x2")]
    ys = [float(e.get(key, "0")) for e in root.iter() for key in ("y", "y1", "y2")]
    assert (min(xs) >= 0, max(xs) <= 1000, min(ys) >= 0, max(ys) <= 470) == (True, True, True, True)


def test_no_moments_make_no_drawing() -> None:
    assert timeline(samples.empty()) == ""


def test_a_line_breaks_where_nothing_was_measured() -> None:
    result = drawn(moment(0), moment(1), moment(2, None), moment(3))
    assert re.sub(r"[\d. ]+", "", path(result, "p95")) == "MhLMh"


def test_a_run_of_no_length_can_be_drawn() -> None:
    still = replace(moment(0, None), seconds=1.0, vus=0.0, requests=0)
    assert path(drawn(still), "requests") == "M500.0 190.0h0"


def test_higher_times_are_drawn_higher() -> None:
    heights = [
        float(y)
        for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path(drawn(moment(0, 0.1), moment(1, 0.2)), "p95"))
    ]
    assert heights == [343.0, 258.0]


def test_a_single_failure_can_be_seen() -> None:
    result = drawn(*[replace(moment(n, failed=int(n == 1)), requests=10_000) for n in range(3)])
    bars = [e for e in ET.fromstring(timeline(result)).iter(f"{SVG}rect") if e.get("class") == "f-failed"]
    assert [bar.get("height") for bar in bars] == ["3.0", "10.0"]  # the bar, and the legend


@pytest.mark.parametrize(
    ("value", "whole", "step"),
    [
        (0.13, False, 0.15),
        (13, False, 15),
        (0.0042, False, 0.005),
        (2.2, True, 3),
        (0.2, True, 1),
        (10, True, 10),
    ],
)
def test_steps_are_numbers_people_count_in(value: float, whole: bool, step: float) -> None:
    assert nice(value, whole=whole) == pytest.approx(step)


@pytest.mark.parametrize(
    ("seconds", "ticks"),
    [
        (0.5, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (10, [0, 2, 4, 6, 8, 10]),
        (210, [0, 30, 60, 90, 120, 150, 180, 210]),
        (3600, [0, 600, 1200, 1800, 2400, 3000, 3600]),
        (0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_time_has_the_ticks_of_a_clock(seconds: float, ticks: list[float]) -> None:
    assert time_scale(seconds, 0, 100).ticks == pytest.approx(ticks)


def test_the_longest_runs_still_have_few_ticks() -> None:
    assert len(time_scale(86400 * 30, 0, 100).ticks) <= 10


def test_an_axis_has_four_intervals_and_holds_its_highest_value() -> None:
    scale = value_scale(52, 100, 0)
    assert (scale.ticks, scale.at(60), scale.at(0), scale.at(99)) == ([0, 15, 30, 45, 60], 0, 100, 0)


def test_ticks_read_like_a_clock() -> None:
    long = replace(samples.long(), duration=7200.0)
    labels = re.findall(r'y="446.0"[^>]*>([^<]*)<', timeline(long))
    assert labels == ["0s", "15m", "30m", "45m", "1h", "1h15m", "1h30m", "1h45m", "2h"]


def test_the_tightest_limit_on_all_requests_is_drawn() -> None:
    limits = [
        samples.limit("http_req_duration{endpoint:a}", "p(95) < 100ms", 0.1, 0.05, 1),
        samples.limit("http_req_duration", "p(99) < 900ms", 0.9, 0.5, 2),
        samples.limit("http_req_duration", "p(95) < 500ms", 0.5, 0.4, 3),
        samples.limit("http_req_duration", "min > 1ms", 0.001, 0.4, 4),
        samples.limit("http_req_waiting", "max < 1ms", 0.001, 0.4, 5),
    ]
    found = tightest(limits)
    assert found is not None
    assert found.line == 3


def test_a_limit_on_a_part_is_drawn_where_there_is_no_other() -> None:
    limit = samples.limit("http_req_duration{endpoint:a}", "p(95) < 100ms", 0.1, 0.05, 1)
    svg = timeline(replace(drawn(moment(0)), thresholds=(limit,)))
    assert "limit p(95) &lt; 100ms {endpoint:a}" in svg


def test_a_far_limit_does_not_flatten_the_curves() -> None:
    limit = samples.limit("http_req_duration", "p(95) < 9000ms", 9.0, 0.05, 1)
    result = replace(drawn(moment(0, 0.1)), thresholds=(limit,))
    assert ("far above this chart" in timeline(result), path(result, "p95")) == (True, "M500.0 258.0h0")


def test_the_description_says_what_the_chart_shows() -> None:
    result = drawn(moment(0, 0.1), moment(1, 0.3, failed=2), moment(2, None))
    assert finding(tuple(result.timeline)) == (
        "Up to 5 VUs made 30 requests. p95 was highest, 300ms, 1s into the run. "
        "2 requests failed between 1s and 2s."
    )


def test_the_description_marks_a_p95_that_is_only_known_to_be_at_least_so_much() -> None:
    known = finding([moment(0), replace(moment(1, 0.3), censored=("p95",))])
    assert "p95 was highest, >= 300ms, 1s into the run." in known


def test_a_run_without_replies_is_described_without_times() -> None:
    assert finding([moment(0, None)]) == "Up to 5 VUs made 10 requests. No request failed."


def test_points_of_few_requests_are_counted_where_there_are_any() -> None:
    many, few, none = replace(moment(0), requests=72), moment(1), replace(moment(2, None), requests=0)
    assert sparse([many, few, none]) == (
        "1 of 2 points of the p95 are of fewer than 72 requests, too few to carry it: "
        "look at how it goes on, not at single points."
    )
    assert sparse([many, none]) == ""
