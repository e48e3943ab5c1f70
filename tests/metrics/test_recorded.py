"""Handles that tell of each sample: what they tell, and that they still count."""

from collections.abc import Sequence

from planrunner.metrics.recorded import Column, Note
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Trend
from planrunner.metrics.tally import Tally

Told = list[tuple[list[tuple[str, float | None]], tuple[float, ...]]]


def recording() -> tuple[Tally, Told]:
    """Make a tally, and what it tells: the metrics with constant values, and the values."""
    told: Told = []

    def record(columns: Sequence[Column]) -> Note:
        names = [(key.metric, value) for key, value in columns]
        return lambda values: told.append((names, values))

    return Tally(record), told


def test_a_request_is_told_with_all_that_belongs_to_it() -> None:
    tally, told = recording()
    handle = tally.exchanges(("waiting", "duration"), "reqs", "failed", {"name": "a"}, fails=True)
    handle.take(10, 20, (0.5, 0.75))
    handle.take(30, 40, ())
    whole = [("reqs", 1), ("failed", 1), ("data_sent", None), ("data_received", None)]
    timed = [("waiting", None), ("duration", None)]
    assert told == [(whole + timed, (10, 20, 0.5, 0.75)), (whole, (30, 40))]
    sinks = tally.cut(1).sinks
    assert sinks[Key("reqs", (("name", "a"),))] == Counter(2, 2)
    assert sinks[Key("data_received", ())] == Counter(60, 2)


def test_a_request_that_is_neither_failed_nor_not_is_told_as_neither() -> None:
    tally, told = recording()
    tally.exchanges((), "reqs", "failed", {}, fails=None).take(1, 2, ())
    assert [name for name, _ in told[0][0]] == ["reqs", "data_sent", "data_received"]


def test_a_check_is_told_whenever_it_is_asked() -> None:
    tally, told = recording()
    outcomes = tally.outcomes({"check": "c"})
    outcomes.passes += 1
    outcomes.passes += 1
    outcomes.fails += 1
    assert told == [([("checks", 1)], ())] * 2 + [([("checks", 0)], ())]
    assert tally.cut(1).sinks[Key("checks", (("check", "c"),))] == Rate(2, 1)


def test_a_counter_tells_how_it_grows_and_nothing_where_it_does_not() -> None:
    tally, told = recording()
    count = tally.count("iterations", {})
    count.value += 1
    count.value += False
    count.value += 2
    count.add(0)
    assert [values for _, values in told] == [(1,), (2,), (0,)]
    assert tally.cut(1).sinks[Key("iterations", ())] == Counter(3, 1)


def test_trends_and_gauges_tell_their_values() -> None:
    tally, told = recording()
    tally.rows(("a", "b"), {}).add((1.0, 2.0))
    tally.newest("oven", {}).set(180, at=0.5)
    assert told == [([("a", None), ("b", None)], (1.0, 2.0)), ([("oven", None)], (180,))]
    sinks = tally.cut(1).sinks
    assert isinstance(sinks[Key("b", ())], Trend)
    assert sinks[Key("oven", ())] == Gauge(180, 180, 180, 0.5)
