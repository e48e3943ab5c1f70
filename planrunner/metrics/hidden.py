"""Iterations that left no times behind: dropped or interrupted, they hide the slow end of a distribution."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from planrunner.metrics.series import Counter, Selector
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


def hidden(totals: Totals, picked: Selector, open_load: Collection[str]) -> Hidden:
    """Return what is hidden of the times that a selector picks; `open_load` names scenarios with arrivals."""
    kind = totals.metrics[picked.metric]
    if kind.kind != "trend" or kind.contains != "time" or picked.metric in OURS:
        return NOTHING
    scenarios = {dict(key.tags).get("scenario", "") for key in totals.sinks if picked.picks(key)}
    return among(by_scenario(totals, open_load), scenarios)


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
    dropped = ((name, count) for name, count in _counts(totals, "dropped_iterations") if name in open_load)
    found = {name: Hidden(0, count) for name, count in _counts(totals, "iterations")}
    for name, count in (*dropped, *_counts(totals, "interrupted_iterations")):
        found[name] = found.get(name, NOTHING).together(Hidden(count))
    return found


def _counts(totals: Totals, metric: str) -> Iterator[tuple[str, int]]:
    for (scenario,), sink in totals.group(metric, ("scenario",)).items():
        assert isinstance(sink, Counter)
        yield scenario, int(sink.value)


def _place(value: str) -> float | None:
    """Return the share of samples that lie below a value; None where it is no quantile, or no high one."""
    if value in {"med", "max"}:
        return 0.5 if value == "med" else 1.0
    found = _PERCENTILE.fullmatch(value)
    return float(found[1]) / 100 if found else None
