"""Judging: what a rule says of a sink, and the three verdicts."""

from itertools import pairwise

import numpy as np
import pytest

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import METRICS, Counter, Gauge, Metric, Rate, Trend
from planrunner.metrics.threshold.judge import Judgement, judge, worse
from planrunner.metrics.threshold.parse import parse
from planrunner.metrics.threshold.rule import Baseline, NoDataError, Source


def trend(*values: float) -> Trend:
    histogram = Histogram()
    histogram.add(np.array(values))
    return Trend(histogram)


@pytest.mark.parametrize(
    ("metric", "text", "sink", "expected"),
    [
        ("http_req_duration", "max<500", trend(0.1, 0.4), ("passed", 0.4, 2)),
        ("http_req_duration", "p(100)<300", trend(0.1, 0.4), ("failed", 0.4, 2)),
        ("http_req_duration", "sum<500", trend(0.125, 0.5), ("failed", 0.625, 2)),
        ("http_req_duration", "count>=2", trend(0.1, 0.4), ("passed", 2, 2)),
        ("http_req_failed", "rate<50%", Rate(1, 1), ("failed", 0.5, 2)),
        ("http_req_failed", "count==2", Rate(0, 2), ("passed", 2, 2)),
        ("http_reqs", "rate>4", Counter(10, 10), ("passed", 5.0, 10)),
        ("dropped_iterations", "count==0", Counter(0), ("passed", 0.0, 0)),
        ("vus", "value<3", Gauge(2, 1, 2), ("passed", 2, 1)),
        ("http_req_failed", "rate<50%", Rate(), ("no data", None, 0)),
        ("http_req_duration", "max<500", None, ("no data", None, 0)),
    ],
)
def test_a_sink_is_judged(
    metric: str, text: str, sink: Trend | Rate | None, expected: tuple[str, float | None, int]
) -> None:
    found = judge(parse(text, METRICS[metric]), sink, seconds=2.0)
    assert (found.verdict, found.measured, found.samples) == expected
    assert found.reason == ("no samples" if found.verdict == "no data" else "")


def told(source: Source) -> float:
    """Say what sources come to: the baseline 0.2, and requests 0."""
    if isinstance(source, Baseline):
        return 0.2
    if source.selector.metric == "http_reqs":
        return 0.0
    raise NoDataError(f"no {source}")


@pytest.mark.parametrize(
    ("limit", "verdict", "came_to", "reason"),
    [
        ("baseline * 1.5 + 50ms", "failed", 0.35, ""),
        ("baseline * 2 + baseline / 2", "passed", 0.5, ""),
        ("-(50ms - baseline * 3)", "passed", 0.55, ""),
        (
            "baseline / count of http_reqs",
            "no data",
            None,
            "the limit divides by count of http_reqs, which is 0",
        ),
        ("baseline * 1e300 * 1e300", "no data", None, "the limit is too large to be computed"),
        ("max of http_req_waiting", "no data", None, "no max of http_req_waiting"),
    ],
)
def test_a_limit_is_computed_when_it_is_judged(
    limit: str, verdict: str, came_to: float | None, reason: str
) -> None:
    rule = parse(f"max < {limit}", METRICS["http_req_duration"])
    found = judge(rule, trend(0.4), 1.0, of=told)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.limit == (came_to and pytest.approx(came_to))
    if came_to:
        assert found.terms == ((Baseline(), 0.2),)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("value < 5", [3, 4, 6, 9]),
        ("value >= 5", [9, 6, 4, 1]),
        ("value == 5", [5, 6, 3, 9]),
        ("value != 5", [9, 7, 4, 5]),
    ],
)
def test_the_worst_of_several_is_the_one_farthest_beyond_its_limit(text: str, values: list[float]) -> None:
    rule = parse(text, METRICS["vus"])
    judged = [judge(rule, Gauge(value, value, value), 1.0) for value in values]
    pairs = [
        (worse(rule, later, earlier), worse(rule, earlier, later)) for earlier, later in pairwise(judged)
    ]
    assert pairs == [(True, False)] * 3


def test_too_few_samples_are_no_data() -> None:
    rule = parse("max<500", Metric("trend", "time"))
    reason = "2 samples, fewer than min_samples 3"
    assert judge(rule, trend(0.1, 0.4), 2.0, min_samples=3) == Judgement("no data", 0.4, 2, reason)
    assert judge(rule, trend(0.1, 0.4), 2.0, min_samples=2).verdict == "passed"
