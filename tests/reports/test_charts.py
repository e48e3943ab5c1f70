"""The other drawings: how times were spread, how the generator was, and long runs in few spans."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import samples
from pizza_run import moments
from rich_run import course, rich
from search_samples import searched

from planrunner.reports.html.charts.bars import share, sparkline
from planrunner.reports.html.charts.distribution import Bar, Mark, distribution
from planrunner.reports.html.charts.pulse import pulse
from planrunner.reports.html.charts.scales import Logarithmic
from planrunner.reports.html.charts.spans import pulses, spans
from planrunner.reports.html.charts.timeline import timeline
from planrunner.result import Gap, Health, Lost, Pulse, Result, columns
from planrunner.result import pulses as written

BARS = (Bar(0.01, 0.1, 10, 0), Bar(0.1, 1.0, 30, 10), Bar(1.0, 10.0, 0, 0))


def found(svg: str, path: str) -> list[ET.Element]:
    return ET.fromstring(svg).findall(f".//{{http://www.w3.org/2000/svg}}{path}")


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in found(svg, "text")]


def test_neighbours_are_put_together_and_no_peak_is_lost() -> None:
    made = moments(500)
    few = spans(made, 100)
    assert (len(few), sum(m.requests for m in few), sum(m.seconds for m in few)) == (
        100,
        sum(m.requests for m in made),
        500.0,
    )
    assert max(m.p99 or 0 for m in few) == max(m.p99 or 0 for m in made)


def test_few_spans_stay_as_they_are() -> None:
    assert (spans(moments(10), 10), pulses(course(10), 10)) == (moments(10), course(10))


def test_a_span_without_replies_has_no_times() -> None:
    quiet = tuple(replace(m, p50=None, p95=None, p99=None) for m in moments(4))
    assert [m.p95 for m in spans(quiet, 2)] == [None, None]


def test_the_course_of_the_generator_keeps_its_peaks() -> None:
    few = pulses(course(210), 30)
    assert (len(few), max(p.loop_lag for p in few)) == (30, max(p.loop_lag for p in course(210)))


def test_a_bar_is_as_high_as_its_requests_and_failures_are_on_top() -> None:
    boxes = [
        (one.get("class"), float(one.get("height", ""))) for one in found(distribution(BARS, (), ""), "rect")
    ]
    assert boxes[:3] == [("f-bars", 44.5), ("f-bars", 178.0), ("f-failed", 44.5)]


def test_bars_tell_their_numbers_under_the_mouse() -> None:
    told = [one.text for one in found(distribution(BARS, (), ""), "g/{http://www.w3.org/2000/svg}title")]
    assert told == ["10ms to 100ms: 10 requests", "100ms to 1s: 40 requests, 10 of them failed"]


def test_marks_of_a_distribution_stand_at_their_times_and_those_beyond_it_are_left_out() -> None:
    marks = (Mark("p50", "p50", 0.1), Mark("p95", "p95", 0.105), Mark("limit", "limit 20s", 20.0))
    labels = {one.text: one for one in found(distribution(BARS, marks, ""), "text")}
    assert "limit 20s" not in labels
    assert labels["p50"].get("y") != labels["p95"].get("y")  # they would run into each other


def test_labels_of_a_distribution_do_not_run_into_each_other() -> None:
    marks = [Mark("limit", f"limit {n}", 0.1 + n / 1000) for n in range(5)]
    drawn = found(distribution(BARS, marks, ""), "text")
    rows = {one.text: one.get("y") for one in drawn if (one.text or "").startswith("limit")}
    assert list(rows) == ["limit 0", "limit 1", "limit 2"]  # there is room for no more
    assert len(set(rows.values())) == 3
    told = [one.text for one in found(distribution(BARS, marks, ""), "g/{http://www.w3.org/2000/svg}title")]
    assert "limit 4: 104ms" in told


def test_nothing_makes_no_distribution() -> None:
    assert distribution((), (), "") == ""


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.001, 0.02, [0.001, 0.002, 0.005, 0.01, 0.02]),
        (1e-5, 10.0, [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0]),
    ],
)
def test_a_logarithmic_axis_has_round_ticks(low: float, high: float, ticks: list[float]) -> None:
    axis = Logarithmic(low, high, 0, 100)
    assert axis.ticks == pytest.approx(ticks)
    assert (axis.at(low / 2), axis.at(high * 2)) == (0, 100)


def test_the_generator_is_drawn_where_it_was_measured() -> None:
    assert pulse(samples.failed()) == ""
    svg = pulse(rich())
    assert {"s-loop", "s-arrivals", "f-cpu"} <= {str(one.get("class")) for one in found(svg, "path")}
    assert "used up to 60.7% of a core. It was latest, 13.15ms, 2m10s into the run." in svg


def test_what_a_system_does_not_tell_of_the_generator_is_not_drawn() -> None:
    silent = Health(course=written([Pulse(0.0, 1.0, None, 0.001, None)]))
    svg = pulse(replace(rich(), health=silent))
    assert "arrivals late, p95 (right)" not in texts(svg)
    assert "It was latest, 1ms, 0s into the run." in svg


def test_a_loss_of_an_agent_is_shaded() -> None:
    lost = Lost("agent 2", 60.0, "was killed", (Gap(60.0, 90.0),))
    svg = timeline(replace(samples.failed(), lost=(lost,)))
    assert [one.get("class") for one in found(svg, "rect") if one.get("class") == "f-gap"] == ["f-gap"] * 2
    assert "agent lost" in texts(svg)


def test_the_levels_of_a_search_are_marked_where_they_began() -> None:
    drawn = timeline(replace(searched(), timeline=columns(moments(210))))
    assert len([one for one in found(drawn, "line") if one.get("class") == "s-level"]) == 6
    assert "400/s held" in texts(drawn)
    assert "800/s held" not in texts(timeline(narrow()))  # there is no room for it


def narrow() -> Result:
    return replace(searched(), timeline=columns(moments(2100)), duration=2100.0)


@pytest.mark.parametrize("values", [[], [1.0], [0.0, 0.0], [None, None]])
def test_what_never_was_anything_has_no_line(values: list[float | None]) -> None:
    assert sparkline("p50", values) == ""


def test_a_line_without_axes_goes_from_edge_to_edge() -> None:
    assert 'd="M0.0 20.5L100.0 3.0L200.0 38.0"' in sparkline("p50", [1.0, 2.0, 0.0])


@pytest.mark.parametrize(("part", "width"), [(0.0, "0.0"), (0.0001, "1.0"), (0.5, "75.0")])
def test_a_share_is_a_part_of_a_bar(part: float, width: str) -> None:
    assert f'width="{width}" height="10"' in share("bars", part)
