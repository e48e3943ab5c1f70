from typing import Any

import pytest
from evaluating import NAMES, PLACE, setting

from planrunner import units
from planrunner.errors import Problems
from planrunner.plan.model import Setting
from planrunner.values.names import UNKNOWN, Names
from planrunner.values.settings import resolve


@pytest.mark.parametrize(
    ("value", "seconds"), [("30s", 30.0), ("${n}s", 5.0), ("${'1m' if yes else '2m'}", 60.0)]
)
def test_a_setting_is_computed_and_parsed(value: str, seconds: float) -> None:
    problems = Problems()
    assert (resolve(setting(value), NAMES, units.duration, problems), problems.found) == (seconds, [])


def test_a_number_is_parsed_as_a_number() -> None:
    assert resolve(Setting(10, PLACE, "10"), NAMES, units.whole, Problems()) == 10


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (30, "wrong value 30", "a duration needs a unit: did you mean '30s' or '30ms'?"),
        ("${n}", "wrong value 5", "a duration needs a unit: did you mean '5s' or '5ms'?"),
        ("soon", "wrong value 'soon'", "write a duration like '300ms', '30s' or '1h30m'"),
        ("${token}", "'token' is not known here", "here only variables are known"),
        ("${bsae}", "unknown variable 'bsae'", "did you mean 'base'?"),
    ],
)
def test_what_is_wrong_with_a_setting_is_said_once(value: Any, message: str, hint: str) -> None:
    problems = Problems()
    assert resolve(Setting(value, PLACE, str(value)), NAMES, units.duration, problems) is None
    assert [(p.message, p.hint) for p in problems] == [(message, hint)]


def test_a_setting_that_needs_a_missing_variable_is_silently_unknown() -> None:
    problems = Problems()
    found = resolve(setting("${wait}"), Names({"wait": UNKNOWN}), units.duration, problems)
    assert (found, problems.found) == (None, [])
