"""Settings that are known when the program is built: loads, timeouts, targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.data import shown
from planrunner.values.expressions import Names, compile_setting

T = TypeVar("T")


def resolve(setting: Setting, names: Names, parse: Callable[[object], T], problems: Problems) -> T | None:
    """Compute a setting from variables and parse it, for example with `units.duration`.

    None after a problem, and when it depends on a variable that was not given (which was said already).
    What `parse` raises as ValueError becomes a problem at the setting.
    """
    before = problems.errors
    value = compile_setting(setting, replace(names, runtime=False), problems)
    if problems.errors > before or not value.constant:
        return None
    try:
        return parse(value.value)
    except ValueError as error:
        problems.add(f"wrong value {shown(value.value, 40)}", setting.place, str(error))
        return None
