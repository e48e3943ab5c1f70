"""Sinks added up, without changing any of them."""

from __future__ import annotations

from collections.abc import Sequence

from planrunner.metrics.buckets import Buckets, Pairs
from planrunner.metrics.histogram import Histogram
from planrunner.metrics.series import Sink, Trend

FEW = 100  # buckets that are added one by one: numpy takes longer to begin


def added(sinks: Sequence[Sink]) -> Sink:
    """Add up sinks of one kind, in the order of their time; the sum may be one of them, so leave it as it is.

    What was added up is kept as two arrays, which take little room.
    """
    if len(sinks) == 1:
        return sinks[0]
    trends = [sink for sink in sinks if isinstance(sink, Trend)]
    if trends:
        return Trend(_histogram([trend.histogram for trend in trends]))
    return copied(*sinks)


def copied(*sinks: Sink) -> Sink:
    """Add up sinks of one kind into one of its own, which may be changed."""
    made = type(sinks[0])()
    for sink in sinks:
        made.merge(sink)  # type: ignore[arg-type]  # all are of one kind
    return made


def _histogram(parts: Sequence[Histogram]) -> Histogram:
    return Histogram(
        Buckets(_pairs([part.buckets.pairs() for part in parts if part.count])),
        sum(part.count for part in parts),
        sum(part.sum for part in parts),
        min(part.min for part in parts),
        max(part.max for part in parts),
    )


def _pairs(parts: Sequence[Pairs]) -> Pairs | None:
    if not parts:
        return None
    if sum(len(found) for found, _ in parts) > FEW:
        from planrunner.metrics.fold import together  # noqa: PLC0415  (numpy, which only a run needs)

        return together(parts)
    made = Buckets()
    for found, times in parts:
        made.add(found, times)
    return made.pairs()
