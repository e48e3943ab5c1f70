"""Scripts and styles of the page, the numbers that they draw, and the policy that allows just them."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from markupsafe import Markup

from planrunner.reports.html.charts.phases import lanes, ramps
from planrunner.reports.html.limits import tightest
from planrunner.reports.html.requests import sortable
from planrunner.reports.wording import clip
from planrunner.result import Result

STYLES = ("theme", "page", "tables", "charts", "narrow", "print")
SCRIPTS = ("page", "tables", "charts")

ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What would end a script, or a line of one, in JSON; written so, it means the same."""


class Embedded(NamedTuple):
    """What every page has in it."""

    styles: Markup
    scripts: tuple[Markup, ...]
    policy: str


@cache
def embedded() -> Embedded:
    """Read what is shipped, and allow it by its hash: nothing else can run, whatever gets into the page."""
    room, vendor = files("planrunner.reports.html"), files("planrunner.reports") / "assets" / "uplot"
    styles = _text(vendor / "uPlot.min.css") + "".join(
        _text(room / "styles" / f"{name}.css") for name in STYLES
    )
    own = "".join(_text(room / "scripts" / f"{name}.js") for name in SCRIPTS)
    uplot = (
        f"/*!\n{_text(vendor / 'LICENSE')}\n*/\n{_text(vendor / 'uPlot.iife.min.js')}"  # as the licence asks
    )
    scripts = (uplot, f'"use strict";\n{own}')
    policy = (
        f"default-src 'none'; style-src {_hash(styles)}; script-src {' '.join(map(_hash, scripts))};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Embedded(Markup(styles), tuple(Markup(script) for script in scripts), policy)  # noqa: S704 - our own files


def data(result: Result, most: int) -> Markup:
    """Write the numbers that the script draws and sorts by, so that no text ends their element."""
    told = json.dumps(_data(result, most), separators=(",", ":"), allow_nan=False)
    for sign, harmless in ESCAPES.items():
        told = told.replace(sign, harmless)
    return Markup(told)  # noqa: S704 - escaped


def _data(result: Result, most: int) -> dict[str, Any]:
    limit, course = tightest(result.thresholds), result.timeline
    names = ("at", "seconds", "vus", "iterations", "requests", "failed", "p50", "p95", "p99")
    return {
        "duration": result.duration,
        "timeline": {name: getattr(course, name) for name in names},
        "limit": {"seconds": limit.limit, "told": clip(limit.expression, 40)} if limit else None,
        "warm": sorted({(one.begin, one.end) for one in result.warm_up}),
        "ramps": ramps(result),
        "lanes": lanes(result),
        "requests": sortable(result, most),
    }


def _text(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
