"""The course of a run in blocks."""

import pytest

from planrunner.reports.sparks import WIDTH, Spark, sparks
from planrunner.result import Moment, Timeline, columns


def moments(*rows: tuple[int, float | None], failed: int = 0) -> Timeline:
    """A run with so many requests in each second, and so long a p95."""
    return columns(
        Moment(float(at), 1.0, 1.0, 0, count, failed, None, p95, None) for at, (count, p95) in enumerate(rows)
    )


def test_heights_begin_at_nothing() -> None:
    rate, slow = sparks(moments((0, 0.1), (5, 0.2), (10, 0.4), (20, 0.8)))
    assert (rate.title, rate.line, rate.lowest, rate.highest) == (
        "Requests per second",
        "▁▃▅█",
        "0/s",
        "20/s",
    )
    assert slow == Spark("Slow 5 % (p95)", "▂▃▅█", "100ms", "800ms")


def test_where_nothing_was_measured_there_is_no_block() -> None:
    _, slow = sparks(moments((0, None), (5, 0.2)))
    assert slow.line == "·█"


def test_what_was_never_measured_has_no_line() -> None:
    (rate,) = sparks(moments((0, None), (0, None)))
    assert (rate.line, rate.highest) == ("▁▁", "0/s")


def test_failures_have_a_line_where_there_are_any() -> None:
    *_, failed = sparks(moments((5, 0.1), (5, 0.1), failed=2))
    assert (failed.title, failed.line, failed.highest) == ("Failed per second", "██", "2/s")


@pytest.mark.parametrize("count", [2, 29, 30, 31, 45, 1200])
def test_a_line_has_room_on_a_phone_and_no_second_is_lost(count: int) -> None:
    rows = [(1, 0.1)] * (count - 1) + [(1, 9.0)]
    rate, slow = sparks(moments(*rows))
    assert len(rate.line) == len(slow.line) == min(count, WIDTH)
    assert (slow.line[-1], slow.highest) == ("█", "9s")


@pytest.mark.parametrize("rows", [[], [(1, 0.1)]])
def test_a_run_without_a_course_has_none(rows: list[tuple[int, float | None]]) -> None:
    assert sparks(moments(*rows)) == []
