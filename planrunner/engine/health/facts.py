"""The facts of a run that rules look at, beside the vitals: what its result and its totals say."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from planrunner.metrics.hidden import Hidden
from planrunner.metrics.series import Counter
from planrunner.metrics.tally import Totals
from planrunner.result import Lost, Result, Threshold

RARE = (
    0.001  # share of dropped arrivals below which a `max` is not called unknown: one in a million would do it
)


class Facts(Struct, frozen=True):
    """What the run did."""

    seconds: float = 0.0
    processes: int = 1
    typical: float = 0.0  # seconds, the median of http_req_duration; 0 when nothing was measured
    sent: int = 0  # requests
    own: int = 0  # of them that failed because of this machine
    arrivals: Hidden = Hidden()  # that were dropped, beside those that came about
    unknown: str = ""  # what a threshold that holds asks about, and dropped arrivals hide
    lost: tuple[Lost, ...] = ()
    incomplete: bool = False  # the run was ended since one was lost


def facts(result: Result, totals: Totals, arriving: Collection[str]) -> Facts:
    """Gather the facts; `arriving` names scenarios with arrivals."""
    dropped, begun = (_count(totals, name, arriving) for name in ("dropped_iterations", "iterations"))
    arrivals = Hidden(dropped, begun)
    unknown = [limit.aggregate for limit in result.thresholds if _unknown(limit, arrivals)]
    return Facts(
        seconds=result.duration,
        processes=result.processes,
        typical=result.value("http_req_duration", "med") or 0.0,
        sent=sum(request.count for request in result.requests),
        own=result.own_failures,
        arrivals=arrivals,
        unknown=unknown[0] if unknown else "",
        lost=result.lost,
        incomplete=result.stopped == "agent",
    )


def _count(totals: Totals, metric: str, arriving: Collection[str]) -> int:
    found = totals.group(metric, ("scenario",)).items()
    return sum(int(s.value) for (name,), s in found if name in arriving and isinstance(s, Counter))


def _unknown(limit: Threshold, arrivals: Hidden) -> bool:
    """Whether a threshold holds only because the slowest were dropped, for all we know."""
    hidden = limit.verdict == "passed" and limit.censored and arrivals.bound(limit.aggregate)
    return hidden and (limit.aggregate != "max" or arrivals.share > RARE)
