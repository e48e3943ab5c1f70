"""What was measured in each scenario and each group, where there is more than one of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from planrunner.reports import wording
from planrunner.result import Result, Section, sections

MOST = 50  # each asks all series
MISSING = "–"  # noqa: RUF001 - a dash


@dataclass(frozen=True, slots=True)
class Place:
    """A scenario, or a group of it, with its numbers as they are shown."""

    scenario: str
    group: str  # `outer / inner`; empty: the whole scenario
    requests: str
    failed: str
    typical: str
    slow: str
    checks: str  # that held


def places(result: Result, most: int) -> list[Place]:
    """Tell them in the order of the plan; none where the run is all there is."""
    found = [_place(one) for one in islice(sections(result), min(most, MOST))]
    return found if len(found) > 1 else []


def _place(one: Section) -> Place:
    known = {metric.name: wording.values(metric) for metric in one.metrics}
    held, bad = sum(check.passes for check in one.checks), sum(check.fails for check in one.checks)
    return Place(
        one.scenario,
        " / ".join(one.group.split("::")[1:]),
        known.get("http_reqs", {}).get("count", MISSING),
        known.get("http_req_failed", {}).get("rate", MISSING),
        known.get("http_req_duration", {}).get("med", MISSING),
        known.get("http_req_duration", {}).get("p(95)", MISSING),
        wording.show_share(held / (held + bad)) if held + bad else MISSING,
    )
