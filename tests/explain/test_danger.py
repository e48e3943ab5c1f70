"""Grades: what is safe, and what is not."""

from itertools import pairwise
from pathlib import Path

import pytest

from planrunner.explain.danger import LEVELS, Danger, Load, assess
from planrunner.explain.lines import Line, line
from planrunner.pacing.curve import through


def vus(start: float, *stages: tuple[float, float]) -> Line:
    return line(through(start, stages))


def graded(drawn: Line, rate: Line = (), *, local: bool = True, brake: bool = False) -> Danger:
    return assess(Load(drawn, rate, local, brake, "--profile smoke"))


GRADES = {level.grade for level in LEVELS}
SMOKE = vus(1, (30, 1))
LOAD = vus(0, (120, 10), (600, 50), (120, 0))
STRESS = vus(0, (120, 50), (300, 100), (300, 200), (120, 0))
SPIKE = vus(0, (10, 100), (60, 100), (10, 0))


@pytest.mark.parametrize(
    ("drawn", "grade"),
    [
        (SMOKE, "safe"),
        (LOAD, "moderate"),
        (STRESS, "aggressive"),
        (SPIKE, "extreme"),
        (vus(9, (60, 9)), "safe"),
        (vus(10, (60, 10)), "moderate"),
        (vus(49, (60, 49)), "moderate"),
        (vus(50, (60, 50)), "aggressive"),
        (vus(0, (3600, 99)), "moderate"),
        (vus(0, (3600, 999)), "aggressive"),
        (vus(0, (3600, 1000)), "extreme"),
        ((), "safe"),
    ],
)
def test_vus_on_this_machine_are_graded_by_number_and_steepness(drawn: Line, grade: str) -> None:
    assert graded(drawn).grade == grade


@pytest.mark.parametrize(
    ("rate", "grade"),
    [
        (vus(19, (60, 19)), "safe"),
        (vus(20, (60, 20)), "moderate"),
        (vus(0, (3600, 200)), "aggressive"),
        (vus(0, (3600, 2000)), "extreme"),
        (vus(100, (60, 100)), "aggressive"),
        (vus(0, (10, 200)), "extreme"),
    ],
)
def test_requests_per_second_are_graded_too(rate: Line, grade: str) -> None:
    assert graded((), rate).grade == grade


def test_vus_and_requests_add_up() -> None:
    assert graded(vus(6, (60, 6)), vus(12, (60, 12))).grade == "moderate"


def test_elsewhere_half_the_load_is_as_dangerous() -> None:
    found = [graded(drawn, local=False).grade for drawn in (SMOKE, vus(5, (60, 5)), LOAD, STRESS)]
    assert found == ["safe", "moderate", "aggressive", "aggressive"]


def test_the_figures_say_what_was_graded() -> None:
    assert graded(vus(0, (60, 100))).figures == "at most 100 VUs; 16.7 VUs more within 10s"
    assert graded((), vus(5, (60, 5))).figures == "at most 5 requests/s; 5 requests/s more within 10s"
    both = graded(SMOKE, vus(5, (60, 5))).figures
    assert both == "at most 1 VU and 5 requests/s; 1 VU and 5 requests/s more within 10s"


def test_the_advice_names_the_options_of_a_first_try() -> None:
    assert "(--profile smoke)" in graded(STRESS).advice[0]


@pytest.mark.parametrize(
    ("drawn", "local", "brake", "wanted"),
    [
        (SMOKE, True, False, []),
        (SMOKE, False, False, []),
        (LOAD, True, False, ["on this machine"]),
        (LOAD, False, True, ["not on this machine"]),
        (STRESS, True, False, ["on this machine", "abort_on_fail"]),
        (SPIKE, False, True, ["not on this machine"]),
    ],
)
def test_advice_goes_with_target_and_thresholds(
    drawn: Line, local: bool, brake: bool, wanted: list[str]
) -> None:
    told = "\n".join(graded(drawn, local=local, brake=brake).advice)
    words = ("the target is on this machine", "the target is not on this machine", "abort_on_fail")
    assert [word.removeprefix("the target is ") for word in words if word in told] == wanted


def test_each_level_is_above_the_next() -> None:
    limits = [(level.vus, level.vus_soon, level.rate, level.rate_soon) for level in LEVELS]
    assert all(a > b for high, low in pairwise(limits) for a, b in zip(high, low, strict=True))


def test_a_vu_counts_as_two_requests_a_second() -> None:
    assert all((2 * level.vus, 2 * level.vus_soon) == (level.rate, level.rate_soon) for level in LEVELS)


def test_the_documentation_has_the_same_limits() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "explain-and-try.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line[:1] == "|"]
    told = {row[0]: [float(cell.replace(",", "")) for cell in row[1:5]] for row in rows if row[0] in GRADES}
    limits = {level.grade: [level.vus, level.vus_soon, level.rate, level.rate_soon] for level in LEVELS}
    assert told == limits
