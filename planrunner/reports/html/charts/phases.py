"""The phases of the load beside the timeline: drawn as the load itself, told in words, not by colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from planrunner.reports import wording
from planrunner.reports.html.charts.drawing import box, outline, text
from planrunner.reports.html.charts.scales import Scale
from planrunner.result import Phase, Result

MOST = 3  # lanes: there is no room for more
HIGH, STEP = 12, 13  # pixels of a lane, and from one to the next
LETTER = 5.6  # pixels that a letter takes
RAMPS = ("ramp-up", "ramp-down")


class Part(NamedTuple):
    """A phase as it is drawn: when it is, in seconds, and how high, as shares of the highest level."""

    begin: float
    end: float
    first: float
    last: float
    told: tuple[str, ...]  # in words that get shorter


def lanes(result: Result) -> list[list[Part]]:
    """Return a lane for each scenario, or one for all where they go through the same phases.

    Where there are too many, those come first whose load changes.
    """
    found = _by_scenario(result.phases)
    if _alike(found):
        found = dict(list(found.items())[:1])
    several = len(found) > 1
    first = sorted(found, key=lambda name: len(found[name]) == 1)[:MOST]
    return [_lane(name if several else "", ones) for name, ones in found.items() if name in first]


def ramps(result: Result) -> list[tuple[float, float]]:
    """Return when the load changes; where scenarios do so each in its own time, the lanes alone tell it."""
    found = _by_scenario(result.phases)
    ones = next(iter(found.values())) if _alike(found) else []
    return [(one.begin, one.end) for one in ones if one.name in RAMPS]


def shades(result: Result, across: Scale, panels: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Shade in each panel, given by top and bottom, when the load changes."""
    for begin, end in ramps(result):
        left, right = across.at(begin), across.at(end)
        for top, bottom in panels:
            yield box("ramp", (left, top), (right - left, bottom - top), 0.07)


def drawn(result: Result, across: Scale, top: float) -> Iterator[str]:
    """Draw the lanes, the first one from `top` down."""
    for number, lane in enumerate(lanes(result)):
        bottom = top + number * STEP + HIGH
        for part in lane:
            left, right = across.at(part.begin), across.at(part.end) - 1
            heights = (0, left), (part.first, left), (part.last, right), (0, right)
            yield outline("phase", [(x, bottom - HIGH * share) for share, x in heights], 0.3)
            told = next((one for one in part.told if LETTER * len(one) < right - left - 8), "")
            if told:
                yield text(left + 4, bottom - 2.5, told, "start", "phase")


def _by_scenario(phases: Sequence[Phase]) -> Mapping[str, list[Phase]]:
    found: dict[str, list[Phase]] = {}
    for one in phases:
        found.setdefault(one.scenario, []).append(one)
    return found


def _alike(found: Mapping[str, list[Phase]]) -> bool:
    """Whether all scenarios go through the same phases at the same time."""
    return len({tuple((one.name, one.begin, one.end) for one in ones) for ones in found.values()}) == 1


def _lane(name: str, phases: Sequence[Phase]) -> list[Part]:
    high = max(max(one.first, one.last) for one in phases) or 1.0
    longest = max(phases, key=lambda one: one.end - one.begin)  # has room for the name
    return [_part(name if one is longest else "", one, high) for one in phases]


def _part(name: str, one: Phase, high: float) -> Part:
    told = wording.phase(one)
    named = tuple(f"{wording.clip(name, 30)}: {words}" for words in told) if name else ()
    return Part(one.begin, one.end, one.first / high, one.last / high, (*named, *told))
