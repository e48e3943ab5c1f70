"""Student's t distribution: how far the mean of few values may lie from the true one."""

from __future__ import annotations

from functools import cache
from math import exp, lgamma, log

TINY = 1e-300  # in place of 0 in a denominator (Lentz's method)
CLOSE = 1e-14
MOST_STEPS = 300
"""Terms of the fraction; for up to a thousand degrees of freedom some 50 are enough."""


def beyond(t: float, freedom: float) -> float:
    """Return the probability that a value lies farther from 0 than `t`, on either side.

    It is the regularized incomplete beta function of freedom / (freedom + t²), with freedom / 2 and 1/2
    (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.1 and 26.5.27).
    """
    whole = freedom + t * t
    return _beta(freedom / whole, t * t / whole, freedom / 2, 0.5)


@cache
def width(confidence: float, freedom: float) -> float:
    """Return the t of an interval around 0 that holds a value with this probability (0 to 1)."""
    wanted = 1 - confidence
    low, high = 0.0, 1.0
    while beyond(high, freedom) > wanted:
        low, high = high, high * 2
    while high - low > high * CLOSE:
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle, freedom) > wanted else (low, middle)
    return high


def _beta(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularized incomplete beta function of x; `rest` is 1 - x, with all its digits.

    Its fraction converges on the side of the mean.
    """
    if not rest:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(rest, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction (Abramowitz and Stegun, 26.5.8) by Lentz's method."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _apart(1 + term * d), _apart(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < CLOSE:
            break
    return value


def _apart(value: float) -> float:
    return value if abs(value) > TINY else TINY
