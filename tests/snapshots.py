"""Snapshots made by rule: series of requests, some of them slow, some of them failed."""

from collections.abc import Iterable, Sequence

import numpy as np
from hypothesis import strategies as st

from planrunner.metrics.adding import copied
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Counter, Key, Rate, Sink, Trend
from planrunner.metrics.tally import Snapshot, merge

Second = dict[Key, Sink]


def trend(values: Sequence[float]) -> Trend:
    """Make a trend of values."""
    histogram = Histogram()
    histogram.add(np.array(values))
    return Trend(histogram)


def second(requests: Iterable[tuple[str, str, float, bool]]) -> Second:
    """Count requests: endpoint, scenario, seconds, and whether they failed."""
    sinks: Second = {}
    for endpoint, scenario, seconds, failed in requests:
        tags = (("endpoint", endpoint), ("scenario", scenario), ("status", "500" if failed else "200"))
        merge(sinks, Key("http_req_duration", tags), trend([seconds]))
        merge(sinks, Key("http_reqs", tags), Counter(1, 1))
        merge(sinks, Key("http_req_failed", tags), Rate(int(failed), int(not failed)))
        merge(sinks, Key("iterations", (("scenario", scenario),)), Counter(1, 1))
    return sinks


def snapshot(number: int, sinks: Second, seconds: float = 1.0) -> Snapshot:
    """Make the snapshot of a second, of sinks of its own."""
    own = {key: copied(sink) for key, sink in sinks.items()}
    return Snapshot(number, (number + 1) * seconds, seconds, own, [], [])


EXACT = st.integers(0, 4000).map(lambda number: number / 1024)  # sums of these do not depend on their order
REQUESTS = st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), EXACT, st.booleans())
SECONDS = st.lists(st.lists(REQUESTS, max_size=6), min_size=1, max_size=9)
