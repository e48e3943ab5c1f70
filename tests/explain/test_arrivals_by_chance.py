"""Arrivals by chance: how many there are is known about, and whether their rows suffice."""

import pytest
from explaining import scale, section, whole
from running import checked_plan

from planrunner.errors import Problems
from planrunner.explain.loads import sentence

LOAD = "load: {rate: 50/s, duration: 2m, max_vus: 100, arrival: poisson}\n"


STEADY = "50 iterations a second begin by chance (poisson) for 2m, however fast the target answers; at most"
RAMP = (
    "iterations begin by chance (poisson) for 10s, however fast the target answers; their rate rises from 0/s"
)


@pytest.mark.parametrize(
    ("load", "told"),
    [
        (LOAD, STEADY),
        ("load: {stages: [{duration: 10s, target: 5/s}], max_vus: 1, arrival: poisson}\n", RAMP),
    ],
)
def test_that_arrivals_come_by_chance_is_said(load: str, told: str) -> None:
    assert sentence(scale(load).scenario).startswith(told)


def test_iterations_and_requests_are_about_so_many() -> None:
    lines = section(LOAD, "SCENARIO default")
    assert "iterations: about 6,000, unless the target is too slow for them" in lines
    assert (
        "requests: 1 request in each iteration, about 6,000 for all of them, redirects not counted" in lines
    )


def test_rows_are_needed_about_as_often() -> None:
    data = "data:\n  row: {rows: [1, 2]}\nsteps: [{get: '/${row}'}]\n"
    (_, need) = section(LOAD + data, "DATA")
    assert need.strip() == "taken by default; about 6,000 needed, one for each iteration: they come again"


@pytest.mark.parametrize(("rate", "told"), [("60/s", True), ("1/s", False)])
def test_rows_that_surely_run_out_are_said_before_the_run(rate: str, told: bool) -> None:
    problems = Problems()
    load = f"load: {{rate: {rate}, duration: 1m, arrival: poisson}}\n"
    data = "data:\n  row: {rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], at_end: error}\n"
    checked_plan(whole(load + data + "steps: [{get: '/${row}'}]\n"), problems)
    complaint = "'row' has 14 rows and the plan needs at least 3240, one for each iteration"
    assert [problem.message for problem in problems] == [complaint] * told
