"""Snapshots of several agents become one for each second."""

import pytest

from planrunner.metrics.join import Join, Part
from planrunner.metrics.series import Counter, Gauge, Key, Sink
from planrunner.metrics.tally import LOGS, Complaint, Snapshot
from planrunner.metrics.vitals import Vitals

REQUESTS, VUS, MOST = Key("http_reqs", ()), Key("vus", ()), Key("vus_max", ())


def snapshot(number: int, at: float, sinks: dict[Key, Sink] | None = None, **more: object) -> Snapshot:
    made = Snapshot(number, at, 1.0, sinks or {}, [], [])
    for name, value in more.items():
        setattr(made, name, value)
    return made


def told(join: Join, agent: int, number: int, at: float, *, last: bool = False) -> list[tuple[int, float]]:
    """Let an agent tell of one request; number and requests of what is handed out then."""
    join.add(agent, Part(snapshot(number, at, {REQUESTS: Counter(1, 1)}), last))
    return [(made.number, requests(made)) for made in join.merged()]


def requests(made: Snapshot) -> float:
    counter = made.sinks[REQUESTS]
    assert isinstance(counter, Counter)
    return counter.value


def level(made: Snapshot, key: Key = VUS) -> float | None:
    gauge = made.sinks.get(key)
    return gauge.value if isinstance(gauge, Gauge) else None


def gauge(value: float) -> dict[Key, Sink]:
    return {VUS: Gauge(value, value, value), MOST: Gauge(value, value, value)}


def test_a_second_is_handed_out_when_all_agents_have_told() -> None:
    join = Join(2)
    assert told(join, 0, 0, 1.0) == []
    assert told(join, 0, 1, 2.0) == []
    assert told(join, 1, 0, 1.0) == [(0, 2.0)]
    assert told(join, 1, 1, 2.0) == [(1, 2.0)]


def test_a_snapshot_that_comes_twice_counts_once() -> None:
    join = Join(1)
    assert told(join, 0, 0, 1.0) == [(0, 1.0)]
    assert told(join, 0, 0, 1.0) == []
    assert told(join, 0, 1, 2.0) == [(1, 1.0)]


def test_an_agent_that_has_ended_is_not_waited_for() -> None:
    join = Join(2)
    told(join, 0, 0, 0.25, last=True)
    assert told(join, 1, 0, 1.0) == [(0, 2.0)]
    assert told(join, 1, 1, 2.0) == [(1, 1.0)]


def test_an_agent_that_is_lost_is_not_waited_for_and_what_it_told_counts() -> None:
    join = Join(2)
    told(join, 0, 0, 1.0)
    told(join, 1, 0, 1.0)
    told(join, 0, 1, 2.0)
    assert join.leave(1) == 1.0
    assert [made.number for made in join.merged()] == [1]


def test_what_comes_of_an_agent_that_was_given_up_counts_nowhere() -> None:
    join = Join(1)
    join.leave(0)
    assert told(join, 0, 0, 1.0) == []


def test_all_that_is_held_is_handed_out_when_nobody_is_left() -> None:
    join = Join(2)
    told(join, 0, 0, 1.0)
    told(join, 0, 1, 2.0)
    join.leave(0)
    join.leave(1)
    assert [made.number for made in join.merged()] == [0, 1]


def test_a_gap_is_told_with_its_seconds() -> None:
    join = Join(1)
    assert join.add(0, Part(snapshot(0, 1.0))) is None
    assert join.add(0, Part(snapshot(3, 4.0))) == (1.0, 3.0)
    assert [made.number for made in join.merged()] == [0, 3]


def test_the_end_of_a_second_is_that_of_the_last_agent_and_time_never_goes_back() -> None:
    join = Join(2)
    for agent, number, at in [(0, 0, 1.0), (1, 0, 1.25), (0, 1, 1.125)]:
        join.add(agent, Part(snapshot(number, at)))
    join.leave(1)
    assert [(made.at, made.seconds) for made in join.merged()] == [(1.25, 1.25), (1.25, 0.0)]


