"""Our numbers against k6's definitions (metrics/sink.go of k6 1.x), on the same samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Gauge, Rate, Trend
from planrunner.metrics.threshold.judge import measure

OFF = 0.002  # as docs/measuring.md says: half a bucket of 256 for each power of two


def percentile(samples: list[float], share: float) -> float:
    """Compute TrendSink.P: the samples in order, linear between the two next to the place."""
    ordered = sorted(samples)
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1.0)
    low = ordered[int(place)]
    if int(place) + 1 >= len(ordered):
        return low
    return low + (ordered[int(place) + 1] - low) * (place - int(place))


SAMPLES = st.lists(st.floats(1e-6, 100.0), min_size=1, max_size=60)


def trend(samples: list[float]) -> Trend:
    histogram = Histogram()
    histogram.add(np.array(samples))
    return Trend(histogram)


@pytest.mark.slow
@given(SAMPLES, st.sampled_from([0, 1, 50, 75.5, 90, 95, 99, 99.9, 100]))
def test_a_percentile_is_k6_s_within_the_bound_that_is_documented(
    samples: list[float], percent: float
) -> None:
    expected = percentile(samples, percent / 100)
    assert measure(f"p({percent})", trend(samples), 1.0) == pytest.approx(expected, rel=OFF)


@pytest.mark.slow
@given(SAMPLES)
def test_the_other_numbers_of_a_trend_are_k6_s_exactly(samples: list[float]) -> None:
    found = trend(samples)
    assert measure("min", found, 1.0) == min(samples)
    assert measure("max", found, 1.0) == max(samples)
    assert measure("avg", found, 1.0) == pytest.approx(sum(samples) / len(samples), rel=1e-12)
    assert measure("count", found, 1.0) == len(samples)
    assert measure("sum", found, 1.0) == pytest.approx(sum(samples), rel=1e-12)
    assert measure("med", found, 1.0) == pytest.approx(percentile(samples, 0.5), rel=OFF)


@pytest.mark.slow
@given(st.lists(st.booleans(), min_size=1), st.floats(0.5, 1e4))
def test_rates_and_counters_are_k6_s(samples: list[bool], seconds: float) -> None:
    trues = sum(samples)  # RateSink: Trues / Total; CounterSink: Value / seconds
    assert measure("rate", Rate(trues, len(samples) - trues), seconds) == trues / len(samples)
    assert measure("rate", Counter(trues, len(samples)), seconds) == trues / seconds
    assert measure("count", Counter(trues, len(samples)), seconds) == trues


def test_a_gauge_has_its_newest_value() -> None:
    gauge = Gauge(3, 3, 3, at=1.0)
    gauge.merge(Gauge(2, 2, 2, at=2.0))
    assert measure("value", gauge, 1.0) == 2
