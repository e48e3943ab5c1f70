"""The plans of one run, and in a line for each what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from planrunner.reports import wording
from planrunner.reports.wording import clip
from planrunner.result import Result, Timeline

State: TypeAlias = Literal["failed", "interrupted", "not run", "unjudged", "passed"]

STATES: tuple[State, ...] = ("failed", "interrupted", "not run", "unjudged", "passed")
"""How a plan can end, the worst first."""

SIGNS = {**wording.MARKS, "not run": "-"}
WORDS = {"unjudged": "not judged"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the plans: where its reports are, and what became of it."""

    name: str
    file: str
    slug: str
    result: Result | None = None  # None: it was not run

    @property
    def state(self) -> State:
        """How it ended, if it was run."""
        return wording.outcome(self.result) if self.result else "not run"

    @property
    def verdict(self) -> str:
        """Say so in one sentence."""
        return clip(wording.verdict(self.result), 240) if self.result else "not run"

    @property
    def requests(self) -> str:
        """Write how many there were, and how many of them failed."""
        count, failed = self._value("http_reqs", "count"), self._value("http_req_failed", "rate")
        if count is None:
            return ""
        return f"{count:,.0f}" + (f", {wording.show_share(failed)} failed" if failed else "")

    @property
    def slow(self) -> str:
        """Write what the slowest 5 % of the requests took at least."""
        metric = self.result.metric("http_req_duration") if self.result else None
        return wording.values(metric).get("p(95)", "") if metric else ""

    def _value(self, metric: str, aggregate: str) -> float | None:
        return self.result.value(metric, aggregate) if self.result else None


def slim(result: Result) -> Result:
    """Return what an index and JUnit tell of a result, so that those of many plans have room."""
    return replace(result, series=(), timeline=Timeline())


def worst(entries: Sequence[Entry]) -> State:
    """Say how they ended as a whole."""
    states = {entry.state for entry in entries}
    return next(state for state in STATES if state in states)


def heading(entries: Sequence[Entry]) -> str:
    """Count the plans by how they ended, the worst first."""
    counts = Counter(entry.state for entry in entries)
    told = (f"{counts[state]} {WORDS.get(state, state)}" for state in STATES if counts[state])
    return f"{len(entries)} plans: {', '.join(told)}"


def lines(entries: Sequence[Entry]) -> list[str]:
    """Write the index for a terminal."""
    width = max(len(clip(entry.file)) for entry in entries)
    return [
        f"  █ {heading(entries)}",
        "",
        *(f"    {SIGNS[entry.state]} {clip(entry.file):<{width}}  {entry.verdict}" for entry in entries),
        "",
    ]
