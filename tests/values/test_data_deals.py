import pickle
from random import Random

import pytest
from datasets import table, taken

from planrunner.plan.model import AtEnd, Pick
from planrunner.values.rows import EndOfDataError, deal
from planrunner.values.scope import Scope

SHARDS = [1, 2, 3, 7]


@pytest.mark.parametrize("count", SHARDS)
@pytest.mark.parametrize("pick", ["sequential", "unique"])
@pytest.mark.parametrize("at_end", ["stop", "error"])
def test_shards_together_take_every_row_once(count: int, pick: Pick, at_end: AtEnd) -> None:
    shares = [taken(deal(table(10, pick, at_end), index, count), 11) for index in range(count)]
    assert [share.pop() for share in shares] == [at_end] * count
    assert sorted(row for share in shares for row in share) == list(range(10))


@pytest.mark.parametrize(
    ("count", "shares"),
    [
        (1, [[0, 1, 2, 3, 4, 0, 1]]),
        (2, [[0, 2, 4, 0, 2, 4, 0], [1, 3, 1, 3, 1, 3, 1]]),
        (3, [[0, 3, 0, 3, 0, 3, 0], [1, 4, 1, 4, 1, 4, 1], [2, 2, 2, 2, 2, 2, 2]]),
        (7, [[0] * 7, [1] * 7, [2] * 7, [3] * 7, [4] * 7, [0] * 7, [1] * 7]),
    ],
)
def test_a_shard_recycles_its_own_rows(count: int, shares: list[list[int]]) -> None:
    assert [taken(deal(table(5), index, count), 7) for index in range(count)] == shares


def test_a_shard_without_rows_of_its_own_ends_at_once() -> None:
    assert taken(deal(table(2, "unique", "stop"), 2, 3), 1) == ["stop"]


@pytest.mark.parametrize("count", SHARDS)
def test_a_row_per_vu_is_the_same_on_every_shard(count: int) -> None:
    deals = [deal(table(3, "per_vu"), index, count) for index in range(count)]
    assert [[taken(one, 2, vu_id) for vu_id in range(1, 6)] for one in deals] == [
        [[0, 0], [1, 1], [2, 2], [0, 0], [1, 1]]
    ] * count


def test_setup_which_has_no_vu_takes_the_row_of_the_first() -> None:
    assert taken(deal(table(3, "per_vu"), 0, 1), 1, vu_id=0) == [0]


@pytest.mark.parametrize("at_end", ["stop", "error"])
def test_a_vu_beyond_the_rows_has_none(at_end: AtEnd) -> None:
    one = deal(table(3, "per_vu", at_end), 0, 1)
    assert [taken(one, 1, vu_id) for vu_id in (3, 4)] == [[2], [at_end]]


def test_random_rows_are_drawn_from_all_with_the_seed_of_the_vu() -> None:
    drawn = taken(deal(table(5, "random", "stop"), 1, 2), 50)
    source = Random(1)
    assert drawn == [source.randrange(5) for _ in range(50)]
    assert {*drawn} == {0, 1, 2, 3, 4}


def test_an_iteration_keeps_its_row() -> None:
    scope, one = Scope(1, "browse", "t-1", Random(1)), deal(table(3), 0, 1)
    assert [one.take(scope), one.take(scope)] == [0, 0]
    assert scope.rows == {"users": 0}


def test_vus_of_a_worker_take_from_one_share() -> None:
    one = deal(table(4, "unique", "stop"), 0, 1)
    assert [taken(one, 1, 1), taken(one, 2, 2), taken(one, 2, 1)] == [[0], [1, 2], [3, "stop"]]


@pytest.mark.parametrize(
    ("pick", "index", "count", "message"),
    [
        ("unique", 0, 1, "data set 'users' has no more rows: all 1 have been taken (plan.yml:3)"),
        (
            "unique",
            1,
            2,
            "data set 'users' has no more rows: this process's 0 of 1 have been taken (plan.yml:3)",
        ),
        ("per_vu", 0, 1, "data set 'users' has 1 rows, so there is none for VU 2 (plan.yml:3)"),
    ],
)
def test_the_end_of_the_data_is_told(pick: Pick, index: int, count: int, message: str) -> None:
    scope, one = Scope(2, "browse", "t-1", Random(1)), deal(table(1, pick, "stop"), index, count)
    taken(one, 1)
    with pytest.raises(EndOfDataError) as raised:
        one.take(scope)
    assert (str(raised.value), raised.value.name) == (message, "users")


def test_a_table_can_be_sent_to_a_worker() -> None:
    sent = pickle.loads(pickle.dumps(table(3, "unique", "stop")))
    assert (sent, sent.size) == (table(3, "unique", "stop"), 3)
