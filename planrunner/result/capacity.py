"""What a search for the capacity found: the levels that were tried, and between which two it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from planrunner.result.judged import Threshold
from planrunner.result.kinds import Count, Seconds

Found = Literal["good", "bad", "inconclusive"]

SearchEnd = Literal[
    "found",  # between two levels that are close enough
    "top",  # the highest level held
    "bottom",  # the lowest level was too much
    "generator",  # the load could not be made
    "no data",  # thresholds had nothing to judge
    "interrupted",  # before its end
]


@dataclass(frozen=True, slots=True)
class CapacityLevel:
    """One level that was tried; what was measured is of the search's scenario, without the settling."""

    level: Annotated[float, Meta(description="iterations begun per second, or VUs")]
    at: Annotated[float, Meta(description="when it began, in seconds since the run began")]
    seconds: Annotated[float, Meta(description="for how long it was judged")]
    verdict: Found
    rate: Annotated[float, Meta(description="iterations that came to their end, per second")]
    p50: Seconds | None
    p95: Seconds | None
    p99: Seconds | None
    failed: Annotated[float, Meta(description="the share of requests that failed")]
    dropped: Count
    broken: Annotated[tuple[Threshold, ...], Meta(description="the thresholds that it broke")] = ()
    reason: Annotated[str, Meta(description="what else there is to say of the verdict, else empty")] = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """A search: what for, what was tried, and how it ended."""

    scenario: str
    find: Literal["rate", "vus"]
    low: Annotated[float, Meta(description="where it began: `from`")]
    high: Annotated[float, Meta(description="where it was to end at the latest: `to`")]
    within: Annotated[float, Meta(description="how close it was to come, as a share of the level that holds")]
    settling: Annotated[float, Meta(description="seconds at the beginning of each level that are not judged")]
    levels: Annotated[tuple[CapacityLevel, ...], Meta(description="in order of time")]
    last_good: Annotated[float | None, Meta(description="the highest level that held")]
    first_bad: Annotated[float | None, Meta(description="the lowest level that was too much")]
    ended: SearchEnd
    reason: Annotated[str, Meta(description="why it ended before anything was found, else empty")] = ""

    @property
    def good(self) -> CapacityLevel | None:
        """The highest level that held."""
        return next(
            (one for one in self.levels if one.verdict == "good" and one.level == self.last_good), None
        )

    @property
    def bad(self) -> CapacityLevel | None:
        """The lowest level that was too much."""
        return next(
            (one for one in self.levels if one.verdict == "bad" and one.level == self.first_bad), None
        )
