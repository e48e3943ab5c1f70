"""A distribution in few bars, and series added up by their tags."""

from dataclasses import replace
from itertools import pairwise
from math import log10

import numpy as np
import pytest
import samples_of_results as made

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Key, Trend
from planrunner.result import Result, by_tags
from planrunner.result.distribution import bars, edges, parts, quantiles


def trend(*numbers: float) -> Trend:
    held = Histogram()
    held.add(np.array(numbers))
    return Trend(held)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1e300), (0.001, 0.002), (0.0004, 3.0), (0.0, 1e9), (0.1, 0.1), (1.0, 1.0)]
)
def test_edges_hold_the_values_are_few_and_equally_wide(low: float, high: float) -> None:
    found = edges(low, high, 60)
    ratios = {round(log10(after / before), 9) for before, after in pairwise(found)}
    assert (found[0] <= max(low, 1e-6), found[-1] >= high, len(found) <= 61, len(ratios)) == (
        True,
        True,
        True,
        1,
    )


def test_every_value_is_in_one_bar() -> None:
    sink = trend(0.0, 0.0011, 0.0012, 0.02, 0.5, 7.0)
    between = (0.001, 0.01, 0.1, 1.0)
    assert bars(sink, between) == (3, 1, 2)  # what lies beyond is counted at the edge


@pytest.mark.parametrize("sink", [None, Counter(3.0, 2)])
def test_what_is_no_distribution_has_empty_bars(sink: Counter | None) -> None:
    assert (bars(sink, (1.0, 2.0, 4.0)), parts(sink, (1.0,)), quantiles(sink, (0.5,))) == ((0, 0), (0, 0), [])


def test_limits_cut_a_distribution_into_parts() -> None:
    assert parts(trend(0.1, 0.2, 0.4, 0.9, 3.0), (0.3, 1.0)) == (2, 2, 1)
    assert parts(trend(0.5, 0.5), (0.5,)) == (2, 0)  # exactly at the limit is not beyond it


def test_quantiles_are_those_of_the_histogram() -> None:
    assert quantiles(trend(1.0, 2.0, 3.0), (0.0, 1.0)) == [1.0, 3.0]


def series() -> Result:
    tags = [(("name", "a"), ("ok", "true")), (("name", "a"), ("ok", "false")), (("name", "b"),)]
    return made.of({Key("time", one): trend(float(n + 1)) for n, one in enumerate(tags)})


def test_series_are_added_up_by_the_values_of_tags() -> None:
    counts = {where: sink.values(1)["count"] for where, sink in by_tags(series(), "time", ("name",)).items()}
    assert counts == {("a",): 2, ("b",): 1}


def test_a_tag_that_a_series_lacks_counts_as_empty() -> None:
    assert set(by_tags(series(), "time", ("name", "ok"))) == {("a", "true"), ("a", "false"), ("b", "")}


def test_series_whose_tag_is_lost_are_left_out() -> None:
    result = series()
    folded = tuple(replace(one, lost=("name",)) if one.tags["name"] == "b" else one for one in result.series)
    assert set(by_tags(replace(result, series=folded), "time", ("name",))) == {("a",)}


def test_series_that_are_damaged_are_left_out() -> None:
    result = series()
    first, *rest = result.series
    torn = replace(first, trends={"time": replace(first.trends["time"], buckets="x")})
    assert len(by_tags(replace(result, series=(torn, *rest)), "time", ("name", "ok"))) == 2


def test_another_metric_has_none() -> None:
    assert by_tags(series(), "size", ("name",)) == {}
