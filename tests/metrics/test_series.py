"""Series: how parts add up."""

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Rate, Trend, samples


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
