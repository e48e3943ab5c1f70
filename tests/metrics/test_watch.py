"""What selectors pick, kept up snapshot by snapshot: the same as counted anew."""

import pytest
from hypothesis import given
from snapshots import SECONDS, second, snapshot, trend

from planrunner.metrics.adding import added
from planrunner.metrics.selector import selector
from planrunner.metrics.series import Counter, Gauge, Key, Sink, Trend
from planrunner.metrics.tally import Totals
from planrunner.metrics.watch import Watch

SELECTORS = [
    selector(text)
    for text in (
        "http_req_duration",
        "http_req_duration{endpoint:a}",
        "http_req_duration{endpoint:[a, b], status!=500}",
        "http_reqs{scenario:x*}",
        "http_req_failed{endpoint!=a}",
        "vus",
    )
]


def facts(sink: Sink | None) -> object:
    """Tell what is known of a sink, whatever its counts are kept in."""
    if isinstance(sink, Trend):
        held = sink.histogram
        return (held.counts, held.count, held.sum, held.min, held.max)
    return sink


@pytest.mark.slow
@given(SECONDS)
def test_what_is_watched_equals_what_is_selected_at_the_end(seconds: list) -> None:  # type: ignore[type-arg]
    watch, totals = Watch(SELECTORS), Totals()
    for number, requests in enumerate(seconds):
        made = snapshot(number, second(requests))
        watch.take(made.sinks)
        totals.add(made)
    assert [facts(watch.totals.get(picked)) for picked in SELECTORS] == [
        facts(totals.select(picked)) for picked in SELECTORS
    ]


def test_what_a_second_brought_is_told_for_each_selector() -> None:
    watch = Watch(SELECTORS)
    watch.take(second([("a", "x", 0.5, False)]))
    newest = watch.take(second([("b", "y", 0.25, False)]))
    assert {str(picked) for picked in newest} == {
        "http_req_duration",
        "http_req_duration{endpoint:[a, b], status!=500}",
        "http_req_failed{endpoint!=a}",
    }
    assert watch.scenarios[SELECTORS[0]] == {"x", "y"}


def test_a_snapshot_stays_as_it_is_and_so_does_what_was_told_of_it() -> None:
    watch, totals, key = Watch([selector("vus_max")]), Totals(), Key("vus_max", ())
    first: dict[Key, Sink] = {key: Gauge(1, 1, 1)}
    newest = watch.take(first)
    totals.add(snapshot(0, first))
    watch.take({key: Gauge(5, 5, 5)})
    assert (first[key], newest[selector("vus_max")]) == (Gauge(1, 1, 1), Gauge(1, 1, 1))


@pytest.mark.parametrize(
    "values", [[0.5], [0.5, 0.25] * 80, [10.0**n for n in range(-150, 150)], [n / 7 for n in range(150)]]
)
def test_trends_are_added_up_in_bulk_as_one_by_one(values: list[float]) -> None:
    parts = [trend(values), trend([value * 1.5 for value in values]), trend([])]
    whole = trend([*values, *(value * 1.5 for value in values)])
    assert facts(added(parts))[:2] == facts(whole)[:2]  # type: ignore[index]


def test_sums_of_nothing_and_of_one_are_no_work() -> None:
    one = Counter(1, 1)
    assert added([one]) is one
    assert facts(added([Trend(), Trend()])) == facts(Trend())
