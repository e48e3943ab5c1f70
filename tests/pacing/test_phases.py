"""The phases of a load: what a plan's stages look like over time."""

import pytest

from planrunner.pacing.curve import Curve, through
from planrunner.pacing.executors import Arrivals, Quota, Users
from planrunner.pacing.phases import Phase, phases

SHOP = through(0, [(60, 50), (120, 50), (30, 0)])


def told(curve: Curve, warm_up: float = 0.0) -> list[tuple[str, float, float, float, float]]:
    return [(p.name, p.begin, p.end, p.first, p.last) for p in phases(Users(curve), warm_up)]


def test_stages_are_ramps_and_holds() -> None:
    assert told(SHOP) == [
        ("ramp-up", 0, 60, 0, 50),
        ("hold", 60, 180, 50, 50),
        ("ramp-down", 180, 210, 50, 0),
    ]


@pytest.mark.parametrize(
    ("warm_up", "first"),
    [
        (15, [("warm-up", 0, 15, 0, 12.5), ("ramp-up", 15, 60, 12.5, 50)]),
        (60, [("warm-up", 0, 60, 0, 50), ("hold", 60, 180, 50, 50)]),
        (90, [("warm-up", 0, 90, 0, 50), ("hold", 90, 180, 50, 50)]),
    ],
)
def test_a_warm_up_is_a_phase_of_its_own_whatever_the_load_does_meanwhile(
    warm_up: float, first: list[tuple[str, float, float, float, float]]
) -> None:
    assert told(SHOP, warm_up)[:2] == first


def test_stages_that_go_on_as_the_one_before_are_one_phase() -> None:
    assert told(through(0, [(10, 5), (10, 10), (10, 10), (10, 10)])) == [
        ("ramp-up", 0, 20, 0, 10),
        ("hold", 20, 40, 10, 10),
    ]


def test_a_stage_that_rises_faster_is_a_phase_of_its_own() -> None:
    assert [one[0] for one in told(through(0, [(10, 5), (10, 50)]))] == ["ramp-up", "ramp-up"]


def test_jumps_take_no_time_and_part_holds() -> None:
    assert told(through(0, [(0, 10), (5, 10), (0, 20), (5, 20)])) == [
        ("hold", 0, 5, 10, 10),
        ("hold", 5, 10, 20, 20),
    ]


def test_rates_have_phases_and_numbers_of_iterations_have_none() -> None:
    assert phases(Arrivals(through(20, [(5, 20)]), 10, 10)) == (Phase("hold", 0, 5, 20, 20),)
    assert phases(Quota(1, 10, each=False, seconds=60.0)) == ()
