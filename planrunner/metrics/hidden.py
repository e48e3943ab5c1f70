"""Iterations that left no times behind: dropped or interrupted, they hide the slow end of a distribution."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from planrunner.metrics.selector import Selector
from planrunner.metrics.series import Counter, Key, Metric, Sink
from planrunner.metrics.tally import Totals

SLACK = 1e-9  # 1 - 0.9 is a little less than 0.1

OURS = frozenset(
    {
        "generator_lag",
        "http_req_blocked",
        "http_req_connecting",
        "http_req_dns",
        "http_req_tls_handshaking",
    }
)
"""Times before a request is sent: who is dropped would have waited for the target's answer, not for these."""

FATES = frozenset({"dropped_iterations", "interrupted_iterations", "iterations"})
"""The counters that tell what became of iterations."""

_PERCENTILE = re.compile(r"p\(?(\d+(?:\.\d+)?)\)?")


class Hidden(Struct, frozen=True):
    """How many iterations left no times, beside those that did."""

    count: int = 0
    iterations: int = 0

    @property
    def share(self) -> float:
        """The share of all that were due, 0 to 1."""
        return self.count / (self.count + self.iterations) if self.count else 0.0

    def bound(self, value: str) -> bool:
        """Whether a value of a distribution (`p(95)`, `p95`, `med`, `max`) is only known to be at least that.

        More than 5 % of the samples are missing, and they may all have been slow: then the place of the
        95th percentile is among those that are missing.
        """
        place = _place(value)
        return place is not None and self.share > 1 - place + SLACK

    def bounds(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return those of some values that are lower bounds."""
        return tuple(value for value in values if self.bound(value))

    def together(self, other: Hidden) -> Hidden:
        """Return both as one."""
        return Hidden(self.count + other.count, self.iterations + other.iterations)


NOTHING = Hidden()


class Fates:
    """What became of the iterations of each scenario: up to now, and up to each of the newest seconds."""

    def __init__(self, open_load: Collection[str], kept: int) -> None:
        self._open_load = open_load
        self._past: deque[dict[str, Hidden]] = deque([{}], kept + 1)  # that of now is the last one

    def take(self, sinks: Mapping[Key, Sink], *, second: bool = True) -> None:
        """Count a snapshot, of a second of the run or of what stands beside it."""
        now = dict(self._past[-1])
        for scenario, count in counted(sinks, self._open_load).items():
            now[scenario] = now.get(scenario, NOTHING).together(count)
        if second:
            self._past.append(now)
        else:
            self._past[-1] = now

    def among(self, scenarios: Iterable[str], seconds: int | None = None) -> Hidden:
        """Return what is hidden in some scenarios, in all or in the newest seconds."""
        scenarios = tuple(scenarios)
        now = among(self._past[-1], scenarios)
        if seconds is None:
            return now
        then = among(self._past[max(-1 - seconds, -len(self._past))], scenarios)
        return Hidden(now.count - then.count, now.iterations - then.iterations)


def hidden(totals: Totals, picked: Selector, open_load: Collection[str]) -> Hidden:
    """Return what is hidden of the times that a selector picks; `open_load` names scenarios with arrivals."""
    if not hides(picked.metric, totals.metrics):
        return NOTHING
    scenarios = {dict(key.tags).get("scenario", "") for key in totals.sinks if picked.picks(key)}
    return among(by_scenario(totals, open_load), scenarios)


def hides(metric: str, metrics: Mapping[str, Metric]) -> bool:
    """Whether iterations that left no times hide anything of a metric."""
    kind = metrics[metric]
    return kind.kind == "trend" and kind.contains == "time" and metric not in OURS


def among(known: Mapping[str, Hidden], scenarios: Iterable[str]) -> Hidden:
    """Add up what is hidden in some scenarios."""
    found = NOTHING
    for scenario in scenarios:
        found = found.together(known.get(scenario, NOTHING))
    return found


def by_scenario(totals: Totals, open_load: Collection[str]) -> dict[str, Hidden]:
    """Return what is hidden in each scenario.

    Where VUs loop, iterations for which there was no time left are dropped as well, but were never due.
    """
    return counted(totals.sinks, open_load)


def counted(sinks: Mapping[Key, Sink], open_load: Collection[str]) -> dict[str, Hidden]:
    """Do the same for what a snapshot or the totals hold."""
    found: dict[str, Hidden] = {}
    for key, sink in sinks.items():
        if key.metric in FATES and isinstance(sink, Counter):
            scenario = dict(key.tags).get("scenario", "")
            if key.metric != "dropped_iterations" or scenario in open_load:
                count = int(sink.value)
                part = Hidden(0, count) if key.metric == "iterations" else Hidden(count)
                found[scenario] = found.get(scenario, NOTHING).together(part)
    return found


def _place(value: str) -> float | None:
    """Return the share of samples that lie below a value; None where it is no quantile, or no high one."""
    if value in {"med", "max"}:
        return 0.5 if value == "med" else 1.0
    found = _PERCENTILE.fullmatch(value)
    return float(found[1]) / 100 if found else None
