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
from planrunner.reports.wording.comparison import (
    CONFIDENCE,
    MEASURE_NAMES,
    Compared,
    change_of,
    compared,
    compared_requests,
    compared_rows,
    likely,
    reservations,
    sided,
    unchanged,
)
from planrunner.reports.wording.environment import environment
from planrunner.reports.wording.limits import OPERATORS, difference, meaning, measured, notes, ranked
from planrunner.reports.wording.losses import (
    doubtful,
    exchanged,
    frequent,
    left_out,
    losses,
    lost_when,
    lower_bounds,
    seen,
    told,
    too_few,
)
from planrunner.reports.wording.numbers import clip, equation, marked, place, show, show_share, values
from planrunner.reports.wording.outputs import outputs, undelivered
from planrunner.reports.wording.phases import load, phase
from planrunner.reports.wording.trust import MEASURES, distrust, found, measures, shown, trust
from planrunner.reports.wording.verdict import ENDED, MARKS, Outcome, outcome, verdict
from planrunner.reports.wording.warm_up import warm_ups

__all__ = [
    "CONFIDENCE",
    "ENDED",
    "HEAD",
    "HOW",
    "MARKS",
    "MEASURES",
    "MEASURE_NAMES",
    "OPERATORS",
    "VERDICTS",
    "Compared",
    "Outcome",
    "amount",
    "capacity",
    "change_of",
    "clip",
    "compared",
    "compared_requests",
    "compared_rows",
    "difference",
    "distrust",
    "doubtful",
    "environment",
    "equation",
    "exchanged",
    "found",
    "frequent",
    "judged_at",
    "left_out",
    "level_line",
    "level_rows",
    "likely",
    "load",
    "losses",
    "lost_when",
    "lower_bounds",
    "marked",
    "meaning",
    "measured",
    "measures",
    "notes",
    "outcome",
    "outputs",
    "phase",
    "place",
    "ranked",
    "reservations",
    "seen",
    "show",
    "show_share",
    "shown",
    "sided",
    "told",
    "too_few",
    "trust",
    "unchanged",
    "undelivered",
    "values",
    "verdict",
    "warm_ups",
]
