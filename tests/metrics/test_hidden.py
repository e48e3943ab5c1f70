"""What dropped and interrupted iterations hide: which values are lower bounds, and of which scenarios."""

import pytest

from planrunner.metrics.hidden import Hidden, hidden
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.selector import Selector, Tag
from planrunner.metrics.series import METRICS, Counter, Key, Metric, Sink, Trend
from planrunner.metrics.tally import Totals

OURS = ("generator_lag", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking")
VALUES = ("count", "avg", "min", "med", "p(90)", "p(95)", "p99", "p(99.9)", "max")


@pytest.mark.parametrize(
    ("count", "iterations", "bounds"),
    [
        (0, 0, ()),
        (0, 100, ()),
        (1, 9999, ("max",)),
        (1, 499, ("p(99.9)", "max")),
        (5, 95, ("p99", "p(99.9)", "max")),
        (6, 94, ("p(95)", "p99", "p(99.9)", "max")),
        (10, 90, ("p(95)", "p99", "p(99.9)", "max")),  # 10 % are not more than 10 %, whatever 1 - 0.9 is
        (50, 50, ("p(90)", "p(95)", "p99", "p(99.9)", "max")),
        (9, 1, ("med", "p(90)", "p(95)", "p99", "p(99.9)", "max")),
    ],
)
def test_a_value_beyond_what_is_known_is_a_lower_bound(
    count: int, iterations: int, bounds: tuple[str, ...]
) -> None:
    assert Hidden(count, iterations).bounds(VALUES) == bounds


def totals() -> Totals:
    counts = {
        ("iterations", "open"): 80,
        ("dropped_iterations", "open"): 15,
        ("interrupted_iterations", "open"): 5,
        ("iterations", "loop"): 100,
        ("dropped_iterations", "loop"): 900,
        ("interrupted_iterations", "loop"): 0,
        ("interrupted_iterations", "stuck"): 2,
    }
    sinks: dict[Key, Sink] = {Key(m, (("scenario", s),)): Counter(n, n) for (m, s), n in counts.items()}
    metrics = {**METRICS, "mine": Metric("trend", "time"), "pages": Metric("trend")}
    for metric in ("http_req_duration", *OURS, "mine", "pages"):
        for scenario in ("open", "loop", "stuck"):
            sinks[Key(metric, (("scenario", scenario),))] = Trend(Histogram())
    sinks[Key("http_req_duration", (("group", "::setup"),))] = Trend(Histogram())
    return Totals(metrics, sinks)


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        (Selector("http_req_duration"), Hidden(22, 180)),
        (Selector("mine"), Hidden(22, 180)),
        (Selector("http_req_duration", (Tag("scenario", ("open",)),)), Hidden(20, 80)),
        (Selector("http_req_duration", (Tag("scenario", ("loop",)),)), Hidden(0, 100)),
        (Selector("http_req_duration", (Tag("scenario", ("stuck",)),)), Hidden(2, 0)),
        (Selector("http_req_duration", (Tag("group", ("::setup",)),)), Hidden()),
        *((Selector(metric), Hidden()) for metric in OURS),
        (Selector("pages"), Hidden()),
        (Selector("iterations"), Hidden()),
    ],
)
def test_the_scenarios_of_a_metric_s_series_decide(picked: Selector, expected: Hidden) -> None:
    assert hidden(totals(), picked, {"open"}) == expected


def test_the_share_is_of_all_that_were_due() -> None:
    assert (Hidden(1, 3).share, Hidden(2, 0).share, Hidden(0, 3).share) == (0.25, 1, 0)
