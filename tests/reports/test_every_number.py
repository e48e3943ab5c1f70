"""Every number of a result is in the HTML report, by its own value, and in the JSON that it carries."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import compared_samples
import odd_runs
import pytest
import samples
from pizza_run import moments
from rich_run import course, rich
from search_samples import exhausted, searched
from walk import numbers, replaced, unheard, unseen

from planrunner.reports.html import html
from planrunner.result import LeftOut, Result, Term, columns, from_json, pulses

pytestmark = pytest.mark.slow

KEPT = (
    *("format", "exit_code", "timeline.seconds", "timeline.censored", "health.course.seconds"),
    *("capacity.levels.broken", "capacity.levels.level", "capacity.last_good", "capacity.first_bad"),
)
"""Numbers that mean something else when they change."""

WHOLE = ("timeline.vus", "phases.first", "phases.last")


def computed() -> Result:
    """A run with a limit that is computed, over a window, and something left out; few spans."""
    limit = replace(
        samples.limit("http_req_duration", "p(95) < 500ms", 0.5, 0.61, 47),
        limit_text="1.2 * baseline",
        terms=(Term("baseline", 0.44, "time"),),
        over=30.0,
        at=61.0,
    )
    result = replace(odd_runs.incomplete(), thresholds=(limit,), left_out=(LeftOut("long texts", 3, "cut"),))
    return replace(result, timeline=columns(moments(12)), measured=195.4)


def small() -> Result:
    result = rich()
    health = replace(
        result.health, processes=odd_runs.untrusted().health.processes, course=pulses(course(12))
    )
    return replace(result, timeline=columns(moments(12)), health=health, series=(), processes=2)


RUNS = [
    rich,
    small,
    computed,
    samples.failed,
    samples.overloaded,
    samples.empty,
    searched,
    exhausted,
    odd_runs.untrusted,
    compared_samples.slower,
    compared_samples.unchanged,
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.__name__)
def test_every_number_is_shown_or_it_is_said_why_not(run: Callable[[], Result]) -> None:
    result = run()
    assert (unheard(result), unseen(result, html(result))) == (set(), [])


@pytest.mark.parametrize("run", [small, computed, searched], ids=lambda run: run.__name__)
def test_every_number_is_shown_by_its_own_value(run: Callable[[], Result]) -> None:
    each = count(1)

    def other(place: str, value: float) -> float:
        """Return a number that no other place has."""
        if place.startswith(KEPT):
            return value
        number = next(each)
        if isinstance(value, int):
            return 1_000 + 7 * number
        return 2_000.0 + number if place in WHOLE else 0.1001 + 0.0017 * number

    result = replaced(run(), other)
    assert len({one.value for one in numbers(result)}) > 0.5 * len(numbers(result))
    assert unseen(result, html(result)) == []


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.__name__)
def test_the_download_has_them_all(run: Callable[[], Result]) -> None:
    result = run()
    found = re.search(r'href="data:application/json;base64,([^"]+)"', html(result))
    assert found
    assert numbers(from_json(base64.b64decode(found[1]))) == numbers(result)
