"""Charts of numbers that a backend gave, on a page to be photographed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from pictures import shots

HERE = Path(__file__).parent
ASSETS = HERE.parents[1] / "planrunner" / "reports" / "assets" / "uplot"


class Series(msgspec.Struct, frozen=True):
    """Values at times, in seconds."""

    label: str
    times: Sequence[float]
    values: Sequence[float]


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A chart, and where it is in a grid of 24 columns."""

    title: str
    kind: Literal["lines", "dots", "bands", "number"]
    x: int
    y: int
    w: int
    h: int
    unit: str = "short"
    series: Sequence[Series] = ()
    span: tuple[float, float] = (0.0, 1.0)  # the times that it shows
    step: float = 1.0  # between two values
    clock: bool = False  # whether times are those of a clock, since 1970
    text: str = ""
    color: str = ""


def picture(panels: Sequence[Panel], file: Path, width: int = 1200, height: int = 1000) -> None:
    """Draw a page and write its picture."""
    page = (HERE / "charts.html").read_text(encoding="utf-8")
    script = (ASSETS / "uPlot.iife.min.js").read_text(encoding="utf-8")
    style = (ASSETS / "uPlot.min.css").read_text(encoding="utf-8")
    told = msgspec.json.encode(panels).decode().replace("<", "\\u003c")
    for mark, text in {"@@STYLE@@": style, "@@SCRIPT@@": script, "@@PANELS@@": told}.items():
        page = page.replace(mark, text)
    shots.page(page, file, width, height)
