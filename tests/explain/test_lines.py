"""Lines over time: sums, peaks and steepness."""

import pytest

from planrunner.explain.lines import Line, Point, before, behind, line, most, peak, rise, total
from planrunner.pacing.curve import Curve, Ramp, through


def ramps(start: float, *stages: tuple[float, float], after: float = 0.0) -> Line:
    return line(through(start, stages), after)


STEP = line(Curve((Ramp(10, 5, 5),)), after=2)


def test_a_curve_becomes_a_line_that_begins_and_ends_with_nothing() -> None:
    assert STEP == ((2, 0), (2, 5), (12, 5), (12, 0))


def test_a_line_is_scaled() -> None:
    assert line(Curve((Ramp(10, 1, 2),)), scale=3.0)[1:3] == ((0, 3), (10, 6))


def test_at_a_jump_a_line_has_two_values() -> None:
    assert (before(STEP, 2), behind(STEP, 2), before(STEP, 12), behind(STEP, 12)) == (0, 5, 5, 0)


def test_between_its_points_a_line_is_straight_and_outside_there_is_nothing() -> None:
    climb = ramps(0, (10, 20))
    assert [behind(climb, at) for at in (-1, 2.5, 11)] == [0, 5, 0]


def test_lines_add_up_at_every_moment() -> None:
    both = total([STEP, ramps(0, (4, 8))])
    assert [behind(both, at) for at in (0, 1, 2, 3, 4, 11)] == [0, 2, 9, 11, 5, 5]


def test_nothing_adds_up_to_nothing() -> None:
    assert (total([]), total([(), ()]), peak(())) == ((), (), Point(0, 0))


def test_the_peak_is_the_first_of_several() -> None:
    assert peak(ramps(1, (10, 200), (60, 200), (5, 200))) == (10, 200)


def test_the_most_of_a_span_holds_peaks_inside_it() -> None:
    tent = ramps(0, (5, 10), (5, 0))
    assert [most(tent, 0, 2), most(tent, 4, 6), most(tent, 5, 6)] == [4, 10, 10]


def test_a_jump_belongs_to_the_span_that_follows() -> None:
    assert [most(STEP, 0, 2), most(STEP, 2, 4), most(STEP, 12, 14)] == [0, 5, 0]


@pytest.mark.parametrize(
    ("drawn", "soon"),
    [
        ((), 0.0),
        (STEP, 5.0),
        (ramps(0, (10, 100)), 100.0),
        (ramps(1, (10, 100)), 100.0),
        (ramps(0, (20, 100)), 50.0),
        (ramps(0, (60, 50), (6, 200), (60, 210)), 153.3333),
        (ramps(0, (4, 40), (3, 0), (3, 50)), 50.0),
        (ramps(100, (60, 0)), 100.0),
        (ramps(0, (5, 0), (0, 30), (5, 30), (0, 80)), 80.0),
        (ramps(0, (5, 0), (0, 30), (11, 30), (0, 80)), 50.0),
    ],
)
def test_steepness_is_the_largest_rise_within_ten_seconds(drawn: Line, soon: float) -> None:
    assert rise(drawn, 10.0) == pytest.approx(soon, abs=1e-4)
