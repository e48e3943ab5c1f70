"""Drawings of load: true to the curve, and small enough for any terminal."""

import pytest

from planrunner.explain.chart import chart
from planrunner.explain.lines import Line, line
from planrunner.pacing.curve import through

CLIMB = line(through(1, [(60, 10), (30, 0)]))


def test_a_ramp_is_drawn_from_where_it_starts() -> None:
    assert chart("VUs", CLIMB, 90) == [
        "VUs: at most 10, first at 1m",
        "10 ┤                                  ▁▁▂▃▄▅▆▆▇██▆▄▃▁",
        "   │                         ▁▂▃▄▅▅▆▇████████████████▇▅▃▁",
        "   │               ▁▂▃▄▄▅▆▇███████████████████████████████▆▄▂",
        "   │     ▁▂▃▃▄▅▆▇▇████████████████████████████████████████████▇▅▃▁",
        "   │▅▆▆▇██████████████████████████████████████████████████████████▇▅▄▂",
        " 0 └──────────────────────────────────────────────────────────────────",
        "    0s                              45s                          1m30s",
    ]


@pytest.mark.parametrize("end", [1, 90, 5025.5, 36000])
@pytest.mark.parametrize("top", [1, 12345, 0.05, 1000000])
def test_a_drawing_is_at_most_70_wide_and_8_high(end: float, top: float) -> None:
    drawn = chart("x", line(through(top, [(end, top)])), end)
    assert (max(map(len, drawn)), len(drawn)) == (70, 8)


def test_a_short_spike_is_not_lost_between_two_columns() -> None:
    spike = line(through(1, [(510, 1), (0, 50), (1, 50), (0, 1), (2490, 1)]))
    assert chart("x", spike, 3001)[1].count("█") == 1


def test_the_little_that_there_is_can_be_seen_and_nothing_cannot() -> None:
    late: Line = line(through(1, [(50, 1), (0, 1000), (50, 1000)]), after=100)
    foot = chart("x", late, 200)[5].partition("│")[2]
    assert (foot.count(" "), foot.count("▁"), foot.count("█")) == (31, 16, 16)
