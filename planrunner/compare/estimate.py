"""How much two sides differ, and within which range that is likely to lie."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean

from msgspec import Struct

from planrunner.compare.student import beyond, width

CONFIDENCE = 0.95
"""How often a range holds the true difference."""


class Estimate(Struct, frozen=True):
    """A difference: the likeliest, and the range in which it lies in 95 of 100 comparisons."""

    middle: float
    low: float
    high: float
    chance: float  # of a difference at least as large where there is none


def paired(differences: Sequence[float]) -> Estimate | None:
    """Estimate the mean of differences that were measured side by side; None of fewer than two.

    What moves both sides alike, such as a machine that is busier for a while, is in none of them: a paired
    t-test (Student, The Probable Error of a Mean, Biometrika 6, 1908).
    """
    count = len(differences)
    if count < 2:
        return None
    middle = fmean(differences)
    spread = sum((value - middle) ** 2 for value in differences) / (count - 1)
    return _around(middle, sqrt(spread / count), count - 1)


def apart(base: Sequence[float], head: Sequence[float]) -> Estimate | None:
    """Estimate the difference of two means that were measured at different times; None of one value each.

    Both sides are taken to scatter alike (the two-sample t-test with a pooled variance), so that one new
    value can be held against many old ones: its range is then the prediction interval of the old ones.
    """
    freedom = len(base) + len(head) - 2
    if not base or not head or freedom < 1:
        return None
    means = fmean(base), fmean(head)
    squares = sum(
        (value - mean) ** 2 for values, mean in zip((base, head), means, strict=True) for value in values
    )
    error = sqrt(squares / freedom * (1 / len(base) + 1 / len(head)))
    return _around(means[1] - means[0], error, freedom)


def _around(middle: float, error: float, freedom: int) -> Estimate:
    if error == 0:
        return Estimate(middle, middle, middle, 0.0 if middle else 1.0)
    reach = width(CONFIDENCE, freedom) * error
    return Estimate(middle, middle - reach, middle + reach, beyond(middle / error, freedom))


def discoveries(chances: Sequence[float], share: float) -> list[bool]:
    """Say which of many differences are real, so that at most this share of those named is not.

    Benjamini and Hochberg, Controlling the False Discovery Rate, Journal of the Royal Statistical Society B
    57, 1995. Where nothing differs, it is the chance that any is named.
    """
    ordered = sorted(chances)
    limits = [chance for rank, chance in enumerate(ordered, 1) if chance <= share * rank / len(ordered)]
    highest = limits[-1] if limits else -1.0
    return [chance <= highest for chance in chances]
