"""Options that several commands share, each with its environment variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from planrunner import units

F = TypeVar("F", bound=Callable[..., Any])


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option; `--report-dir` is read from PLANRUNNER_REPORT_DIR too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "PLANRUNNER_" + long.strip("-").split("/")[0].upper().replace("-", "_")
    return click.option(*names, envvar=variable, show_envvar=True, **settings)


def duration(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option that takes a duration with its unit, passed on as written."""
    return option(*names, metavar="TIME", callback=_duration, **settings)


def _duration(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        units.duration(value or "0s")
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None
    return value


def variables(function: F) -> F:
    """Declare `-e NAME=VALUE`."""
    return click.option(
        "-e",
        "--env",
        "given",
        metavar="NAME=VALUE",
        multiple=True,
        help="Set a variable of the plan, by its `env` name or its own.",
        callback=_pairs,
    )(function)


def _pairs(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        pairs[name] = value
    return pairs
