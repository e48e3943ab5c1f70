"""The series of a result: nothing of a run is lost in the file, whatever is asked of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isclose

import numpy as np
import pytest
import samples_of_results as made
from hypothesis import given, settings
from hypothesis import strategies as st

from planrunner.metrics.buckets import pairs
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.selector import selector
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Totals
from planrunner.result import Result, UnknownError, from_json, select, to_json, values
from planrunner.result.packing import pack, unpack
from planrunner.result.series import read, series, written

VALUES = st.floats(-1e300, 1e300)
COUNTS = st.dictionaries(st.integers(-(2**31), 2**31 - 1), st.integers(1, 2**40), min_size=1, max_size=40)
TAGS = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))
SHARES = (0.0, 0.25, 0.5, 0.9, 0.95, 0.999, 1.0)


@pytest.mark.slow
@given(COUNTS)
def test_packed_buckets_are_read_back(counts: Mapping[int, int]) -> None:
    found, times = pairs(counts)
    assert unpack(found[0], pack((found, times))) == (found, times)


@pytest.mark.slow
@settings(max_examples=50)
@given(st.dictionaries(TAGS, st.lists(VALUES, min_size=1, max_size=30), min_size=1))
def test_series_of_a_file_add_up_to_the_whole(samples: Mapping[tuple[str, str], Sequence[float]]) -> None:
    result = made.of(
        {Key("load", (("scenario", s), ("zone", z))): trend(numbers) for (s, z), numbers in samples.items()}
    )
    found = from_json(to_json(result))
    for text in ("load", "load{scenario:a}", "load{scenario:a, zone!=x}", "load{zone:*}"):
        picked = [n for (s, z), ns in samples.items() if fits(text, s, z) for n in ns]
        assert_same(select(found, text), trend(picked).histogram if picked else None)


def fits(text: str, scenario: str, zone: str) -> bool:
    return selector(text).picks(Key("load", (("scenario", scenario), ("zone", zone))))


def trend(numbers: Sequence[float]) -> Trend:
    made = Trend()
    made.histogram.add(np.array(numbers))
    return made


def assert_same(sink: Sink | None, whole: Histogram | None) -> None:
    """Sums may differ in their last digit, as the order of adding does."""
    if whole is None or not isinstance(sink, Trend):
        assert (sink, whole) == (None, None)
        return
    held = sink.histogram
    assert (held.counts, held.count, held.min, held.max) == (whole.counts, whole.count, whole.min, whole.max)
    assert held.quantiles(SHARES) == whole.quantiles(SHARES)
    assert isclose(held.sum, whole.sum, rel_tol=1e-9, abs_tol=1e-6 * max(abs(held.min), abs(held.max)))


SINKS: tuple[Sink, ...] = (
    Counter(2.5, 2),
    Gauge(1.0, 0.0, 3.0, 7.5),
    Rate(3, 4),
    trend([-1e300, -0.1, 0.0, 1e-9, 0.25, 0.25, 1e300]),
)


@pytest.mark.parametrize("sink", SINKS, ids=lambda sink: type(sink).__name__)
def test_a_series_is_read_back(sink: Sink) -> None:
    part = written(sink)
    assert part is not None
    again = read(part)
    assert again.values(2.0) == sink.values(2.0)
    assert type(again) is type(sink)


def test_a_trend_without_values_is_not_written() -> None:
    assert series([(Key("load", ()), Trend())]) == ()


def test_a_sum_beyond_all_numbers_can_be_written() -> None:
    whole = trend([1.7e308])
    whole.merge(trend([1.7e308]))
    assert values(from_json(to_json(made.of({Key("load", ()): whole}))), "load")["count"] == 2


def test_numbers_of_a_selector_are_those_of_the_run() -> None:
    def measured() -> dict[Key, Sink]:
        return {
            Key("http_reqs", (("name", "a"), ("status", "200"))): Counter(6, 6),
            Key("http_reqs", (("name", "a"), ("status", "500"))): Counter(2, 2),
            Key("http_reqs", (("name", "b"), ("status", "200"))): Counter(1, 1),
        }

    result = replace(made.of(measured()), duration=4.0)
    for text in ("http_reqs", "http_reqs{name:a}", "http_reqs{status:5*}"):
        total = Totals(sinks=measured()).select(selector(text))
        assert total is not None
        assert values(result, text) == total.values(4.0)
    assert (values(result, "http_reqs{name:c}"), select(result, "vus")) == ({}, None)


def test_rates_are_of_the_time_without_warm_ups() -> None:
    result = replace(made.of({Key("http_reqs", ()): Counter(6, 6)}), duration=4.0, measured=3.0)
    assert values(result, "http_reqs")["rate"] == 2.0


def test_series_of_one_set_of_tags_stand_together_in_an_order_of_their_own() -> None:
    tags = (("name", "b"),)
    sinks = [(Key("z", tags), Counter(1, 1)), (Key("a", tags), Counter(2, 2)), (Key("z", ()), Counter(3, 3))]
    found = series(sinks)
    assert found == series(reversed(sinks))
    assert [(one.tags, [*one.counters]) for one in found] == [({}, ["z"]), ({"name": "b"}, ["a", "z"])]


def test_a_secret_stays_one_in_the_tags_of_series() -> None:
    found = series(
        [(Key("m", (("user", "hunter2"),)), Counter(1, 1))], lambda text: text.replace("hunter2", "***")
    )
    assert found[0].tags == {"user": "***"}


def folded(shared: Mapping[str, str]) -> Result:
    result = made.of({Key("http_reqs", (("name", "b"), ("method", "GET"))): Counter(1, 1)})
    rest = replace(result.series[0], tags=shared, folded=9, lost=("name",))
    return replace(result, series=(*result.series, rest))


def test_what_was_folded_is_picked_by_the_tags_that_all_of_it_shares() -> None:
    result = folded({"method": "GET"})
    assert values(result, "http_reqs")["count"] == 2
    assert values(result, "http_reqs{method:GET}")["count"] == 2
    assert values(result, "http_reqs{method:POST, name:b}") == {}
    assert values(result, "http_reqs{status:200}") == {}


def test_what_was_folded_cannot_be_told_apart() -> None:
    with pytest.raises(
        UnknownError, match=r"9 series of http_reqs are kept as their sum.* have this name is not"
    ):
        values(folded({"method": "GET"}), "http_reqs{name:b}")


def test_a_selector_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="write it as metric"):
        select(folded({}), "http reqs")


@pytest.mark.parametrize(
    ("first", "text", "complaint"),
    [
        (1, "*", "cannot be unpacked"),
        (1, "AAAA", "cannot be unpacked"),
        (1, made.zipped(b"\x01\x02\x03")[:8], "is cut off"),
        (1, made.zipped(b""), "holds no buckets"),
        (1, made.zipped(b"\x01\x01"), "holds no buckets"),
        (1, made.zipped(b"\x01\x00\x01"), "holds no buckets"),
        (1, made.zipped(b"\x80" * 12), "without an end"),
        (2**31 - 1, made.zipped(b"\x01\x01\x01"), "beyond all numbers"),
        (1, made.zipped(b"\x00" * 2**24 + b"\x01"), "cut off, or too long"),
        (1, made.zipped(b"\x05"), "holds 5 values, not 1"),
    ],
    ids=range(10),
)
def test_a_damaged_distribution_is_told(first: int, text: str, complaint: str) -> None:
    result = made.of({Key("load", ()): trend([0.5])})
    broken = replace(result.series[0].trends["load"], first=first, buckets=text)
    result = replace(result, series=(replace(result.series[0], trends={"load": broken}),))
    with pytest.raises(UnknownError, match=rf"a distribution of load .*{complaint}.*: the file is damaged"):
        select(result, "load")
