"""The phases of the load in the timeline: drawn, told in words, and in a table."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import samples
from pizza_run import PHASES
from rich_run import rich

from planrunner.reports import wording
from planrunner.reports.html import html
from planrunner.reports.html.charts.phases import lanes, ramps
from planrunner.reports.html.charts.timeline import timeline
from planrunner.result import Phase, Result

SVG = "{http://www.w3.org/2000/svg}"
UP, HOLD, DOWN, HEALTH = PHASES


def phased(*phases: Phase) -> Result:
    return replace(samples.failed(), phases=phases)


def words(result: Result) -> list[str]:
    return [
        one.text or ""
        for one in ET.fromstring(timeline(result)).iter(f"{SVG}text")
        if one.get("class") == "t-phase"
    ]


def shaded(result: Result) -> list[tuple[str | None, str | None]]:
    found = ET.fromstring(timeline(result)).iter(f"{SVG}rect")
    return [(one.get("x"), one.get("width")) for one in found if one.get("class") == "f-ramp"]


@pytest.mark.parametrize(
    ("phase", "told", "load"),
    [
        (UP, ("ramp-up to 50 VUs", "ramp-up"), "0 to 50 VUs"),
        (HOLD, ("hold 50 VUs", "50 VUs", "50"), "50 VUs"),
        (DOWN, ("ramp-down to 0 VUs", "ramp-down"), "50 to 0 VUs"),
        (replace(UP, name="warm-up"), ("warm-up",), "0 to 50 VUs"),
        (replace(HEALTH, first=12.5, last=12.5), ("hold 12.5 iterations/s",), "12.5 iterations/s"),
    ],
)
def test_a_phase_is_told_in_words_that_get_shorter(phase: Phase, told: tuple[str, ...], load: str) -> None:
    assert wording.phase(phase)[: len(told)] == told
    assert wording.load(phase) == load


def test_of_one_scenario_ramps_are_shaded_in_both_panels_and_every_phase_is_named() -> None:
    result = phased(UP, HOLD, DOWN)
    assert words(result) == ["ramp-up to 50 VUs", "hold 50 VUs", "ramp-down to 0 VUs"]
    assert shaded(result) == [("62.0", "249.8")] * 2 + [("811.4", "124.9")] * 2


def test_scenarios_that_change_together_are_told_once() -> None:
    twins = [replace(one, scenario="buy") for one in (UP, HOLD, DOWN)]
    assert lanes(phased(UP, HOLD, DOWN, *twins)) == lanes(phased(UP, HOLD, DOWN))
    assert ramps(phased(UP, HOLD, DOWN, *twins)) == [(0, 60), (180, 210)]


def test_others_have_a_lane_each_and_no_shade_behind_all_of_them() -> None:
    result = samples.failed()
    assert shaded(result) == []
    assert words(result) == [
        "ramp-up to 50 VUs",
        "browse: hold 50 VUs",
        "ramp-down to 0 VUs",
        "health: hold 20 iterations/s",
    ]


def test_of_many_scenarios_those_whose_load_changes_have_a_lane() -> None:
    holds = [replace(HEALTH, scenario=f"hold {n}", end=100.0 + n) for n in range(9)]
    found = lanes(phased(*holds, UP, HOLD, DOWN))
    assert [lane[0].told[0].split(":")[0] for lane in found] == ["hold 0", "hold 1", "ramp-up to 50 VUs"]


def test_phases_too_short_for_words_have_none() -> None:
    steps = [Phase("s", "hold", n, n + 1.0, n, n, "VUs") for n in range(210)]
    assert words(phased(*steps)) == []
    assert words(phased(replace(HOLD, begin=0.0, end=12.0))) == ["50 VUs"]


def test_a_load_of_nothing_is_drawn_flat() -> None:
    assert lanes(phased(replace(HOLD, first=0.0, last=0.0)))[0][0][2:4] == (0.0, 0.0)


def test_the_script_draws_the_same() -> None:
    found = re.search(r'id="data">(.*?)</script>', html(phased(UP, HOLD, DOWN)))
    assert found
    told = json.loads(found[1])
    assert told["ramps"] == [[0.0, 60.0], [180.0, 210.0]]
    assert told["lanes"][0][0] == [0.0, 60.0, 0.0, 1.0, ["ramp-up to 50 VUs", "ramp-up"]]


@pytest.mark.parametrize("result", [rich(), samples.failed()], ids=["warmed up", "not"])
def test_a_table_has_them_all(result: Result) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">(\w+)</th><td>([\w-]+)</td>.*?>([^<]+)</td></tr>", html(result))
    assert rows == [(one.scenario, str(one.name), wording.load(one)) for one in result.phases]


def test_results_of_before_have_none() -> None:
    assert (lanes(phased()), ramps(phased()), ">The phases of the load<" in html(phased())) == ([], [], False)
