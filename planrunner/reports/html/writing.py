"""How the templates write values; whatever the plan or the target said is escaped, harmless and short."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from planrunner import units
from planrunner.errors import visible
from planrunner.reports import wording
from planrunner.reports.html.charts import bars

WORDS = {
    "passed": "Passed",
    "failed": "Failed",
    "no data": "No data",
    "interrupted": "Interrupted",
    "unjudged": "Not judged",
}


@cache
def environment(longest: int) -> Environment:
    """Make what renders templates; foreign text is cut to so many characters."""
    made = Environment(
        loader=PackageLoader("planrunner.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless(longest),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "count": lambda value: f"{value:,}",
        "duration": duration,
        "per_second": lambda value: f"{units.cut(value, 2)}/s",
        "number": lambda value: units.cut(value, 1),
        "percent": lambda value: "–" if value is None else f"{units.cut(100 * value, 1)}%",  # noqa: RUF001 - a dash
        "share": wording.show_share,
        "part": lambda part, total: wording.show_share(part / total if total else 0.0),
        "values": wording.values,
        "measured": wording.measured,
        "seen": wording.seen,
        "exchanged": wording.exchanged,
        "told": wording.told,
        "found": wording.found,
        "load": wording.load,
        "difference": wording.difference,
        "meaning": wording.meaning,
        "mark": wording.MARKS.__getitem__,
        "word": WORDS.__getitem__,
        "level": wording.VERDICTS.__getitem__,
        "coded": lambda text: coded(visible(text)),
        "moment": lambda text: text.replace("T", " ").replace("+00:00", " UTC"),
        "sentence": lambda text: text[:1].upper() + text[1:],
        "headroom": lambda limit: Markup(bars.headroom(limit)),  # noqa: S704 - holds numbers only
    }
    return made


def _harmless(longest: int) -> Callable[[Any], Any]:
    def write(value: Any) -> Any:
        """Pass everything the template writes: foreign text loses its control characters and is cut."""
        if isinstance(value, Markup) or not isinstance(value, str):
            return value
        return visible(value if len(value) <= longest else value[: longest - 1] + "…")

    return write


def duration(seconds: float | None, *, censored: bool = False, few: bool = False) -> str:
    """Write a time, and what its marks say of it."""
    if seconds is None:
        return "–"  # noqa: RUF001 - a dash
    return wording.marked(units.show_duration(seconds), censored=censored, few=few)


def coded(text: str) -> Markup:
    """Set what stands in backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped
