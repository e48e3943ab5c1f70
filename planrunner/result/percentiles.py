"""How many samples a percentile takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil, log

DOUBT = 0.025
"""One side of an interval that holds the true percentile in 95 of 100 runs."""

_PERCENTILE = re.compile(r"p\(?(\d+(?:\.\d+)?)\)?")


def needed(value: str) -> int:
    """Return how many samples a value of a distribution takes to be carried by them; 0: any number.

    Of N samples, the largest lies below the true q-quantile with probability q^N: each of them does,
    independently, with probability q. While that is more than 2.5 %, no sample is an upper end of a 95 %
    interval for the quantile, so what was measured may be far too low. Below the median it is the smallest
    sample, and 1 - q. Source: order-statistic confidence intervals, which assume nothing about the
    distribution (David and Nagaraja, Order Statistics, 3rd edition, section 7.1; Hahn, Meeker and Escobar,
    Statistical Intervals, 2nd edition, section 5.2).
    """
    share = _share(value)
    if share is None:
        return 0
    outside = max(share, 1 - share)
    return ceil(log(DOUBT) / log(outside) - 1e-9) if outside < 1 else 0  # the extremes are what they are


def few(values: Iterable[str], samples: int) -> tuple[str, ...]:
    """Return those of some values (`p(95)`, `p95`, `med`) that so many samples do not carry."""
    return tuple(value for value in values if samples < needed(value))


def _share(value: str) -> float | None:
    if value == "med":
        return 0.5
    found = _PERCENTILE.fullmatch(value)
    return float(found[1]) / 100 if found else None
