"""Executors: which keys mean which, what they default to, how they are shared."""

from operator import length_hint

import pytest

from planrunner.pacing.choice import EXECUTORS, choose
from planrunner.pacing.curve import Curve, Ramp
from planrunner.pacing.executors import Arrivals, BadLoadError, Quota, Settings, Shard, Users, read_arrival


@pytest.mark.parametrize(
    ("keys", "rates", "name"),
    [
        ("", False, "per-vu-iterations"),
        ("graceful_stop", False, "per-vu-iterations"),
        ("vus iterations", False, "shared-iterations"),
        ("iterations", False, "shared-iterations"),
        ("vus iterations_per_vu max_duration", False, "per-vu-iterations"),
        ("vus duration", False, "constant-vus"),
        ("duration graceful_stop min_iteration_duration", False, "constant-vus"),
        ("stages start_vus graceful_ramp_down", False, "ramping-vus"),
        ("rate duration max_vus pre_allocated_vus arrival", False, "constant-arrival-rate"),
        ("stages start_rate max_vus arrival", True, "ramping-arrival-rate"),
    ],
)
def test_keys_say_which_executor_it_is(keys: str, rates: bool, name: str) -> None:
    assert choose(frozenset(keys.split()), rates=rates) == name


@pytest.mark.parametrize(
    ("keys", "rates", "key", "message"),
    [
        ("vus", False, "vus", "vus alone does not say how much load there is"),
        ("start_rate", False, "start_rate", "start_rate alone does not say how much load there is"),
        ("iterations duration", False, "duration", "duration does not go with iterations"),
        ("stages duration", False, "duration", "duration does not go with stages"),
        ("stages vus", False, "vus", "vus does not go with stages"),
        ("stages start_rate", False, "start_rate", "start_rate does not go with stages"),
        ("rate duration vus", False, "vus", "vus does not go with duration, rate"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(keys: str, rates: bool, key: str, message: str) -> None:
    with pytest.raises(BadLoadError) as caught:
        choose(frozenset(keys.split()), rates=rates)
    assert (caught.value.key, caught.value.message) == (key, message)


@pytest.mark.parametrize(
    ("name", "settings", "schedule", "line"),
    [
        (
            "per-vu-iterations",
            Settings(),
            Quota(1, 1, each=True, seconds=600),
            "1 iterations for each of 1 VUs (max_duration: 10m0s)",
        ),
        (
            "shared-iterations",
            Settings(vus=10, iterations=30, max_duration=5.0),
            Quota(10, 30, each=False, seconds=5),
            "30 iterations shared among 10 VUs (max_duration: 5s)",
        ),
        (
            "constant-vus",
            Settings(vus=3, duration=90.0),
            Users(Curve((Ramp(90, 3, 3),))),
            "3 looping VUs for 1m30s",
        ),
        (
            "ramping-vus",
            Settings(stages=((5.0, 20), (10.0, 0))),
            Users(Curve((Ramp(5, 1, 20), Ramp(10, 20, 0)))),
            "up to 20 looping VUs for 15s over 2 stages",
        ),
        (
            "constant-arrival-rate",
            Settings(rate=20.0, duration=10.0),
            Arrivals(Curve((Ramp(10, 20, 20),)), 20, 20),
            "20 iterations/s for 10s (max_vus: 20)",
        ),
        (
            "ramping-arrival-rate",
            Settings(stages=((10.0, 2.5),), max_vus=50, pre_allocated_vus=5),
            Arrivals(Curve((Ramp(10, 0, 2.5),)), 50, 5),
            "up to 2.5 iterations/s for 10s over 1 stages (max_vus: 5-50)",
        ),
        (
            "constant-arrival-rate",
            Settings(rate=20.0, duration=10.0, arrival="poisson"),
            Arrivals(Curve((Ramp(10, 20, 20),)), 20, 20, poisson=True),
            "20 iterations/s (poisson) for 10s (max_vus: 20)",
        ),
        (
            "ramping-arrival-rate",
            Settings(stages=((10.0, 2.5),), max_vus=5, arrival="even"),
            Arrivals(Curve((Ramp(10, 0, 2.5),)), 5, 5),
            "up to 2.5 iterations/s for 10s over 1 stages (max_vus: 5)",
        ),
    ],
)
def test_settings_become_a_schedule(name: str, settings: Settings, schedule: object, line: str) -> None:
    made = EXECUTORS[name].schedule(settings)
    assert made == schedule
    assert EXECUTORS[name].describe(settings, made) == line


@pytest.mark.parametrize(
    ("name", "settings", "key", "message"),
    [
        (
            "shared-iterations",
            Settings(vus=10, iterations=3),
            "iterations",
            "3 iterations cannot be shared by 10 VUs",
        ),
        ("shared-iterations", Settings(vus=0, iterations=3), "vus", "vus must be more than 0"),
        ("constant-vus", Settings(vus=1), "duration", "duration is missing"),
        ("constant-vus", Settings(vus=1, duration=0.0), "duration", "duration must be more than 0"),
        ("constant-arrival-rate", Settings(duration=1.0), "rate", "rate is missing"),
        ("ramping-vus", Settings(start_vus=0, stages=((5.0, 0),)), "stages", "no stage has a VU"),
        ("ramping-vus", Settings(stages=((0.0, 5),)), "stages", "the stages take no time"),
        ("ramping-arrival-rate", Settings(stages=((5.0, 0),)), "stages", "no stage has a rate"),
        (
            "constant-arrival-rate",
            Settings(rate=1.0, duration=1.0, max_vus=2, pre_allocated_vus=3),
            "max_vus",
            "max_vus 2 is less than pre_allocated_vus 3",
        ),
    ],
)
def test_settings_that_make_no_load_are_refused(
    name: str, settings: Settings, key: str, message: str
) -> None:
    with pytest.raises(BadLoadError) as caught:
        EXECUTORS[name].schedule(settings)
    assert (caught.value.key, caught.value.message) == (key, message)


@pytest.mark.parametrize(
    ("largest", "ready", "vus"), [(7, None, (7, 7)), (None, 7, (7, 7)), (None, None, (3, 3))]
)
def test_max_vus_and_pre_allocated_vus_stand_in_for_each_other(
    largest: int | None, ready: int | None, vus: tuple[int, int]
) -> None:
    settings = Settings(rate=2.5, duration=1.0, max_vus=largest, pre_allocated_vus=ready)
    made = EXECUTORS["constant-arrival-rate"].schedule(settings)
    assert isinstance(made, Arrivals)
    assert (made.max_vus, made.pre_allocated_vus) == vus


def test_a_key_that_was_meant_otherwise_has_a_hint() -> None:
    with pytest.raises(BadLoadError) as caught:
        choose(frozenset({"rate", "duration", "vus"}), rates=False)
    assert caught.value.hint == "the VUs of a rate are max_vus"


def test_how_arrivals_come_needs_arrivals() -> None:
    with pytest.raises(BadLoadError) as caught:
        choose(frozenset({"vus", "duration", "arrival"}), rates=False)
    assert (caught.value.message, caught.value.hint) == (
        "arrival does not go with duration, vus",
        "arrivals need a rate, like rate: 10/s",
    )


def test_arrivals_come_evenly_or_by_chance_and_not_otherwise() -> None:
    assert [read_arrival(value) for value in ("even", "poisson")] == ["even", "poisson"]
    with pytest.raises(ValueError, match="write even or poisson"):
        read_arrival("random")


def test_a_worker_without_a_vu_has_no_arrivals_by_chance_either() -> None:
    schedule = Arrivals(Curve((Ramp(2, 5, 5),)), 2, 2, poisson=True)
    assert list(schedule.due(Shard(2, 3), "1/default")) == []


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_shards_share_users_iterations_and_arrivals_without_rest(workers: int) -> None:
    shards = [Shard(i, workers) for i in range(workers)]
    users = Users(Curve((Ramp(4, 0, 5), Ramp(4, 5, 0))))
    quota, arrivals = Quota(2, 9, each=False, seconds=1), Arrivals(Curve((Ramp(2, 5, 5),)), 2, 2)
    assert sorted(u for s in shards for u, _ in users.users(s)) == [0, 1, 2, 3, 4]
    assert sorted(n for s in shards for n in quota.numbers(s)) == list(range(9))
    assert sorted(n for s in shards for n, _ in arrivals.due(s)) == list(range(10))


def test_a_worker_without_a_user_takes_no_iterations() -> None:
    assert list(Quota(2, 9, each=False, seconds=1).numbers(Shard(2, 3))) == []
    assert list(Arrivals(Curve((Ramp(2, 5, 5),)), 2, 2).due(Shard(2, 3))) == []


def test_a_user_the_curve_never_reaches_is_left_out() -> None:
    curve = Curve((Ramp(1, 0, 1.0), Ramp(0, 1.0, 0)))
    assert [user for user, _ in Users(curve).users(Shard())] == []


def test_a_worker_has_as_many_arrivals_as_it_has_vus() -> None:
    schedule = Arrivals(Curve((Ramp(10, 12, 12),)), max_vus=3, pre_allocated_vus=3)
    shares = [[number for number, _ in schedule.due(Shard(index, 2))] for index in range(2)]
    assert [len(share) for share in shares] == [80, 40]
    assert sorted(shares[0] + shares[1]) == list(range(120))


@pytest.mark.parametrize(
    ("iterations", "lengths"), [(120, [80, 40]), (121, [81, 40]), (122, [81, 41]), (3, [2, 1])]
)
def test_a_worker_has_as_many_shared_iterations_as_it_has_vus(iterations: int, lengths: list[int]) -> None:
    schedule = Quota(max_vus=3, iterations=iterations, each=False, seconds=1)
    shares = [schedule.numbers(Shard(index, 2)) for index in range(2)]
    assert [length_hint(share) for share in shares] == lengths
    assert sorted([*shares[0], *shares[1]]) == list(range(iterations))


def test_what_is_left_of_shared_iterations_is_known_without_counting_them() -> None:
    pool = Quota(max_vus=3, iterations=10**18, each=False, seconds=1).numbers(Shard(0, 2))
    assert [next(pool) for _ in range(4)] == [0, 2, 3, 5]
    assert length_hint(pool) == (10**18 - 1) // 3 * 2 + 1 - 4


@pytest.mark.parametrize("poisson", [False, True])
@pytest.mark.parametrize(("begin", "end"), [(0, 9), (-1, 1), (0.5, 2.25), (1.1, 3.2), (2, 2), (3, 1), (4, 9)])
def test_how_many_arrivals_of_a_worker_are_due_between_two_moments(
    begin: float, end: float, poisson: bool
) -> None:
    schedule = Arrivals(Curve((Ramp(2, 5, 50), Ramp(2, 50, 0))), 5, 5, poisson=poisson)
    for index in range(6):  # of which the last one has no VU
        due = [moment for _, moment in schedule.due(Shard(index, 6), "1/a")]
        assert schedule.between(begin, end, Shard(index, 6), "1/a") == sum(begin <= at < end for at in due)
