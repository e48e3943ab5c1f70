"""The options of `run` that say how much runs, and which scenarios of it."""

from __future__ import annotations

from functools import wraps
from typing import Any, TypeAlias, cast

import click
from click.core import ParameterSource
from msgspec import Struct

from planrunner import units
from planrunner.cli.options import F, duration, option
from planrunner.engine.program.override import Changes

KEYS = ("vus", "duration", "iterations", "rate")
NAMED = frozenset({ParameterSource.COMMANDLINE})

StageText: TypeAlias = tuple[str, str]


class Loads(Struct, frozen=True):
    """What the command line says of how much runs."""

    changes: Changes
    scenarios: tuple[str, ...]  # those that run; all when there are none


class Listed(click.ParamType[str]):
    """Texts that commas separate, in the environment and on the command line."""

    name = "text"
    envvar_list_splitter = ","


def loads(function: F) -> F:
    """Declare the options; the function gets them as one `given`."""

    @wraps(function)
    def gathered(*args: Any, scenarios: tuple[str, ...], **rest: Any) -> Any:
        changes = _changes({name: rest.pop(name) for name in (*KEYS, "stages", "once")})
        return function(*args, given=Loads(changes, scenarios), **rest)

    declared = gathered
    for declare in reversed(OPTIONS):
        declared = declare(declared)
    return cast("F", declared)


def _changes(given: dict[str, Any]) -> Changes:
    """Gather what was given; what the command line says as a whole, the environment cannot add to."""
    source = click.get_current_context().get_parameter_source
    if any(given[name] and source(name) in NAMED for name in ("stages", "once")):
        given = {name: value if source(name) in NAMED else None for name, value in given.items()}
    keys = {name: str(given[name]) for name in KEYS if given[name] is not None}
    return Changes(keys, given["stages"] or (), bool(given["once"]))


def _rate(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        units.rate(value or "1/s")
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None
    return value


def _stages(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[StageText, ...]:
    try:
        return tuple(_stage(part.strip()) for text in texts for part in text.split(","))
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def _stage(text: str) -> StageText:
    time, colon, target = text.partition(":")
    if not colon:
        raise ValueError(f"write a stage like '30s:10' or '1m:100/s', not {text!r}")
    try:
        units.duration(time)
        if "/" in target:
            units.rate(target)
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None
    if "/" not in target and not (target.isascii() and target.isdigit()):
        raise ValueError(f"{text!r}: write the target as a number of VUs like 10, or as a rate like 100/s")
    return time, target


OPTIONS = (
    option("--vus", type=click.IntRange(1), help="Number of VUs, instead of the plan's."),
    duration("--duration", help="How long to run, for example 30s, instead of the plan's."),
    option("-i", "--iterations", type=click.IntRange(1), help="Number of iterations, instead of the plan's."),
    option("--rate", metavar="RATE", callback=_rate, help="Rate of iterations, for example 50/s."),
    option(
        "--stage",
        "stages",
        type=Listed(),
        metavar="TIME:TARGET",
        multiple=True,
        callback=_stages,
        help="A stage like 30s:10 or 1m:100/s; all of them replace the plan's load. In the environment, "
        "commas separate them.",
    ),
    option(
        "--scenario",
        "scenarios",
        type=Listed(),
        metavar="NAME",
        multiple=True,
        help="Run only this scenario; may be repeated. In the environment, commas separate them.",
    ),
    option("--once", is_flag=True, help="Take each scenario once, with one VU, and begin at once."),
)
