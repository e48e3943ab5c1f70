"""Numbers, times and settings of a plan, written for people."""

from __future__ import annotations

from collections.abc import Sequence

from planrunner import units
from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.data import written
from planrunner.values.expressions import compile_setting
from planrunner.values.names import Names


def told(setting: Setting, names: Names) -> str:
    """Write a setting with the values of its variables; as the plan has it when it depends on the run."""
    quiet = Problems()
    value = compile_setting(setting, Names(names.variables, runtime=False), quiet)
    text = written(value.value) if value.constant and not quiet.failed else setting.text
    return one_line(text)


def one_line(text: str) -> str:
    """Put a text of the plan on one line."""
    return " ".join(text.split())


def count(number: float, noun: str, several: str = "") -> str:
    """Write a number of things: `1 VU`, `1,000 iterations`."""
    return f"{figure(number)} {noun if number == 1 else several or noun + 's'}"


def figure(number: float) -> str:
    """Write a number: whole ones with commas, others with three digits that count."""
    if number == round(number):
        return f"{number:,.0f}"
    return f"{number:,.1f}" if number >= 10 else units.show_number(float(f"{number:.3g}"))


def time(seconds: float) -> str:
    """Write seconds as plans do: `1m30s`, `2h`, `300ms`."""
    if seconds < 60:
        return units.show_duration(seconds)
    minutes, rest = divmod(round(seconds, 2), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{units.show_number(part)}{unit}" for part, unit in parts if part)


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
