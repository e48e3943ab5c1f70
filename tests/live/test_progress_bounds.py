"""Progress while iterations are dropped: the p95 of that second is only known to be at least so much."""

import numpy as np
import pytest
from running import checked_plan

from planrunner.engine.run import Tick
from planrunner.engine.verdict.timeline import Span
from planrunner.live.terminal import line
from planrunner.metrics.histogram import Histogram


@pytest.mark.parametrize(("hidden", "shown"), [(0, "  p95 250ms  "), (2, "  p95 >= 250ms  ")])
def test_the_p95_of_a_second_with_drops_is_a_lower_bound(hidden: int, shown: str) -> None:
    checked = checked_plan("name: x\ntarget: http://h\nload: {vus: 5, duration: 40s}\nsteps:\n  - get: /a\n")
    histogram = Histogram()
    histogram.add(np.array([0.25] * 72))
    span = Span(1.0, 1.0, vus=3, iterations=20, requests=20, durations=histogram, hidden=hidden)
    assert shown in line(checked, Tick(2.0, span, 40, 0, 40, [], 0), 0.5)
