"""The summary in full: all metrics, then those of each scenario and group, letter by letter.

`UPDATE_GOLDEN=1 pytest tests/reports/test_full_summary.py` makes the files anew after a change that is meant;
read the difference before committing it.
"""

import os
import re
from dataclasses import replace
from pathlib import Path

import parted_run
import pytest
import samples
from running import Lab

from planrunner.reports.summary import summary
from planrunner.result import Mode, Result, Summary, values

GOLDEN = Path(__file__).parent.parent / "golden" / "reports"
STATS = ("avg", "med", "p(95)", "p(99.9)", "count", "sum")
FULL = parted_run.parted("summary: {mode: full}\n")


def shown(result: Result, mode: Mode = "full", width: int = 0, **rest: object) -> list[str]:
    written = replace(result, summary=replace(result.summary, mode=mode))
    return summary(replace(written, **rest), color=False, width=width).splitlines()  # type: ignore[arg-type]


def titles(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if re.match(r"\s+(█ SCENARIO|↳ GROUP)", line)]


@pytest.mark.parametrize(
    ("name", "color", "width"),
    [("full.txt", False, 0), ("full.ansi.txt", True, 0), ("full.80.txt", False, 80)],
)
def test_it_is_written_as_its_golden_file(name: str, color: bool, width: int) -> None:
    written = summary(FULL, color=color, width=width)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(written, encoding="utf-8")
    assert written == (GOLDEN / name).read_text(encoding="utf-8")


def test_each_scenario_has_its_groups_behind_it_and_other_groups_come_first() -> None:
    front, inner = "↳ GROUP: ::front page", "↳ GROUP: ::front page::pictures"
    browse, order = "█ SCENARIO: browse", "█ SCENARIO: order"
    assert titles(shown(FULL)) == ["↳ GROUP: ::setup", browse, front, inner, order, front]


def test_a_terminal_of_eighty_columns_has_room_for_it() -> None:
    narrow = shown(FULL, width=80)
    assert max(map(len, narrow)) <= 80
    assert " ".join(narrow).split() == " ".join(shown(FULL)).split()


def test_a_scenario_that_nobody_named_is_not_told_twice() -> None:
    plan = "name: x\ntarget: http://h\nload: {vus: 1, duration: 1s}\nsteps: [{group: g, steps: [{get: /}]}]\n"
    assert titles(shown(Lab(plan).run())) == ["↳ GROUP: ::g"]
    named = (
        plan.replace("load:", "scenarios: {a: {load:").replace("}\nsteps: ", "}, steps: ").rstrip() + "}}\n"
    )
    assert titles(shown(Lab(named).run())) == ["█ SCENARIO: a", "↳ GROUP: ::g"]


def test_the_numbers_of_a_part_are_those_of_its_selector() -> None:
    lines = shown(FULL)
    part = lines[lines.index("  █ SCENARIO: order") :]
    found = values(FULL, "http_reqs{scenario:order}")
    assert found["count"] == 12
    assert next(line for line in part if "http_reqs" in line).split(": ")[1].split() == ["12", "5.333333/s"]


def test_dropped_arrivals_make_lower_bounds_of_their_scenario_alone() -> None:
    browse, order = " ".join(shown(FULL)).split("█ SCENARIO: ")[1:]
    assert ("p(95)>=" in browse, "p(95)>=" in order) == (False, True)


def test_bounds_and_doubts_of_parts_are_explained_although_the_totals_have_none() -> None:
    whole = tuple(replace(metric, censored=(), few=()) for metric in FULL.metrics)
    text = " ".join(shown(FULL, metrics=whole, thresholds=()))
    assert "values with >= are at least that." in text
    assert "~: too few samples to carry this percentile" in text


def test_what_is_only_known_as_a_sum_is_said_where_it_belongs() -> None:
    folded = tuple(
        replace(one, folded=9, lost=("group", "check"), tags={"scenario": "browse"})
        if "checks" in one.rates
        else one
        for one in FULL.series
    )
    lines = shown(FULL, series=folded)
    browse = lines[lines.index("  █ SCENARIO: browse") : lines.index("  █ SCENARIO: order")]
    assert "      not known, since the file would be too large: checks" in browse
    assert [
        line for line in browse if line.startswith("    ✓ ")
    ] == []  # of the scenario, there are totals alone


def test_where_scenarios_are_not_known_bounds_are_those_of_the_run() -> None:
    lost = tuple(
        replace(one, folded=2, lost=("scenario",), tags={}) if "iterations" in one.counters else one
        for one in FULL.series
    )
    browse, order = " ".join(shown(FULL, series=lost)).split("█ SCENARIO: ")[1:]
    assert ("p(95)>=" in browse, "p(95)>=" in order) == (True, True)


def test_a_plan_chooses_the_columns_and_they_are_in_its_order() -> None:
    chosen = parted_run.parted(f"summary: {{stats: [{', '.join(STATS)}]}}\n")
    assert chosen.summary == Summary(STATS, "compact")
    rows = [re.findall(r"(\S+?)>?=", line) for line in shown(chosen) if ".: avg=" in line]
    assert {tuple(row) for row in rows} == {STATS}
    metric = chosen.metric("http_req_duration")
    assert metric is not None
    assert metric.values["p(99.9)"] == values(chosen, "http_req_duration")["max"]


def test_a_result_without_a_statistic_leaves_its_column_out() -> None:
    odd = replace(samples.passed(), summary=Summary(("avg", "p(12)", "count")))
    rows = [re.findall(r"(\S+?)=", line) for line in shown(odd, "compact") if ".: avg=" in line]
    assert {tuple(row) for row in rows} == {("avg", "count")}


def test_disabled_leaves_the_verdict() -> None:
    assert shown(samples.failed(), "disabled") == ["  ✗ failed: 3 of 7 thresholds broken, 1 without data"]


def test_compact_has_neither_parts_of_requests_nor_of_the_run() -> None:
    lines = shown(FULL, "compact")
    assert titles(lines) == []
    assert not re.search(r"http_req_(blocked|waiting)|group_duration", "\n".join(lines))


def test_hostile_names_reach_the_terminal_as_plain_characters() -> None:
    evil = "\x1b[2J\u202e\n" + "x" * 1000
    series = tuple(replace(one, tags=dict.fromkeys(one.tags, evil)) for one in FULL.series)
    text = "\n".join(shown(FULL, series=series))
    assert text.replace("\n", "").isprintable()
    assert max(map(len, text.splitlines())) < 600
