"""Arrivals as they come by chance: a Poisson process, repeatable by its seed."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log1p, sqrt
from random import Random

SPREAD = 6.0  # standard deviations; one process in a thousand million has fewer arrivals than that


def poisson(seed: str) -> Iterator[tuple[int, float]]:
    """Yield number and area of the arrivals of a Poisson process of rate 1; it has no end.

    The gaps between arrivals are independent and exponential, with a mean of 1. Seen as areas under a curve
    they make a process of the curve's rate (Cinlar, Introduction to Stochastic Processes, 1975, 4.7).
    """
    random, number, area = Random(seed).random, 0, 0.0
    while True:
        area -= log1p(-random())
        yield number, area
        number += 1


def fewest(mean: float) -> int:
    """Return how many arrivals there are at least, where so many are expected; as good as sure."""
    return max(0, floor(mean - SPREAD * sqrt(mean)))
