"""Numbers of a distribution, by the names that plans have for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from planrunner.metrics.histogram import Histogram

EXACT: Mapping[str, Callable[[Histogram], float]] = {
    "avg": lambda held: held.mean,
    "count": lambda held: held.count,
    "max": lambda held: held.max,
    "min": lambda held: held.min,
    "sum": lambda held: held.sum,
}


def measured(held: Histogram, names: Sequence[str]) -> list[float]:
    """Return what is asked of a distribution that has values: avg, min, med, max, count, sum, p(99.9)."""
    shares = [_share(name) for name in names if name not in EXACT]
    found = iter(held.quantiles(shares) if shares else ())
    return [EXACT[name](held) if name in EXACT else next(found) for name in names]


def _share(name: str) -> float:
    return 0.5 if name == "med" else float(name[2:-1]) / 100
