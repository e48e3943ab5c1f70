"""Thresholds: k6's grammar, units, and the three verdicts."""

import numpy as np
import pytest

from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import METRICS, Counter, Gauge, Metric, Rate, Trend
from planrunner.metrics.threshold import Judgement, Rule, judge, parse


@pytest.mark.parametrize(
    ("metric", "text", "rule"),
    [
        ("http_req_duration", "p(95)<500", Rule("p(95)", "<", 0.5, "time")),
        ("http_req_duration", "p(99.9) <= 1.5s", Rule("p(99.9)", "<=", 1.5, "time")),
        ("http_req_duration", "med<1m30s", Rule("med", "<", 90.0, "time")),
        ("http_req_duration", " avg  <  200.5 ", Rule("avg", "<", 0.2005, "time")),
        ("http_req_failed", "rate<0.01", Rule("rate", "<", 0.01, "share")),
        ("http_req_failed", "rate < 1%", Rule("rate", "<", 0.01, "share")),
        ("checks", "rate===1", Rule("rate", "===", 1.0, "share")),
        ("http_reqs", "count>1000", Rule("count", ">", 1000.0, "default")),
        ("http_reqs", "rate>=90", Rule("rate", ">=", 90.0, "rate")),
        ("http_reqs", "rate >= 600/m", Rule("rate", ">=", 10.0, "rate")),
        ("data_received", "count<10MB", Rule("count", "<", 10_000_000.0, "data")),
        ("data_received", "count<2048", Rule("count", "<", 2048.0, "data")),
        ("vus", "value!=0", Rule("value", "!=", 0.0, "default")),
    ],
)
def test_an_expression_is_read_with_its_unit(metric: str, text: str, rule: Rule) -> None:
    assert parse(text, METRICS[metric]) == rule


@pytest.mark.parametrize(
    ("metric", "text", "complaint"),
    [
        ("http_req_duration", "fast", "write it as"),
        ("http_req_duration", "p(95)", "write it as"),
        ("http_req_duration", "p(95) < 500ms over 30s", "`over` is not in this version; a threshold"),
        ("http_req_duration", "fast over 30s", "write it as"),
        (
            "http_req_duration",
            "p(101)<1",
            "'p(101)' cannot be asked of a trend; one of: avg, min, med, max, p(N)",
        ),
        ("http_req_duration", "p95<1", "did you mean p(95)?"),
        ("http_req_duration", "count>1", "'count' cannot be asked of a trend"),
        ("http_req_failed", "p(95)<1", "'p(95)' cannot be asked of a rate; one of: rate"),
        ("http_reqs", "value>1", "'value' cannot be asked of a counter; one of: count, rate"),
        ("http_req_duration", "avg<5x", "write a duration"),
        ("http_req_failed", "rate<often", "write a share"),
        ("http_reqs", "rate>9/x", "write a rate"),
        ("http_reqs", "count>many", "'many' is no number"),
        ("data_sent", "count>5 elephants", "write it as"),
        ("data_sent", "count>5XB", "write a size"),
    ],
)
def test_what_is_no_expression_is_refused(metric: str, text: str, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text, METRICS[metric])
    assert complaint in str(caught.value)


def trend(*values: float) -> Trend:
    histogram = Histogram()
    histogram.add(np.array(values))
    return Trend(histogram)


@pytest.mark.parametrize(
    ("metric", "text", "sink", "expected"),
    [
        ("http_req_duration", "max<500", trend(0.1, 0.4), Judgement("passed", 0.4, 2)),
        ("http_req_duration", "p(100)<300", trend(0.1, 0.4), Judgement("failed", 0.4, 2)),
        ("http_req_failed", "rate<50%", Rate(1, 1), Judgement("failed", 0.5, 2)),
        ("http_reqs", "rate>4", Counter(10, 10), Judgement("passed", 5.0, 10)),
        ("dropped_iterations", "count==0", Counter(0), Judgement("passed", 0.0, 0)),
        ("vus", "value<3", Gauge(2, 1, 2), Judgement("passed", 2, 1)),
        ("http_req_failed", "rate<50%", Rate(), Judgement("no data", None, 0, "no samples")),
        ("http_req_duration", "max<500", None, Judgement("no data", None, 0, "no samples")),
    ],
)
def test_a_sink_is_judged(metric: str, text: str, sink: Trend | Rate | None, expected: Judgement) -> None:
    assert judge(parse(text, METRICS[metric]), sink, seconds=2.0) == expected


def test_too_few_samples_are_no_data() -> None:
    rule = parse("max<500", Metric("trend", "time"))
    reason = "2 samples, fewer than min_samples 3"
    assert judge(rule, trend(0.1, 0.4), 2.0, min_samples=3) == Judgement("no data", 0.4, 2, reason)
    assert judge(rule, trend(0.1, 0.4), 2.0, min_samples=2).verdict == "passed"
