"""Numbers and foreign text, as every report writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planrunner import units
from planrunner.errors import visible
from planrunner.result import Metric


def clip(text: str, length: int = 120) -> str:
    """Make foreign text harmless and short: one line, no control characters, cut with an ellipsis."""
    return visible(text if len(text) <= length else text[: length - 1] + "…")


def place(file: str, line: int) -> str:
    """Write where something stands in the plan, as editors understand it."""
    return f"{clip(file, 100)}:{line}" if line else clip(file)


def show(value: float, contains: str) -> str:
    """Write a value in its unit: default, time, data, share, rate or data rate."""
    return SHOW[contains](value)


def show_share(value: float) -> str:
    """Write a share with two decimals, or as many as it takes not to call something nothing."""
    text = units.show_share(value)
    return f"{units.show_number(value * 100)}%" if text == "0.00%" and value else text


SHOW: Mapping[str, Callable[[float], str]] = {
    "default": units.show_number,
    "time": units.show_duration,
    "data": units.show_size,
    "share": show_share,
    "rate": units.show_rate,
    "data rate": lambda value: f"{units.show_size(value)}/s",
}


def values(metric: Metric) -> dict[str, str]:
    """Write all values of a metric in their units."""
    return {
        key: marked(_value(metric, key, value), censored=key in metric.censored, few=key in metric.few)
        for key, value in metric.values.items()
    }


def marked(text: str, *, censored: bool = False, few: bool = False) -> str:
    """Mark what was measured where it is only known to be at least so much, or of too few samples."""
    return f"{'>= ' if censored else ''}{'~' if few else ''}{text}"


def equation(name: str, text: str) -> str:
    """Write a name and its value without a gap: `p(95)=148.21ms`, `p(95)>=148.21ms`."""
    return f"{name}{text.replace(' ', '', 1)}" if text.startswith(">= ") else f"{name}={text}"


def _value(metric: Metric, key: str, value: float) -> str:
    if metric.type == "rate":
        return show(value, "share" if key == "rate" else "default")
    if metric.type == "counter" and key == "rate":
        return f"{show(value, metric.contains)}/s"
    return show(value, "default" if metric.type == "trend" and key == "count" else metric.contains)
