"""How much of a result a page shows: less of it where all would be too large to be mailed and opened."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 1_000_000  # bytes of a page, whatever the target and the plan said


@dataclass(frozen=True, slots=True)
class Size:
    """What is shown at the most; the raw result has it all."""

    rows: int  # of each table
    text: int  # characters of any foreign text
    lines: int  # of the plan
    spans: int  # of a chart
    raw: int  # bytes of the raw result in the page, in base64


SIZES = (
    Size(rows=200, text=300, lines=3000, spans=300, raw=600_000),
    Size(rows=200, text=300, lines=3000, spans=300, raw=0),
    Size(rows=60, text=200, lines=800, spans=200, raw=0),
    Size(rows=12, text=120, lines=150, spans=100, raw=0),
)
"""From much to little: the first one that fits is taken. Into the last one all of them fit."""