def test_levels_of_the_agents_add_up() -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0, {VUS: Gauge(3, 1, 4)})))
    join.add(1, Part(snapshot(0, 1.0, {VUS: Gauge(2, 2, 2)})))
    (made,) = join.merged()
    assert made.sinks[VUS] == Gauge(5, 3, 6)


def test_a_level_that_was_handed_out_is_no_part_of_the_next() -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0, gauge(5)), last=True))
    join.add(1, Part(snapshot(0, 1.0, gauge(5))))
    for made in join.merged():
        made.sinks[MOST].merge(Gauge(99, 99, 99))  # type: ignore[arg-type]  # a gauge, as totals merge them
    join.add(1, Part(snapshot(1, 2.0, gauge(5))))
    assert [level(made, MOST) for made in join.merged()] == [10]


@pytest.mark.parametrize(("at", "vus"), [(1.125, 10), (2.0, 5)])
def test_agents_that_end_at_nearly_the_same_time_end_together(at: float, vus: float) -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0, gauge(5)), last=True))
    join.add(1, Part(snapshot(0, 1.0, gauge(5))))
    join.add(1, Part(snapshot(1, at, gauge(5)), last=True))
    assert [level(made) for made in join.merged()] == [10, vus]


def test_an_agent_whose_vus_ended_just_before_it_ends_with_the_others() -> None:
    join = Join(2)
    for agent in (0, 1):
        join.add(agent, Part(snapshot(0, 1.0, gauge(5))))
    join.add(0, Part(snapshot(1, 1.125), last=True))
    join.add(1, Part(snapshot(1, 1.125, gauge(5)), last=True))
    assert [level(made) for made in join.merged()] == [10, 10]


def test_vus_of_a_lost_agent_work_no_more_but_were_made() -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0, gauge(5))))
    join.add(1, Part(snapshot(0, 1.0, gauge(5))))
    join.leave(0)
    join.add(1, Part(snapshot(1, 1.125, gauge(5))))
    assert [(level(made), level(made, MOST)) for made in join.merged()] == [(10, 10), (5, 10)]


def test_of_a_gauge_that_the_plan_sets_the_newest_value_counts() -> None:
    join, own = Join(2), Key("stock", ())
    join.add(0, Part(snapshot(0, 1.0, {own: Gauge(7, 7, 7, at=0.75)})))
    join.add(1, Part(snapshot(0, 1.0, {own: Gauge(9, 9, 9, at=0.5)})))
    (made,) = join.merged()
    assert made.sinks[own] == Gauge(7, 7, 9, at=0.75)


def test_of_each_check_the_first_failures_are_kept() -> None:
    join = Join(2)
    for second in (0, 1):
        for agent in (0, 1):
            failures = [Complaint(4, second + moment / 4 + agent / 8, "no") for moment in range(2)]
            join.add(agent, Part(snapshot(second, second + 1.0, complaints=failures)))
    kept = [[complaint.at for complaint in made.complaints] for made in join.merged()]
    assert kept == [[0.0, 0.125, 0.25, 0.375], [1.0]]


def test_logs_are_joined_up_to_what_a_second_may_have() -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0, logs=["a"] * LOGS, logs_lost=1)))
    join.add(1, Part(snapshot(0, 1.0, logs=["b"] * 3)))
    (made,) = join.merged()
    assert (len(made.logs), made.logs_lost) == (LOGS, 4)


def test_the_first_reason_to_stop_is_told() -> None:
    join = Join(2)
    join.add(0, Part(snapshot(0, 1.0)))
    join.add(1, Part(snapshot(0, 1.0, stop="the plan says so")))
    assert [made.stop for made in join.merged()] == ["the plan says so"]


def test_how_each_agent_was_is_kept_apart() -> None:
    join = Join(2)
    felt = [Vitals(agent, 1.0, 1.0, cpu=agent / 2) for agent in range(2)]
    for agent in (1, 0):
        join.add(agent, Part(snapshot(0, 1.0, vitals=[felt[agent]])))
    (made,) = join.merged()
    assert made.vitals == felt
