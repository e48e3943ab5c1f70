"""A timeline in as many spans as can be told apart: neighbours are put together, and no peak is lost."""

from __future__ import annotations

from collections.abc import Sequence

from planrunner.result import Moment, Pulse


def spans(moments: Sequence[Moment], most: int) -> tuple[Moment, ...]:
    """Put neighbours together: sums of what was counted, the highest of what was measured."""
    size = -(-len(moments) // most)
    if size <= 1:
        return tuple(moments)
    return tuple(_moment(moments[n : n + size]) for n in range(0, len(moments), size))


def pulses(ones: Sequence[Pulse], most: int) -> tuple[Pulse, ...]:
    """Do the same for the generator's course."""
    size = -(-len(ones) // most)
    if size <= 1:
        return tuple(ones)
    return tuple(_pulse(ones[n : n + size]) for n in range(0, len(ones), size))


def _moment(part: Sequence[Moment]) -> Moment:
    return Moment(
        at=part[0].at,
        seconds=sum(m.seconds for m in part),
        vus=max(m.vus for m in part),
        iterations=sum(m.iterations for m in part),
        requests=sum(m.requests for m in part),
        failed=sum(m.failed for m in part),
        p50=_highest([m.p50 for m in part]),
        p95=_highest([m.p95 for m in part]),
        p99=_highest([m.p99 for m in part]),
        censored=tuple(dict.fromkeys(name for m in part for name in m.censored)),
    )


def _pulse(part: Sequence[Pulse]) -> Pulse:
    return Pulse(
        at=part[0].at,
        seconds=sum(p.seconds for p in part),
        cpu=_highest([p.cpu for p in part]),
        loop_lag=max(p.loop_lag for p in part),
        generator_lag=_highest([p.generator_lag for p in part]),
    )


def _highest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
