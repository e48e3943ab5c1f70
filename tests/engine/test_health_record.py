"""However long a run is, what is kept of its vitals stays small and says the same."""

import pytest
from vitals import history, record, second

from planrunner.engine.health.record import PULSES, Record, Spread
from planrunner.result import Pulse


def test_a_spread_knows_how_often_a_level_was_reached() -> None:
    spread = Spread()
    for value in (0.1, 0.5, 0.95, 1.0):
        spread.add(value)
    assert [spread.reached(level) for level in (0.0, 0.5, 0.51, 0.95, 1.0, 2.0)] == [4, 3, 2, 2, 1, 0]
    assert (spread.most, spread.total, spread.mean) == (1.0, 2.55, 2.55 / 4)


def test_a_second_that_took_three_counts_as_three() -> None:
    spread = Spread()
    spread.add(0.9, 3)
    spread.add(0.1, 1)
    assert (spread.seconds, spread.reached(0.5), spread.total) == (4, 3, 1.0)
    assert spread.mean == pytest.approx(0.7)


def test_nothing_measured_is_nothing_reached() -> None:
    assert (Spread().mean, Spread().reached(0.0)) == (0.0, 0)
    assert history(2, 2, cpu=None).mean("cpu") is None


@pytest.mark.slow
def test_a_long_run_takes_no_more_room_than_a_short_one() -> None:
    made = Record()
    for number in range(2401):
        made.add([second(number, cpu=(number % 97) / 97, loop_lag=(number % 401) / 1e6)])
    assert PULSES <= len(made.course()) <= 2 * PULSES
    (kept,) = made.processes.values()
    assert len(kept.of("cpu")._steps) <= 97
    assert kept.of("cpu").seconds == 2401


def test_the_course_has_the_largest_values_of_all_processes() -> None:
    made = Record()
    made.add([second(0, cpu=0.2, loop_lag=0.003), second(0, process=1, cpu=0.4, generator_lag=None)])
    assert made.course() == (Pulse(0.0, 1.0, 0.4, 0.003, 0.0003),)
    assert sorted(made.processes) == [0, 1]


def test_pulses_join_and_lose_no_peak() -> None:
    made = record(*(second(n, cpu=1.0 if n == 700 else 0.1) for n in range(2 * PULSES + 101)))
    course = made.course()
    assert len(course) == PULSES + 51
    assert [pulse.at for pulse in course if pulse.cpu == 1.0] == [700.0]
    assert sum(pulse.seconds for pulse in course) == 2 * PULSES + 101


def test_a_warm_up_is_drawn_and_not_judged() -> None:
    made = Record(begin=2.0)
    for number in range(4):
        made.add([second(number, cpu=1.0 if number < 2 else 0.25)])
    assert [pulse.cpu for pulse in made.course()] == [1.0, 1.0, 0.25, 0.25]
    assert (made.processes[0].of("cpu").most, made.processes[0].seconds) == (0.25, 2.0)


def test_a_second_without_vitals_leaves_no_trace() -> None:
    made = Record()
    made.add([])
    assert made.course() == ()
