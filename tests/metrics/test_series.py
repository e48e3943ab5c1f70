"""Series: what a selector picks, how parts add up."""

import pytest

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Key, Rate, Selector, Trend, samples, selector


@pytest.mark.parametrize(
    ("text", "metric", "tags"),
    [
        ("http_reqs", "http_reqs", ()),
        (" http_reqs { } ", "http_reqs", ()),
        ("checks{check:status is 200}", "checks", (("check", "status is 200", True),)),
        (
            "a{name:GET http://h:1/x, scenario!=warm}",
            "a",
            (("name", "GET http://h:1/x", True), ("scenario", "warm", False)),
        ),
        ("a{check:'x, y','scenario':b}", "a", (("check", "x, y", True), ("scenario", "b", True))),
        ("a{name:it's {b}}", "a", (("name", "it's {b}", True),)),
    ],
)
def test_a_selector_is_read_as_k6_reads_it(
    text: str, metric: str, tags: tuple[tuple[str, str, bool], ...]
) -> None:
    assert selector(text) == Selector(metric, tags)


@pytest.mark.parametrize("text", ["", "{a:b}", "a{b}", "a{b:c", "a b"])
def test_what_is_no_selector_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"metric or metric|is not tag:value"):
        selector(text)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("m", True),
        ("other", False),
        ("m{name:GET /a?[b]}", True),
        ("m{name:GET*}", True),
        ("m{name!=GET*}", False),
        ("m{name:GET /a?[b],scenario:x}", True),
        ("m{name:GET /a?b}", False),
        ("m{endpoint:x}", False),
        ("m{endpoint!=x}", True),
    ],
)
def test_a_selector_picks_by_all_of_its_tags(text: str, picked: bool) -> None:
    key = Key("m", (("name", "GET /a?[b]"), ("scenario", "x")))
    assert selector(text).picks(key) is picked


def test_counters_add_up_to_a_count_and_a_rate() -> None:
    counter = Counter(3)
    counter.merge(Counter(4))
    assert (counter.values(2), counter.values(0)) == ({"count": 7, "rate": 3.5}, {"count": 7, "rate": 0.0})


def test_a_gauge_keeps_the_newest_value_and_the_extremes() -> None:
    gauge = Gauge(5, 2, 9)
    gauge.merge(Gauge(4, 3, 4))
    assert gauge.values(1) == {"value": 4, "min": 2, "max": 9}


def test_a_rate_is_the_share_of_passes() -> None:
    rate = Rate(1, 2)
    rate.merge(Rate(2, 3))
    assert rate.values(1) == {"rate": 3 / 8, "passes": 3, "fails": 5}
    assert Rate().rate == 0.0


def test_samples_are_counted_for_every_kind() -> None:
    trend = Trend(Histogram(count=4))
    assert [samples(sink) for sink in (trend, Rate(1, 2), Counter(9, 5), Gauge(7))] == [4, 3, 5, 1]
