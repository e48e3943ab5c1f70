"""The words and numbers that all reports share, so that no two of them tell a different story."""

from __future__ import annotations

from planrunner.reports.wording.capacity import (
    HEAD,
    HOW,
    VERDICTS,
    amount,
    capacity,
    judged_at,
    level_line,
    level_rows,
)
from planrunner.reports.wording.limits import OPERATORS, difference, meaning, measured, ranked
from planrunner.reports.wording.losses import exchanged, frequent, losses, lost_when, lower_bounds, seen, told
from planrunner.reports.wording.numbers import at_least, clip, equation, place, show, show_share, values
from planrunner.reports.wording.verdict import ENDED, MARKS, Outcome, distrust, outcome, verdict
from planrunner.reports.wording.warm_up import warm_ups

__all__ = [
    "ENDED",
    "HEAD",
    "HOW",
    "MARKS",
    "OPERATORS",
    "VERDICTS",
    "Outcome",
    "amount",
    "at_least",
    "capacity",
    "clip",
    "difference",
    "distrust",
    "equation",
    "exchanged",
    "frequent",
    "judged_at",
    "level_line",
    "level_rows",
    "losses",
    "lost_when",
    "lower_bounds",
    "meaning",
    "measured",
    "outcome",
    "place",
    "ranked",
    "seen",
    "show",
    "show_share",
    "told",
    "values",
    "verdict",
    "warm_ups",
]
