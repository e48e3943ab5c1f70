"""The options of commands that compare: the least difference that is worth a word."""

from __future__ import annotations

from functools import wraps
from typing import Any, cast

import click

from planrunner import units
from planrunner.cli.options import F, duration, option
from planrunner.result import Effect
from planrunner.result.comparison import CHANGE, DIFFERENCE


def _share(context: click.Context, parameter: click.Parameter, text: str) -> float:
    if not text.endswith("%"):  # 10 would be a thousand percent
        raise click.BadParameter("write a share like '10%'", context, parameter)
    try:
        return units.share(text)
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


OPTIONS = (
    option(
        "--min-change",
        metavar="SHARE",
        default=f"{CHANGE:.0%}",
        callback=_share,
        help="The least change of a time or rate that is called one, as a share of what was.",
    ),
    duration(
        "--min-difference",
        default=units.show_duration(DIFFERENCE),
        help="The least difference of times that is called one.",
    ),
)


def effects(function: F) -> F:
    """Declare the options; the function gets them as one `effect`."""

    @wraps(function)
    def gathered(*args: Any, min_change: float, min_difference: str, **rest: Any) -> Any:
        return function(*args, effect=Effect(min_change, units.duration(min_difference)), **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)
