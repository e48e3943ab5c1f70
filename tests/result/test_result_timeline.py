"""The timeline in columns: the spans are those that were measured, with the digits that mean something."""

import pytest

from planrunner.result import Moment, Timeline, columns


def test_columns_are_read_as_spans() -> None:
    spans = (
        Moment(0.0, 1.0, 5.0, 9, 10, 1, 0.1, 0.2, 0.3, ("p95", "p99")),
        Moment(1.0, 1.0, 5.0, 0, 0, 0, None, None, None),
        Moment(2.0, 0.5, 2.0, 9, 10, 1, 0.1, 0.2, 0.3, ("p99",)),
    )
    made = columns(spans)
    assert (tuple(made), len(made), made.censored) == (spans, 3, {"p95": (0,), "p99": (0, 2)})


def test_numbers_have_as_many_digits_as_mean_something() -> None:
    (found,) = columns([Moment(1 / 3, 2 / 3, 1.0, 1, 1, 0, 1 / 3, 1234 / 9, 1 / 3000)])
    assert (found.at, found.seconds, found.p50, found.p95, found.p99) == (
        0.333,
        0.667,
        0.3333,
        137.1,
        0.0003333,
    )


def test_a_span_that_took_hardly_any_time_took_some() -> None:
    (found,) = columns([Moment(0.0, 1.23456e-5, 1.0, 1, 1, 0, None, None, None)])
    assert found.seconds == pytest.approx(1.235e-5)


def test_columns_of_different_lengths_are_not_even() -> None:
    assert (Timeline().even, Timeline(at=(0.0,)).even) == (True, False)
