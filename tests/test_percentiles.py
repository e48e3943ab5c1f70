"""How many samples a percentile takes."""

import pytest

from planrunner.result import few, needed


@pytest.mark.parametrize(
    ("value", "samples"),
    [
        ("med", 6),
        ("p(50)", 6),
        ("p90", 36),
        ("p(90)", 36),
        ("p(95)", 72),
        ("p(99)", 368),
        ("p(99.9)", 3688),
        ("p(99.99)", 36887),
        ("p(10)", 36),
        ("p(5)", 72),
        ("p(0)", 0),
        ("p(100)", 0),
        ("max", 0),
        ("avg", 0),
        ("count", 0),
    ],
)
def test_a_percentile_takes_as_many_samples_as_an_interval_for_it(value: str, samples: int) -> None:
    assert needed(value) == samples


@pytest.mark.parametrize(
    ("value", "share"), [("med", 0.5), ("p(90)", 0.9), ("p(99.9)", 0.999), ("p(1)", 0.99)]
)
def test_that_is_the_first_number_whose_largest_sample_is_seldom_too_low(value: str, share: float) -> None:
    assert share ** needed(value) <= 0.025 < share ** (needed(value) - 1)


def test_values_that_so_few_samples_do_not_carry_are_named() -> None:
    assert few(("avg", "med", "p(90)", "p(95)", "max"), 40) == ("p(95)",)
    assert few(("med", "p90", "p95"), 5) == ("med", "p90", "p95")
