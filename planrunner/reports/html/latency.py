"""How long requests took: in bars, in the ranges that the limits make, and by percentile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from planrunner import units
from planrunner.reports.html.charts import bars, distribution
from planrunner.reports.html.limits import cuts
from planrunner.reports.html.writing import duration
from planrunner.result import Result, Sink, UnknownError, by_tags, few, select
from planrunner.result import distribution as spread

MOST_BARS = 60
SHARES = {"min": 0.0, "med": 0.5, "p(90)": 0.9, "p(95)": 0.95, "p(99)": 0.99, "p(99.9)": 0.999, "max": 1.0}
MARKED = {"p50": "med", "p95": "p(95)", "p99": "p(99)"}
"""What has a line in the chart, and the percentile that it is."""


@dataclass(frozen=True, slots=True)
class Range:
    """The requests that took between two limits, or that failed."""

    name: str
    count: int
    share: float
    drawn: Markup


@dataclass(frozen=True, slots=True)
class Latency:
    """What is shown of the distribution."""

    chart: Markup
    told: str
    ranges: tuple[Range, ...]
    bars: tuple[distribution.Bar, ...]
    percentiles: tuple[tuple[str, str], ...]


def latency(result: Result) -> Latency | None:
    """Put it together; None where no distribution was kept."""
    try:
        total = select(result, "http_req_duration")
    except UnknownError:
        return None
    known = dict(zip(SHARES, spread.quantiles(total, tuple(SHARES.values())), strict=False))
    if total is None or not known:
        return None
    failed = by_tags(result, "http_req_duration", ("expected_response",)).get(("false",))
    between = spread.edges(known["min"], known["max"], MOST_BARS)
    drawn = tuple(_bars(total, failed, between))
    limits = cuts(result.thresholds)
    told = f"Half of the requests took up to {units.show_duration(known['med'])}, one in a hundred more than"
    told = f"{told} {units.show_duration(known['p(99)'])}, the slowest {units.show_duration(known['max'])}."
    marks = [distribution.Mark(name, name, known[value]) for name, value in MARKED.items()]
    marks += [distribution.Mark("limit", f"limit {units.show_duration(cut)}", cut) for cut in limits]
    return Latency(
        Markup(distribution.distribution(drawn, marks, told)),  # noqa: S704 - escapes what it writes
        told,
        tuple(_ranges(result, limits, total, failed)),
        tuple(bar for bar in drawn if bar.good or bar.failed),
        tuple(_percentiles(result, known)),
    )


def _bars(total: Sink, failed: Sink | None, between: Sequence[float]) -> Iterator[distribution.Bar]:
    counted = zip(pairwise(between), spread.bars(total, between), spread.bars(failed, between), strict=True)
    for (low, high), number, bad in counted:
        yield distribution.Bar(low, high, number - bad, bad)


def _ranges(result: Result, limits: Sequence[float], total: Sink, failed: Sink | None) -> Iterator[Range]:
    """Count what went well between each two limits, and apart from it all that failed."""
    if not limits:
        return
    names = [f"up to {units.show_duration(limits[0])}"]
    names += [f"{units.show_duration(a)} to {units.show_duration(b)}" for a, b in pairwise(limits)]
    names.append(f"longer than {units.show_duration(limits[-1])}")
    counts = zip(spread.parts(total, limits), spread.parts(failed, limits), strict=True)
    found = [("bars", name, number - bad) for name, (number, bad) in zip(names, counts, strict=True)]
    found.append(("failed", "failed", int(result.value("http_req_failed", "passes") or 0)))
    whole = sum(number for _, _, number in found)
    for kind, name, number in found:
        part = number / whole if whole else 0.0
        yield Range(name, number, part, Markup(bars.share(kind, part)))  # noqa: S704 - holds numbers only


def _percentiles(result: Result, known: dict[str, float]) -> Iterator[tuple[str, str]]:
    metric = result.metric("http_req_duration")
    hidden = set(metric.censored) if metric else set()
    if "max" in hidden:  # then what lies next to it is not known better
        hidden.add("p(99.9)")
    doubted = few(SHARES, (metric and int(metric.values.get("count", 0))) or 0)
    for name, value in known.items():
        yield name, duration(value, censored=name in hidden, few=name in doubted)
